package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"os"
	"strconv"
	"strings"

	"zhitu/graph"
	"zhitu/graph/ledger"
	"zhitu/seed"
)

func runImport(ctx context.Context, p program, args []string) error {
	cmd := mustFind("import")
	fs := p.newFlags(cmd)
	finish := configFlags(fs, p.getenv, "data")
	dry := fs.Bool("dry-run", false, "只检查，不写入 judge everything, write nothing")
	author := fs.String("author", "import", "`NAME` 署名 the author of the entries")
	reason := fs.String("reason", "", "`TEXT` 事由 why (default: the names of the files)")
	asJSON := fs.Bool("json", false, "输出 JSON for programs")
	files, err := p.parse(cmd, fs, args)
	if err != nil {
		return err
	}
	c, err := finish()
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return usagef("缺少文件 no file: zhitu import FILE…")
	}
	batch, err := readImport(files)
	if err != nil {
		return err
	}
	if *reason == "" {
		*reason = "import " + strings.Join(files, " ")
	}
	o := ledger.ImportOptions{ID: batch.id, Author: *author, Reason: *reason}
	report, err := p.importInto(ctx, c, batch, o, *dry)
	if err != nil {
		return err
	}
	return p.reportImport(report, *dry, *asJSON)
}

// importInto applies what was read, or rehearses it. A run that a rule ended
// is taken back: an import is all there or not at all.
func (p program) importInto(ctx context.Context, c config, batch *importFiles, o ledger.ImportOptions, dry bool) (r ledger.ImportReport, err error) {
	g, err := openGraph(ctx, c, lockWait, ledger.Options{})
	if err != nil {
		return r, p.held(ctx, c, err)
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	// Most of what a rule can refuse shows in a rehearsal, which leaves nothing
	// to take back.
	r, err = g.rehearse(ctx, batch, o)
	if err != nil || dry {
		return r, batch.placed(err)
	}
	r, err = g.ledger.Import(ctx, o, batch.ops())
	if err != nil && r.Open && len(graph.InvalidErrors(err)) > 0 {
		_, undone := g.ledger.UndoImport(ctx, o.ID, o.Author, "refused: "+o.Reason, "")
		err = errors.Join(batch.placed(err), undone)
		return r, err
	}
	return r, batch.placed(err)
}

func (g *opened) rehearse(ctx context.Context, batch *importFiles, o ledger.ImportOptions) (r ledger.ImportReport, err error) {
	d, err := newDryStore(ctx, g.store)
	if err != nil {
		return r, err
	}
	l, err := ledger.Open(ctx, d, ledger.Options{})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return l.Import(ctx, o, batch.ops())
}

// held says what to do when a server has the folder.
func (p program) held(ctx context.Context, c config, err error) error {
	if s := findServer(ctx, c.DataDir); s != nil && errors.Is(err, graph.ErrUnavailable) {
		return fmt.Errorf("%s 正被 %s 的服务占用；先停止它，或经它的接口写入 a server at %s has the folder: stop it, or write through its API: %w",
			c.DataDir, s.root, s.root, err)
	}
	return err
}

func (p program) reportImport(r ledger.ImportReport, dry, asJSON bool) error {
	if asJSON {
		return p.writeJSON(map[string]any{
			"import": r.ID, "dry_run": dry, "operations": r.Operations, "created": r.Created, "changed": r.Changed,
			"deleted": r.Deleted, "unchanged": r.Unchanged, "first_seq": r.First, "last_seq": r.Last,
		})
	}
	done := "已导入 imported"
	switch {
	case dry:
		done = "检查通过，未写入 would be imported"
	case r.Created+r.Changed+r.Deleted == 0:
		done = "没有变化 nothing to change"
	}
	fmt.Fprintf(p.stdout, "%s: %d 条 operations; 新增 created %d, 修改 changed %d, 删除 deleted %d, 未变 unchanged %d\n",
		done, r.Operations, r.Created, r.Changed, r.Deleted, r.Unchanged)
	fmt.Fprintf(p.stdout, "导入编号 import %s\n", r.ID)
	return nil
}

// importFiles are import files that were read once and hold no bad line. They
// are read again for each run: what is in them need not fit into memory.
type importFiles struct {
	names []string
	id    string // of the import: made of their bytes, so the same files are the same import
	order []place
}

// place is where an operation stands.
type place struct {
	file int32
	line int32
}

// readImport reads every line and reports every bad one.
func readImport(names []string) (*importFiles, error) {
	f := &importFiles{names: names}
	whole := sha256.New()
	var wrong []error
	for _, name := range names {
		bad, err := readOnce(name, whole)
		if err != nil {
			return nil, err
		}
		wrong = append(wrong, bad...)
	}
	if len(wrong) > 0 {
		return nil, errors.Join(append(wrong, fmt.Errorf("%d 行有错，未写入任何内容 bad lines: nothing was written", len(wrong)))...)
	}
	f.id = "file-" + hex.EncodeToString(whole.Sum(nil)[:12])
	return f, nil
}

// readOnce checks one file and adds its bytes to whole.
func readOnce(name string, whole hash.Hash) (wrong []error, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, &usageError{err: err}
	}
	defer file.Close()
	head, err := bufio.NewReader(file).Peek(9)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if bytes.HasPrefix(head, []byte(`{"zhitu":`)) {
		return nil, usagef("%s 是整图的包：用 zhitu restore is a package of a whole graph: use zhitu restore", name)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var bad []error
	for _, err := range seed.ReadNDJSON(named{io.TeeReader(file, whole), name}) {
		if err != nil {
			bad = append(bad, err)
		}
	}
	return bad, nil
}

// named is a reader of something that has a name for errors.
type named struct {
	io.Reader
	name string
}

func (n named) Name() string { return n.name }

// ops yields what the files ask for: first every node to put, because edges
// need their ends, then the rest as it stands.
func (f *importFiles) ops() iter.Seq2[graph.Op, error] {
	return func(yield func(graph.Op, error) bool) {
		f.order = f.order[:0]
		for _, nodes := range []bool{true, false} {
			for i, name := range f.names {
				if !f.yieldFile(i, name, nodes, yield) {
					return
				}
			}
		}
	}
}

func (f *importFiles) yieldFile(i int, name string, nodes bool, yield func(graph.Op, error) bool) bool {
	file, err := os.Open(name)
	if err != nil {
		yield(graph.Op{}, err)
		return false
	}
	defer file.Close()
	for line, err := range seed.ReadLines(file) {
		if err != nil { // it was whole when it was read first
			yield(graph.Op{}, err)
			return false
		}
		if (line.Op.PutNode != nil) != nodes {
			continue
		}
		f.order = append(f.order, place{int32(i), int32(line.Number)})
		if !yield(line.Op, nil) {
			return false
		}
	}
	return true
}

// placed puts file and line before each error that points into the operations.
func (f *importFiles) placed(err error) error {
	shown := graph.InvalidErrors(err)
	if len(shown) == 0 {
		return err
	}
	out := make([]error, 0, len(shown))
	for _, e := range shown {
		c := *e
		where := ""
		if parts := strings.SplitN(e.Field, "/", 4); len(parts) > 1 && parts[0] == "operations" {
			if n, bad := strconv.Atoi(parts[1]); bad == nil && n >= 0 && n < len(f.order) {
				where = fmt.Sprintf("%s:%d: ", f.names[f.order[n].file], f.order[n].line)
				c.Field = strings.Join(parts[min(len(parts), 3):], "/")
			}
		}
		out = append(out, fmt.Errorf("%s%w", where, &c))
	}
	return errors.Join(out...)
}
