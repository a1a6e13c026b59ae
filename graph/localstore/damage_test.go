package localstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"zhitu/graph"
	"zhitu/graph/graphtest"
)

// content is all that a store can be asked for.
type content struct{ records, entries []string }

func contentOf(t *testing.T, s *Store) (content, error) {
	t.Helper()
	var c content
	for r, err := range s.Scan(t.Context()) {
		if err != nil {
			return c, err
		}
		c.records = append(c.records, r.Encoded())
	}
	for e, err := range s.Changes(t.Context(), 0) {
		if err != nil {
			return c, err
		}
		if int(e.Seq) != len(c.entries)+1 {
			t.Errorf("entry %d comes after %d", e.Seq, len(c.entries))
		}
		c.entries = append(c.entries, string(graph.AppendEntry(nil, e)))
	}
	return c, nil
}

func (c content) equal(d content) bool {
	return slices.Equal(c.records, d.records) && slices.Equal(c.entries, d.entries)
}

// filled makes a graph and returns its folder and what it holds.
func filled(t *testing.T) (dir string, want content) {
	t.Helper()
	dir = t.TempDir()
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for seq := range graph.Seq(30) {
		if err := s.Append(t.Context(), seq, []graph.Entry{entryOf(seq+1, 20, 60)}); err != nil {
			t.Fatal(err)
		}
	}
	if want, err = contentOf(t, s); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, want
}

// copied returns a folder with the same graph, its file changed by edit.
func copied(t *testing.T, dir string, edit func([]byte) []byte) string {
	t.Helper()
	to := t.TempDir()
	for _, name := range []string{dataName, markerName} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if name == dataName {
			b = edit(b)
		}
		if err := os.WriteFile(filepath.Join(to, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// outcome opens a damaged copy, reads all and appends: a declared error, or
// exactly what was there. It tells whether the damage was noticed.
func outcome(t *testing.T, dir string, want content) (noticed bool) {
	t.Helper()
	s, err := Open(dir, Options{})
	if err == nil {
		defer s.Close()
		var got content
		if got, err = contentOf(t, s); err == nil && !got.equal(want) {
			t.Errorf("%d records and %d entries were read without an error; %d and %d are right",
				len(got.records), len(got.entries), len(want.records), len(want.entries))
		}
	}
	if err != nil && !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("damage is reported as %v", err)
	}
	if s != nil { // whatever it answers, it must come back and not take us down
		_ = s.Append(t.Context(), 30, []graph.Entry{entryOf(31, 20, 60)})
		_, _ = contentOf(t, s)
	}
	return err != nil
}

// usedPages returns the pages that a reader may come to.
func usedPages(t *testing.T, dir string) (pages []int, size int) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(dir, dataName), 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	size = db.Info().PageSize
	err = db.View(func(tx *bbolt.Tx) error {
		for id := 0; ; {
			p, err := tx.Page(id)
			if err != nil || p == nil {
				return err
			}
			if p.Type != "free" {
				pages = append(pages, id)
			}
			id += p.OverflowCount + 1
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages, size
}

func TestFlippedBytesAreAnErrorOrHarmless(t *testing.T) {
	dir, want := filled(t)
	pages, size := usedPages(t, dir)
	random := rand.New(rand.NewPCG(1, 2))
	noticed := 0
	const times = 100
	for range times {
		broken := copied(t, dir, func(b []byte) []byte {
			for range 64 {
				at := pages[random.IntN(len(pages))]*size + random.IntN(size)
				b[at] ^= byte(1 + random.IntN(255))
			}
			return b
		})
		if outcome(t, broken, want) {
			noticed++
		}
	}
	t.Logf("%d of %d damaged files were refused, the others read right", noticed, times)
	if noticed < times/2 {
		t.Errorf("only %d of %d: the bytes were not in used pages", noticed, times)
	}
}

// TestOneFlippedBitIsAnErrorOrHarmless goes through the file in small steps: a
// single bit does not break much at once, so that more comes through.
func TestOneFlippedBitIsAnErrorOrHarmless(t *testing.T) {
	dir, want := filled(t)
	pages, size := usedPages(t, dir)
	random := rand.New(rand.NewPCG(3, 4))
	for _, page := range pages {
		places := []int{random.IntN(16), 16 + random.IntN(64), random.IntN(size)} // header, elements, anything
		if graphtest.Rounds(1, 2) == 1 {
			places = places[page%3:][:1]
		}
		for _, at := range places {
			outcome(t, copied(t, dir, func(b []byte) []byte {
				b[page*size+at] ^= 1 << random.IntN(8)
				return b
			}), want)
		}
	}
}

func TestTruncatedFileIsAnError(t *testing.T) {
	dir, want := filled(t)
	info, err := os.Stat(filepath.Join(dir, dataName))
	if err != nil {
		t.Fatal(err)
	}
	for _, left := range []int64{0, 1, 4096, 8192, 16384, info.Size() / 2, info.Size() - 4096} {
		broken := copied(t, dir, func(b []byte) []byte { return b[:left] })
		if !outcome(t, broken, want) {
			// bbolt grows a file ahead of its use: the tail may be empty.
			pages, size := usedPages(t, dir)
			if left < int64(pages[len(pages)-1]+1)*int64(size) {
				t.Errorf("a file cut to %d of %d bytes was opened and read", left, info.Size())
			}
		}
	}
}

// TestFileTruncatedWhileOpen cuts pages off that are mapped: reading them is a
// fault of the memory and not a panic.
func TestFileTruncatedWhileOpen(t *testing.T) {
	dir, _ := filled(t)
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, dataName), 16384); err != nil {
		t.Fatal(err)
	}
	if got, err := contentOf(t, s); err == nil || !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("%d records were read of a file that is gone: %v", len(got.records), err)
	}
	if err := s.Append(t.Context(), 30, []graph.Entry{entryOf(31, 20, 60)}); err == nil {
		t.Error("an append to a file that is gone was acknowledged")
	}
	_ = s.Close()
}

func TestMissingFileBesideItsMarkerIsAnError(t *testing.T) {
	dir, _ := filled(t)
	if err := os.Remove(filepath.Join(dir, dataName)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("a graph whose file is missing: %v, want ErrDamaged", err)
	}
}

func TestForeignFileBesideTheMarkerIsAnError(t *testing.T) {
	dir, _ := filled(t)
	other, _ := filled(t)
	foreign := copied(t, dir, func([]byte) []byte {
		b, err := os.ReadFile(filepath.Join(other, dataName))
		if err != nil {
			t.Fatal(err)
		}
		return b
	})
	if _, err := Open(foreign, Options{}); !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("a file of another epoch: %v, want ErrUnavailable", err)
	}
}

