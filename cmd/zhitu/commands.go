package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"zhitu/graph/answer"
)

// commands is the command table: the fixed ones, then one for each question.
func commands() []command {
	return append([]command{
		{"serve", "[flags]", "启动页面与 API（不带参数时的默认命令）", "serve the page and the API; what zhitu alone does", runServe},
		{"search", "TEXT [flags]", "全文检索：名称、别名、标准号、拼音", "full-text search over names, aliases, codes, pinyin", runSearch},
		{"import", "FILE… [flags]", "导入逐行 JSON；同一文件再导入不改变任何东西", "import NDJSON files; the same file again changes nothing", runImport},
		{"export", "[flags]", "导出整图的包，或筛选后的逐行 JSON", "export the whole graph as a package, or a part as NDJSON", runExport},
		{"backup", "FILE [flags]", "把整图（含变更日志）写成一个校验过的包", "write the whole graph with its log to a checked package", runBackup},
		{"restore", "FILE [flags]", "把包恢复到空的图", "restore a package into an empty graph", runRestore},
		{"verify", "[flags]", "校验存储、变更日志与索引", "check the store, the log against the records, and the index", runVerify},
		{"reindex", "[flags]", "重建全文索引", "rebuild the full-text index", runReindex},
		{"bench", "[flags]", "性能对照：每项都与同场下限并列", "measure, each figure beside its floor in the same run", runBench},
		{"version", "[flags]", "版本", "version of the program, of Go and of the schema", runVersion},
		{"help", "[COMMAND]", "帮助", "help", runHelp},
	}, questionCommands()...)
}

// findCommand returns the command called name. A question answers to the name
// of its path as well: bundles is bundle.
func findCommand(name string) (command, bool) {
	for _, c := range commands() {
		if c.name == name {
			return c, true
		}
	}
	for _, q := range answer.Registry() {
		if strings.ReplaceAll(strings.Trim(q.Path, "/"), "/", "-") == name {
			return findCommand(q.Name)
		}
	}
	return command{}, false
}

// mustFind returns the row of a command that stands in the table.
func mustFind(name string) command {
	c, ok := findCommand(name)
	if !ok {
		panic("zhitu: no row in the command table: " + name)
	}
	return c
}

// nearestCommand guesses what was meant: a name that begins alike, or one a
// slip away.
func nearestCommand(name string) string {
	best, least := "", 3
	for _, c := range commands() {
		if strings.HasPrefix(c.name, name) {
			return c.name
		}
		if d := editDistance(name, c.name); d < least {
			best, least = c.name, d
		}
	}
	return best
}

// editDistance counts the letters to insert, drop or exchange.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		left := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := left
			if a[i] != b[j] {
				cost = 1 + min(left, row[j], row[j+1])
			}
			left, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

// runHelp lists the commands, or shows one.
func runHelp(ctx context.Context, p program, args []string) error {
	if len(args) > 0 {
		cmd, ok := findCommand(args[0])
		if !ok {
			return usagef("没有这个命令 unknown command %q", args[0])
		}
		if cmd.name == "help" {
			return nil
		}
		err := cmd.run(ctx, p, []string{"-help"})
		if usage, ok := errors.AsType[*usageError](err); ok && usage.shown {
			return nil
		}
		return err
	}
	fmt.Fprint(p.stdout, "质图 zhitu：产业链质量问题图谱 a quality problem graph of industry chains\n\n用法 usage: zhitu COMMAND [arguments] [flags]\n\n")
	asked := false
	for _, c := range commands() {
		if !asked && isQuestion(c.name) {
			asked = true
			fmt.Fprint(p.stdout, "\n问题 questions (-json, -as-of DATE, -seq N, -lang zh|en):\n")
		}
		fmt.Fprintf(p.stdout, "  %s %s\n  %s %s\n", padRight(c.name, 18), c.zh, strings.Repeat(" ", 18), c.en)
	}
	fmt.Fprint(p.stdout, "\nzhitu help COMMAND 看一条命令的参数 shows its flags\n"+
		"环境变量 environment: ZHITU_DATA ZHITU_ADDR ZHITU_ILLUSTRATIVE ZHITU_QUERY_TIMEOUT ZHITU_TRUST_NETWORK\n"+
		"  ZHITU_NEO4J_URI ZHITU_NEO4J_USER ZHITU_NEO4J_PASSWORD ZHITU_NEO4J_DATABASE\n"+
		"退出码 exit codes: 0 完成 done, 1 失败 failed, 2 用法有误 usage\n")
	return nil
}

func isQuestion(name string) bool {
	_, ok := answer.Find(name)
	return ok
}
