package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhitu/graph/neo4jstore"
)

// config is every setting of the program. The zero value is not usable; start
// from defaults, which need nothing installed. What is set wins in this order:
// flags, environment, defaults. Secrets come from the environment alone,
// because a flag is seen by everybody who can list processes.
type config struct {
	Addr         string        // where to listen
	TrustNetwork bool          // something in front decides who reaches Addr
	DataDir      string        // of the local store, the search index and the administrator's token
	Neo4jURI     string        // empty: the local store
	Neo4jUser    string        // of the database, which knows one kind of user only
	Neo4jPass    string        // from the environment alone
	Neo4jDB      string        // empty: the server's default
	Illustrative bool          // a new graph gets the invented firms too
	QueryTimeout time.Duration // of one request's work
	BackupDir    string        // where serve writes packages; empty: it writes none
	BackupEvery  time.Duration
	BackupKeep   int // the newest so many stay

	given map[string]bool // the settings that somebody gave, by the name used
}

const (
	defaultAddr    = "127.0.0.1:8080"
	defaultDataDir = "zhitu-data"
	defaultTimeout = 30 * time.Second
)

// setting is one row of the table that environment and flags are read from.
type setting struct {
	flag, env string // "" where there is none
	value     string // what the usage line calls the value
	help      string
	set       func(c *config, value string) error
}

var settings = []setting{
	{"addr", "ZHITU_ADDR", "HOST:PORT", "监听地址 where to listen (默认 default 127.0.0.1:8080)", func(c *config, v string) error { c.Addr = v; return nil }},
	{"data", "ZHITU_DATA", "DIR", "数据目录 folder of the graph and the index (默认 default zhitu-data)", func(c *config, v string) error { c.DataDir = v; return nil }},
	{"query-timeout", "ZHITU_QUERY_TIMEOUT", "DURATION", "单次请求时限 limit of one request (默认 default 30s)", func(c *config, v string) (err error) {
		c.QueryTimeout, err = time.ParseDuration(v)
		return err
	}},
	{"illustrative", "ZHITU_ILLUSTRATIVE", "", "新图含虚构的示例企业（默认含，=false 不含） seed a new graph with the invented firms (default true)", func(c *config, v string) (err error) {
		c.Illustrative, err = strconv.ParseBool(v)
		return err
	}},
	{"backup-dir", "ZHITU_BACKUP_DIR", "DIR", "定时备份到此目录 write a backup here now and then, each restored once to prove it", func(c *config, v string) error { c.BackupDir = v; return nil }},
	{"backup-every", "ZHITU_BACKUP_EVERY", "DURATION", "备份间隔 time between backups (默认 default 24h)", func(c *config, v string) (err error) {
		c.BackupEvery, err = time.ParseDuration(v)
		return err
	}},
	{"backup-keep", "ZHITU_BACKUP_KEEP", "N", "保留份数 how many are kept (默认 default 7)", func(c *config, v string) (err error) {
		c.BackupKeep, err = strconv.Atoi(v)
		return err
	}},
	{"", "ZHITU_TRUST_NETWORK", "", "", func(c *config, v string) (err error) { c.TrustNetwork, err = strconv.ParseBool(v); return err }},
	{"", "ZHITU_NEO4J_URI", "", "", func(c *config, v string) error { c.Neo4jURI = v; return nil }},
	{"", "ZHITU_NEO4J_USER", "", "", func(c *config, v string) error { c.Neo4jUser = v; return nil }},
	{"", "ZHITU_NEO4J_PASSWORD", "", "", func(c *config, v string) error { c.Neo4jPass = v; return nil }},
	{"", "ZHITU_NEO4J_DATABASE", "", "", func(c *config, v string) error { c.Neo4jDB = v; return nil }},
}

func defaults() config {
	return config{
		Addr: defaultAddr, DataDir: defaultDataDir, Neo4jUser: "neo4j", QueryTimeout: defaultTimeout, Illustrative: true,
		BackupEvery: 24 * time.Hour, BackupKeep: 7,
		given: map[string]bool{},
	}
}

