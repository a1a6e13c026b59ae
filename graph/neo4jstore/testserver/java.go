package testserver

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// jdk is a Java installation that can run the server.
type jdk struct {
	java    string
	feature int // 17, 21, 25 …
}

// findJava takes JAVA_HOME, the java in PATH, then what stands where Linux
// distributions and macOS install: the first that is new enough.
func findJava(calendar bool) (jdk, error) {
	oldest := 17
	if calendar {
		oldest = 21
	}
	seen := []string{}
	for _, home := range javaHomes() {
		j := jdk{java: filepath.Join(home, "bin", "java"), feature: featureOf(home)}
		if _, err := os.Stat(j.java); err != nil {
			continue
		}
		if j.feature >= oldest {
			return j, nil
		}
		seen = append(seen, strconv.Itoa(j.feature))
	}
	return jdk{}, fmt.Errorf("%w a Java of version %d or newer (found: %s)", errLacking, oldest, strings.Join(seen, ", "))
}

func javaHomes() []string {
	var homes []string
	if home := os.Getenv("JAVA_HOME"); home != "" {
		homes = append(homes, home)
	}
	if java, err := exec.LookPath("java"); err == nil {
		if real, err := filepath.EvalSymlinks(java); err == nil {
			homes = append(homes, filepath.Dir(filepath.Dir(real)))
		}
	}
	pattern := "/usr/lib/jvm/*"
	if runtime.GOOS == "darwin" {
		pattern = "/Library/Java/JavaVirtualMachines/*/Contents/Home"
	}
	installed, _ := filepath.Glob(pattern)
	return append(homes, installed...)
}

// featureOf reads the release file that every JDK since 9 carries; 0 without.
func featureOf(home string) int {
	text, _ := os.ReadFile(filepath.Join(home, "release"))
	_, rest, _ := strings.Cut(string(text), `JAVA_VERSION="`)
	number, _, _ := strings.Cut(rest, `"`)
	major, _, _ := strings.Cut(number, ".")
	feature, _ := strconv.Atoi(major)
	return feature
}

// arguments is the command line of the distribution's own start script, with a
// small heap and a quick start instead of peak speed unless fast is asked for.
func (j jdk) arguments(lib library, home string, full bool) []string {
	args := []string{
		"-cp", strings.Join([]string{home + "/plugins/*", home + "/conf/*", lib.dir + "/*"}, string(os.PathListSeparator)),
		"-XX:+ExitOnOutOfMemoryError", "-XX:-OmitStackTraceInFastThrow",
		"-XX:+UnlockExperimentalVMOptions", "-XX:+TrustFinalNonStaticFields",
		"-Djdk.nio.maxCachedBufferSize=1024", "-Dio.netty.tryReflectionSetAccessible=true",
		"-Dlog4j2.disable.jmx=true", "-Dfile.encoding=UTF-8",
		"--add-opens=java.base/java.nio=ALL-UNNAMED", "--add-opens=java.base/java.io=ALL-UNNAMED",
		"--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
	}
	if full {
		args = append(args, "-Xms2g", "-Xmx2g")
	} else {
		args = append(args, "-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
	}
	if lib.calendar {
		args = append(args, "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
			"--enable-native-access=ALL-UNNAMED", "-Dorg.neo4j.shaded.lucene9.vectorization.upperJavaFeatureVersion=25")
		if j.feature >= 23 {
			args = append(args, "--sun-misc-unsafe-memory-access=allow")
		}
	}
	return append(args, lib.mainClass, "--home-dir="+home, "--config-dir="+home+"/conf", "--console-mode")
}
