package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"zhitu/graph"
)

// The folder of an index holds index-N folders, one of which CURRENT names. A
// rebuild makes the next one and renames its name into CURRENT: until then a
// crash leaves a folder that nobody names, which the next start removes.
const (
	currentFile  = "CURRENT"
	folderPrefix = "index-"
)

// rebuildBatch is larger than the follower's: nobody waits for one document.
const rebuildBatch = 1000

// openCurrent opens the index that CURRENT names if it can be trusted. It
// fails only when another process holds it.
func (x *Index) openCurrent() error {
	name, err := os.ReadFile(filepath.Join(x.dir, currentFile))
	if err != nil {
		x.removeOthers("")
		return nil // none yet
	}
	folder := strings.TrimSpace(string(name))
	x.removeOthers(folder)
	s, err := openTrusted(filepath.Join(x.dir, filepath.Base(folder)))
	if errors.Is(err, errHeld) {
		return fmt.Errorf("open search index: %w: %w", graph.ErrUnavailable, err)
	}
	if err != nil {
		x.log.Warn("search index cannot be used and is rebuilt", "error", err)
		x.note(func(st *Status) { st.Why = err.Error() })
		return nil
	}
	x.serving.Store(s)
	x.note(func(st *Status) { st.Seq, st.Documents = s.mark.Seq, s.mark.Docs })
	return nil
}

// openTrusted opens an index whose files and hashes are as they were left.
func openTrusted(path string) (*store, error) {
	if err := verifySums(path); err != nil {
		return nil, err
	}
	s, err := openStore(path)
	if err != nil {
		return nil, err
	}
	if s.mark.Schema != schemaHash() || s.mark.Params != paramsHash() {
		return nil, errors.Join(fmt.Errorf("index at %s is of another schema or build", path), s.close())
	}
	if err := s.recordSums(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// rebuild makes a new index beside the old one, which serves on, and swaps.
func (x *Index) rebuild(ctx context.Context, why string) (err error) {
	x.log.Info("search index is rebuilt", "why", why)
	x.note(func(st *Status) {
		st.Rebuilding, st.Rebuilds = true, st.Rebuilds+1
		if why != "there is none" || st.Why == "" {
			st.Why = why
		}
	})
	defer x.note(func(st *Status) { st.Rebuilding = false })
	old := x.serving.Load()
	folder, err := x.nextFolder()
	if err != nil {
		return err
	}
	path := filepath.Join(x.dir, folder)
	s, err := x.build(ctx, path)
	if err != nil {
		return errors.Join(fmt.Errorf("rebuild index: %w", err), os.RemoveAll(path))
	}
	if err := x.setCurrent(folder); err != nil {
		return errors.Join(fmt.Errorf("rebuild index: %w", err), s.close(), os.RemoveAll(path))
	}
	x.serving.Store(s)
	x.note(func(st *Status) { st.Seq, st.Documents, st.Quarantined = s.mark.Seq, s.mark.Docs, false })
	if old != nil {
		// Searches that still run hold its generation; its files may go.
		if err := closeQuietly(old); err != nil {
			x.log.Warn("old search index", "error", err)
		}
	}
	x.removeOthers(folder)
	return nil
}

// build fills a new index from the graph as it is now and follows it to its
// newest number.
func (x *Index) build(ctx context.Context, path string) (*store, error) {
	state := x.source.State()
	s, err := createStore(path, state.Epoch)
	if err != nil {
		return nil, err
	}
	fill := func() error {
		if err := s.fill(ctx, state); err != nil {
			return err
		}
		if err := x.catchUp(ctx, s); err != nil {
			return err
		}
		return s.recordSums()
	}
	if err := fill(); err != nil {
		return nil, errors.Join(err, closeQuietly(s))
	}
	return s, nil
}

// fill indexes every node of state; the last batch sets the mark.
func (s *store) fill(ctx context.Context, state State) error {
	docs := newDocuments(state.Reader)
	var batch []document
	flush := func(seq graph.Seq) error {
		err := s.insert(batch, seq)
		batch = batch[:0]
		return err
	}
	for _, kind := range graph.Nodes() {
		if kind.System {
			continue
		}
		for n, err := range state.Reader.OfKind(ctx, kind.Kind) {
			if err != nil {
				return fmt.Errorf("read nodes of kind %s: %w", kind.Kind, err)
			}
			if !indexed(n) {
				continue
			}
			doc, err := docs.of(ctx, n)
			if err != nil {
				return err
			}
			if batch = append(batch, doc); len(batch) == rebuildBatch {
				if err := flush(s.mark.Seq); err != nil {
					return err
				}
			}
		}
	}
	if err := flush(state.Seq); err != nil {
		return err
	}
	return s.publish()
}

// quarantine lets go of an index whose batch failed: in memory it shows what
// it does not hold. It is reopened at what is durable; searches go on over the
// last good generation until then.
func (x *Index) quarantine(why error) error {
	x.log.Error("search index is quarantined", "error", why)
	x.note(func(st *Status) {
		st.Quarantined, st.Quarantines, st.Why = true, st.Quarantines+1, why.Error()
	})
	old := x.serving.Load()
	if old == nil {
		return errors.New("there is none")
	}
	if err := closeIndex(old); err != nil {
		x.log.Warn("quarantined search index", "error", err)
	}
	s, err := openTrusted(old.path)
	if err != nil {
		return err
	}
	x.serving.Store(s)
	if g := old.current.Swap(nil); g != nil {
		g.release()
	}
	x.note(func(st *Status) { st.Seq, st.Documents, st.Quarantined = s.mark.Seq, s.mark.Docs, false })
	return nil
}

// closeIndex closes the Bleve handle of s; its generation lives on.
func closeIndex(s *store) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("close index: panic: %v", p)
		}
	}()
	return s.idx.Close()
}

// closeQuietly closes s, whatever state Bleve is in.
func closeQuietly(s *store) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("close index: panic: %v", p)
		}
	}()
	return s.close()
}

// nextFolder returns a name that no folder has.
func (x *Index) nextFolder() (string, error) {
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		return "", fmt.Errorf("list index folders: %w", err)
	}
	last := 0
	for _, e := range entries {
		if n, err := strconv.Atoi(strings.TrimPrefix(e.Name(), folderPrefix)); err == nil {
			last = max(last, n)
		}
	}
	return folderPrefix + strconv.Itoa(last+1), nil
}

// removeOthers removes the index folders but keep.
func (x *Index) removeOthers(keep string) {
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		x.log.Warn("list index folders", "error", err)
		return
	}
	others := slices.DeleteFunc(entries, func(e os.DirEntry) bool {
		return !e.IsDir() || !strings.HasPrefix(e.Name(), folderPrefix) || e.Name() == keep
	})
	for _, e := range others {
		if err := os.RemoveAll(filepath.Join(x.dir, e.Name())); err != nil {
			x.log.Warn("remove old search index", "error", err)
		}
	}
}

func (x *Index) setCurrent(folder string) error {
	return replaceFile(filepath.Join(x.dir, currentFile), []byte(folder+"\n"))
}

// replaceFile writes a file so that a crash leaves the old or the new one.
func replaceFile(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("replace %s: %w", path, errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
