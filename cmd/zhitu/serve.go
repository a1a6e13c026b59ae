package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"zhitu/cmd/zhitu/api"
	"zhitu/cmd/zhitu/web"
	"zhitu/graph/ledger"
	"zhitu/search"
)

func runServe(ctx context.Context, p program, args []string) error {
	cmd := mustFind("serve")
	fs := p.newFlags(cmd)
	finish := configFlags(fs, p.getenv, "addr", "data", "query-timeout", "illustrative", "backup-dir", "backup-every", "backup-keep")
	args, err := p.parse(cmd, fs, args)
	if err != nil {
		return err
	}
	c, err := finish()
	if err != nil {
		return err
	}
	if err := noArguments(args); err != nil {
		return err
	}
	// The first signal ends the server in order. Then the handler is taken away,
	// and a second one ends the process as it would any other.
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return p.serve(ctx, c)
}

// serve opens what is served, serves it until ctx ends, and closes it.
func (p program) serve(ctx context.Context, c config) (err error) {
	log := slog.New(slog.NewJSONHandler(p.stderr, nil))
	// Listening comes first: what is wrong with the address is told at once and
	// not after a graph has been read.
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("%s: %w", c.name("addr", "ZHITU_ADDR"), err)
	}
	defer listener.Close()
	begun := time.Now()
	g, err := openGraph(ctx, c, 0, ledger.Options{Logger: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	if err := g.seedNew(ctx, c.Illustrative, p.stderr); err != nil {
		return err
	}
	// The index and the ledger outlive ctx: they end in order, after the server.
	life := context.WithoutCancel(ctx)
	index, err := g.openIndex(life, c, search.Options{Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, index.Close()) }()
	hash, token, err := administrator(c.DataDir)
	if err != nil {
		return err
	}
	b, err := readBuild()
	if err != nil {
		return err
	}
	a, err := api.New(api.Config{
		Ledger: g.ledger, Search: index, Ready: g.store.Ready, Web: web.Handler(), Authenticate: api.Administrator(hash),
		OpenRead: true, Logger: log, Version: b.Version, QueryTimeout: c.QueryTimeout,
	})
	if err != nil {
		return err
	}
	stop, err := p.startBackups(ctx, c, g)
	if err != nil {
		return err
	}
	defer stop()
	address := listener.Addr().String()
	if err := writeNote(c.DataDir, address); err != nil {
		return fmt.Errorf("note for other commands: %w", err)
	}
	defer func() { err = errors.Join(err, removeNote(c.DataDir)) }()
	p.announce(g, address, token, time.Since(begun))
	context.AfterFunc(ctx, func() {
		fmt.Fprintln(p.stderr, "正在停止；再次中断则立即退出 stopping; interrupt again to exit at once")
	})
	return a.Serve(ctx, listener, api.ServeOptions{})
}

// announce tells where the page is and, once, the administrator's token.
func (p program) announce(g *opened, address, token string, took time.Duration) {
	s := g.ledger.Snapshot()
	nodes, edges := s.Size()
	fmt.Fprintf(p.stdout, "质图 zhitu: %d 个节点 nodes, %d 条边 edges, 序号 seq %d (%.1f s)\n", nodes, edges, s.Seq(), took.Seconds())
	fmt.Fprintf(p.stdout, "页面与 API page and API: http://%s\n", address)
	if token != "" {
		fmt.Fprintf(p.stdout, "管理员令牌，只显示这一次 the administrator's token, shown this once:\n  %s\n", token)
	}
}
