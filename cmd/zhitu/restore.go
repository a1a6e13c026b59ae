package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"zhitu/graph"
	"zhitu/graph/localstore"
	"zhitu/seed"
)

func runRestore(ctx context.Context, p program, args []string) error {
	cmd := mustFind("restore")
	fs := p.newFlags(cmd)
	finish := configFlags(fs, p.getenv, "data")
	args, err := p.parse(cmd, fs, args)
	if err != nil {
		return err
	}
	c, err := finish()
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return usagef("zhitu restore %s", cmd.args)
	}
	f, err := os.Open(args[0])
	if err != nil {
		return &usageError{err: err}
	}
	defer f.Close()
	pkg, err := seed.ReadPackage(f)
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	if c.Neo4jURI != "" {
		err = restoreNeo4j(ctx, c, pkg)
	} else {
		err = p.restoreLocal(ctx, c, pkg)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "已恢复 restored: %d 个节点 nodes, %d 条边 edges, %d 条变更 entries\n", pkg.Head.Nodes, pkg.Head.Edges, pkg.Head.Entries)
	return nil
}

var errNotEmpty = errors.New("图不是空的，不能恢复到其中 the graph is not empty: restore into a new one")

// restoreLocal builds the graph in a folder of its own inside the data folder
// and moves it into place when it is whole.
func (p program) restoreLocal(ctx context.Context, c config, pkg *seed.Package) (err error) {
	if err := p.emptyFolder(ctx, c); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(c.DataDir, "restore-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	s, err := localstore.Open(tmp, localstore.Options{})
	if err != nil {
		return err
	}
	err = appendPackage(ctx, s, pkg, 0)
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	// The graph first: one without its marker gets it at the next start, and a
	// marker without its graph would be taken for a loss.
	for _, name := range localstore.Files() {
		if err := os.Rename(filepath.Join(tmp, name), filepath.Join(c.DataDir, name)); err != nil {
			return fmt.Errorf("moving the restored graph into place: %w", err)
		}
	}
	return syncDir(c.DataDir)
}

// emptyFolder makes the data folder, or makes sure that no graph is in it; an
// empty graph is taken away.
func (p program) emptyFolder(ctx context.Context, c config) error {
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return err
	}
	names := localstore.Files()
	there := false
	for _, name := range names {
		if _, err := os.Lstat(filepath.Join(c.DataDir, name)); !errors.Is(err, fs.ErrNotExist) {
			there = true
		}
	}
	if !there {
		return nil
	}
	g, err := openStore(ctx, c, lockWait)
	if err != nil {
		return p.held(ctx, c, err)
	}
	empty, err := g.empty(ctx)
	if err = errors.Join(err, g.Close()); err != nil {
		return err
	}
	if !empty {
		return fmt.Errorf("%s: %w", c.DataDir, errNotEmpty)
	}
	for i := range names { // the marker first
		if err := os.Remove(filepath.Join(c.DataDir, names[len(names)-1-i])); err != nil {
			return err
		}
	}
	return nil
}

// restoreNeo4j appends to an empty database, or goes on where a restore of the
// same package was cut off.
func restoreNeo4j(ctx context.Context, c config, pkg *seed.Package) (err error) {
	g, err := openStore(ctx, c, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	seq, _, err := g.store.Head(ctx)
	if err != nil {
		return err
	}
	if seq > 0 {
		if err := samePrefix(ctx, g.store, pkg, seq); err != nil {
			return err
		}
	}
	return appendPackage(ctx, g.store, pkg, seq)
}

// samePrefix makes sure that the log of store is the beginning of the package.
func samePrefix(ctx context.Context, store graph.Store, pkg *seed.Package, seq graph.Seq) error {
	if seq > pkg.Head.Seq {
		return errNotEmpty
	}
	next, stop := iter.Pull2(pkg.Entries(ctx))
	defer stop()
	for have, err := range entriesTo(ctx, store, seq) {
		if err != nil {
			return err
		}
		want, err, ok := next()
		if err != nil {
			return err
		}
		if !ok || string(graph.AppendEntry(nil, have)) != string(graph.AppendEntry(nil, want)) {
			return errNotEmpty
		}
	}
	return nil
}

const (
	restoreGroup = 32      // entries in one append
	restoreBytes = 8 << 20 // or as many bytes of records
)

// appendPackage appends the entries of pkg after number after.
func appendPackage(ctx context.Context, store graph.Store, pkg *seed.Package, after graph.Seq) error {
	var group []graph.Entry
	head, size := after, 0
	flush := func() error {
		if len(group) == 0 {
			return nil
		}
		if err := store.Append(ctx, head, group); err != nil {
			return fmt.Errorf("restoring entries %d–%d: %w", group[0].Seq, group[len(group)-1].Seq, err)
		}
		head, group, size = group[len(group)-1].Seq, nil, 0
		return nil
	}
	for e, err := range pkg.Entries(ctx) {
		if err != nil {
			return err
		}
		if e.Seq <= after {
			continue
		}
		for _, c := range e.Changes {
			size += len(c.Before.Encoded()) + len(c.After.Encoded())
		}
		if group = append(group, e); len(group) >= restoreGroup || size >= restoreBytes {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}