// TestDamagedMetaPageIsAnError: bbolt alone would open the state before the
// last commit.
func TestDamagedMetaPageIsAnError(t *testing.T) {
	dir, want := filled(t)
	for page := range 2 {
		broken := copied(t, dir, func(b []byte) []byte {
			b[page*os.Getpagesize()+pageHeaderSize+20] ^= 1
			return b
		})
		if _, err := Open(broken, Options{}); !errors.Is(err, ErrDamaged) {
			t.Errorf("meta page %d: %v, want ErrDamaged", page, err)
		}
		s, err := Open(broken, Options{Salvage: true})
		if err != nil {
			t.Fatalf("salvage with meta page %d damaged: %v", page, err)
		}
		got, err := contentOf(t, s)
		if err != nil || len(got.entries) < len(want.entries)-1 {
			t.Errorf("salvage found %d of %d entries: %v", len(got.entries), len(want.entries), err)
		}
		_ = s.Close()
	}
}

func TestNewerFormatIsRefused(t *testing.T) {
	dir, _ := filled(t)
	rewriteState(t, dir, func(st *state) { st.format = currentFormat + 1 })
	if _, err := Open(dir, Options{}); !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("a newer format: %v, want ErrUnavailable", err)
	}
}

// TestLostRecordsAreAnError takes a record out the way a damaged page does:
// every checksum that is left is right.
func TestLostRecordsAreAnError(t *testing.T) {
	for _, name := range [][]byte{nodesBucket, edgesBucket, logBucket} {
		dir, _ := filled(t)
		change(t, dir, func(tx *bbolt.Tx) error {
			c := tx.Bucket(name).Cursor()
			k, _ := c.First()
			if bytes.Equal(name, logBucket) {
				k = seqKey(7)
			}
			return tx.Bucket(name).Delete(k)
		})
		s, err := Open(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := contentOf(t, s); !errors.Is(err, ErrDamaged) {
			t.Errorf("a record missing from %s: %v, want ErrDamaged", name, err)
		}
		_ = s.Close()
	}
}

func TestChangedValueIsAnError(t *testing.T) {
	for _, name := range [][]byte{nodesBucket, edgesBucket, logBucket, metaBucket} {
		dir, _ := filled(t)
		change(t, dir, func(tx *bbolt.Tx) error {
			b := tx.Bucket(name)
			k, v := b.Cursor().First()
			v = bytes.Clone(v)
			v[len(v)/2] ^= 1
			return b.Put(bytes.Clone(k), v)
		})
		s, err := Open(dir, Options{})
		if err == nil {
			_, err = contentOf(t, s)
			_ = s.Close()
		}
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("a changed value in %s: %v, want ErrDamaged", name, err)
		}
	}
}

// change edits the file as bbolt would.
func change(t *testing.T, dir string, edit func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(dir, dataName), 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(edit), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func rewriteState(t *testing.T, dir string, edit func(*state)) {
	t.Helper()
	change(t, dir, func(tx *bbolt.Tx) error {
		st, err := getState(tx)
		if err != nil {
			return err
		}
		edit(&st)
		return putState(tx, st)
	})
}

func TestStateRowRoundTrip(t *testing.T) {
	want := state{format: currentFormat, seq: 1 << 60, epoch: "e", nodes: 3, edges: 4}
	b := want.append(nil)
	got, err := parseState(b)
	if err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	for n := range len(b) - 1 {
		if _, err := parseState(b[:n]); n < 32 && err == nil {
			t.Errorf("a row of %d bytes was taken", n)
		}
	}
	binary.BigEndian.PutUint64(b, 99)
	if _, err := parseState(b); err == nil {
		t.Error("format 99 was taken")
	}
}
