package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"time"

	"zhitu/graph"
	"zhitu/graph/snapshot"
	"zhitu/seed"
)

func runBackup(ctx context.Context, p program, args []string) error {
	cmd := mustFind("backup")
	fs := p.newFlags(cmd)
	finish := configFlags(fs, p.getenv, "data")
	drilled := fs.Bool("drill", false, "恢复演练：恢复到临时目录再导出比对 restore it into a temporary folder and compare")
	args, err := p.parse(cmd, fs, args)
	if err != nil {
		return err
	}
	c, err := finish()
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return usagef("zhitu backup %s", cmd.args)
	}
	g, err := openStore(ctx, c, lockWait)
	if err != nil {
		return p.held(ctx, c, err)
	}
	defer g.Close()
	head, err := backupTo(ctx, g.store, args[0])
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "已备份 backed up: %d 个节点 nodes, %d 条边 edges, %d 条变更 entries → %s\n", head.Nodes, head.Edges, head.Entries, args[0])
	if !*drilled {
		return nil
	}
	if err := drill(ctx, args[0]); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, "恢复演练通过 restored and exported again: the same bytes")
	return nil
}

// backupTo writes the whole graph to a new file: under another name first, so
// that a file of that name is a whole package or is not there.
func backupTo(ctx context.Context, store graph.Store, name string) (head seed.PackageHead, err error) {
	if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		return head, fmt.Errorf("%s 已存在，不覆盖 exists and is not overwritten", name)
	}
	err = writeWhole(name, func(w io.Writer) error {
		head, err = writePackage(ctx, w, store)
		return err
	})
	return head, err
}

// drill proves a backup: it is restored into a graph of its own, and what that
// exports must be the same bytes.
func drill(ctx context.Context, name string) (err error) {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	pkg, err := seed.ReadPackage(f)
	if err != nil {
		return fmt.Errorf("restore drill: %s: %w", name, err)
	}
	dir, err := os.MkdirTemp("", "zhitu-drill-")
	if err != nil {
		return fmt.Errorf("restore drill: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	again := sha256.New()
	err = withStore(dir, func(s graph.Store) error {
		if err := appendPackage(ctx, s, pkg, 0); err != nil {
			return err
		}
		_, err := writePackage(ctx, again, s)
		return err
	})
	if err != nil {
		return fmt.Errorf("restore drill: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("restore drill: %w", err)
	}
	want := sha256.New()
	if _, err := io.Copy(want, f); err != nil {
		return fmt.Errorf("restore drill: %w", err)
	}
	if !bytes.Equal(want.Sum(nil), again.Sum(nil)) {
		return fmt.Errorf("restore drill: %s exports other bytes once it is restored", name)
	}
	return nil
}

// writeWhole writes a file that appears under its name only when it is whole
// and durable.
func writeWhole(name string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = write(f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return err
	}
	return syncDir(filepath.Dir(name))
}

// syncDir makes names in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// writePackage writes the state at the head, hidden records of open imports
// included, and the log up to there. It reads a snapshot: others may go on
// writing meanwhile.
func writePackage(ctx context.Context, w io.Writer, store graph.Store) (seed.PackageHead, error) {
	s, err := snapshot.Load(ctx, store, nil)
	if err != nil {
		return seed.PackageHead{}, err
	}
	nodes, edges := s.Size()
	head := seed.PackageHead{Format: seed.PackageFormat, Seq: s.Seq(), Nodes: int64(nodes), Edges: int64(edges), Entries: int64(s.Seq())}
	return head, seed.WritePackage(ctx, w, s.All(), entriesTo(ctx, store, s.Seq()), head)
}

// entriesTo yields the log from its beginning up to seq.
func entriesTo(ctx context.Context, store graph.Store, seq graph.Seq) iter.Seq2[graph.Entry, error] {
	return func(yield func(graph.Entry, error) bool) {
		if seq == 0 {
			return
		}
		for e, err := range store.Changes(ctx, 0) {
			if !yield(e, err) || err != nil || e.Seq == seq {
				return
			}
		}
	}
}

// startBackups begins the schedule that c asks for; stop ends it and waits.
func (p program) startBackups(ctx context.Context, c config, g *opened) (stop func(), err error) {
	if c.BackupDir == "" {
		return func() {}, nil
	}
	if err := os.MkdirAll(c.BackupDir, 0o700); err != nil {
		return nil, fmt.Errorf("%s: %w", c.name("backup-dir", "ZHITU_BACKUP_DIR"), err)
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.backups(ctx, c, g.store)
	}()
	return func() { cancel(); <-done }, nil
}

// backups writes a package now and then until ctx ends, proves it, and keeps
// the newest. One that failed is told and tried again at the next time.
func (p program) backups(ctx context.Context, c config, store graph.Store) {
	tick := time.NewTicker(c.BackupEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			name := filepath.Join(c.BackupDir, "zhitu-"+now.UTC().Format("20060102T150405.000Z")+".ndjson")
			_, err := backupTo(ctx, store, name)
			if err == nil {
				err = drill(ctx, name)
			}
			if err == nil {
				err = keepNewest(c.BackupDir, c.BackupKeep)
			}
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				fmt.Fprintln(p.stderr, "备份失败 backup failed:", err)
			default:
				fmt.Fprintln(p.stderr, "已备份并演练恢复 backed up and restored once:", name)
			}
		}
	}
}

// keepNewest removes all but the newest backups, whose names sort by time.
func keepNewest(dir string, keep int) error {
	names, err := filepath.Glob(filepath.Join(dir, "zhitu-*Z.ndjson"))
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range names[:max(0, len(names)-keep)] {
		errs = append(errs, os.Remove(name))
	}
	return errors.Join(errs...)
}