// configFlags adds the settings called names to fs. finish reads the
// environment below what was typed and reports everything that is wrong at
// once, each under the name that the user gave it.
func configFlags(fs *flag.FlagSet, getenv func(string) string, names ...string) (finish func() (config, error)) {
	typed := map[string]string{}
	for _, s := range settings {
		if s.flag == "" || !slices.Contains(names, s.flag) {
			continue
		}
		take := func(v string) error { typed[s.flag] = v; return nil }
		if s.value == "" {
			fs.BoolFunc(s.flag, s.help, take)
		} else {
			fs.Func(s.flag, "`"+s.value+"` "+s.help, take)
		}
	}
	return func() (config, error) {
		c := defaults()
		var wrong []error
		for _, s := range settings {
			name, value := s.env, strings.TrimSpace(getenv(s.env))
			if v, ok := typed[s.flag]; ok {
				name, value = "-"+s.flag, v
			}
			if value == "" && name == s.env {
				continue
			}
			c.given[name] = true
			if err := s.set(&c, value); err != nil {
				wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
			}
		}
		if err := errors.Join(append(wrong, c.validate()...)...); err != nil {
			return config{}, &usageError{err: err}
		}
		return c, nil
	}
}

// name returns what the user called a setting: the flag, or the environment
// variable where that gave the value or there is no flag.
func (c config) name(flagName, env string) string {
	if c.given[env] || flagName == "" {
		return env
	}
	return "-" + flagName
}

// validate returns every rule that c breaks.
func (c config) validate() []error {
	var wrong []error
	bad := func(name, format string, args ...any) {
		wrong = append(wrong, fmt.Errorf("%s: %w", name, fmt.Errorf(format, args...)))
	}
	addr := c.name("addr", "ZHITU_ADDR")
	host, port, err := net.SplitHostPort(c.Addr)
	if n, perr := strconv.Atoi(port); err == nil && (perr != nil || n < 0 || n > 65535) {
		err = fmt.Errorf("address %s: port must be a number from 0 to 65535", c.Addr)
	}
	switch {
	case err != nil:
		bad(addr, "%w", err)
	case !loopback(host) && !c.TrustNetwork:
		bad(addr, "%s 不是本机回环地址 is not loopback: 需要前置访问控制并设 set ZHITU_TRUST_NETWORK=1 when something in front decides who reaches it", c.Addr)
	}
	if c.DataDir == "" {
		bad(c.name("data", "ZHITU_DATA"), "must not be empty")
	}
	if info, err := os.Stat(c.DataDir); err == nil && !info.IsDir() {
		bad(c.name("data", "ZHITU_DATA"), "%s is a file, not a folder", c.DataDir)
	}
	if c.QueryTimeout <= 0 {
		bad(c.name("query-timeout", "ZHITU_QUERY_TIMEOUT"), "must be positive")
	}
	if c.BackupEvery <= 0 {
		bad(c.name("backup-every", "ZHITU_BACKUP_EVERY"), "must be positive")
	}
	if c.BackupKeep <= 0 {
		bad(c.name("backup-keep", "ZHITU_BACKUP_KEEP"), "must be positive")
	}
	return append(wrong, c.validateNeo4j()...)
}

var neo4jSchemes = []string{"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"}

func (c config) validateNeo4j() []error {
	var wrong []error
	if c.Neo4jURI == "" {
		for _, env := range []string{"ZHITU_NEO4J_USER", "ZHITU_NEO4J_PASSWORD", "ZHITU_NEO4J_DATABASE"} {
			if c.given[env] {
				wrong = append(wrong, fmt.Errorf("%s: is set, and ZHITU_NEO4J_URI is not", env))
			}
		}
		return wrong
	}
	scheme, rest, found := strings.Cut(c.Neo4jURI, "://")
	if !found || rest == "" || !slices.Contains(neo4jSchemes, scheme) {
		wrong = append(wrong, fmt.Errorf("ZHITU_NEO4J_URI: want %s://HOST:PORT", strings.Join(neo4jSchemes, " | ")))
	}
	if strings.Contains(rest, "@") {
		wrong = append(wrong, errors.New("ZHITU_NEO4J_URI: must not hold a user or a password"))
	}
	if c.Neo4jPass == "" {
		wrong = append(wrong, errors.New("ZHITU_NEO4J_PASSWORD: must be set"))
	}
	return wrong
}

// neo4j returns the settings of the Neo4j store.
func (c config) neo4j() neo4jstore.Config {
	return neo4jstore.Config{URI: c.Neo4jURI, User: c.Neo4jUser, Password: c.Neo4jPass, Database: c.Neo4jDB}
}

// loopback tells whether only this machine reaches host. A name is resolved by
// nobody here: localhost is the one that is loopback by agreement.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
