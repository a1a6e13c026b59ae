package localstore

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestPagesThatDoNotFitTogetherAreAnError makes changes after which every page
// is fine by itself.
func TestPagesThatDoNotFitTogetherAreAnError(t *testing.T) {
	dir, _ := filled(t)
	tests := []struct {
		name string
		edit func(t *testing.T, b []byte, m metaPage)
	}{
		{"a page in use is on the list of free pages", func(t *testing.T, b []byte, m metaPage) {
			list := pageAt(b, m, m.freelist)
			if list.count() == 0 {
				t.Fatal("no page is free")
			}
			native.PutUint64(list[pageHeaderSize:], childrenOf(t, b, m)[0])
		}},
		{"a page has two parents and another none", func(t *testing.T, b []byte, m metaPage) {
			_, branch := aBranch(t, b, m)
			native.PutUint64(branch.element(0)[8:], native.Uint64(branch.element(1)[8:]))
		}},
		{"a page is its own child", func(t *testing.T, b []byte, m metaPage) {
			id, branch := aBranch(t, b, m)
			native.PutUint64(branch.element(0)[8:], id)
		}},
		{"a page claims half the file", func(t *testing.T, b []byte, m metaPage) {
			native.PutUint32(pageAt(b, m, childrenOf(t, b, m)[0])[12:], 3)
		}},
		{"a leaf has fewer elements", func(t *testing.T, b []byte, m metaPage) {
			leaf := pageAt(b, m, childrenOf(t, b, m)[0])
			native.PutUint16(leaf[10:], 1)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			broken := copied(t, dir, func(b []byte) []byte {
				tt.edit(t, b, metaOf(t, dir))
				return b
			})
			_, err := Open(broken, Options{})
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("%v, want ErrDamaged", err)
			}
		})
	}
}

// TestSoundPagesAreTaken guards against a check that refuses what bbolt writes:
// every size of value, and pages that were freed and used again.
func TestSoundPagesAreTaken(t *testing.T) {
	dir := t.TempDir()
	for seq := range 60 {
		s, err := Open(dir, Options{})
		if err != nil {
			t.Fatalf("after %d appends: %v", seq, err)
		}
		if err := s.Append(t.Context(), s.head(t), sizedEntries(s.head(t), seq)); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func metaOf(t *testing.T, dir string) metaPage {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, dataName))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := newestMeta(f, false)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func pageAt(b []byte, m metaPage, id uint64) page { return page(b[int64(id)*m.pageSize:][:m.pageSize]) }

// aBranch returns a branch page in use.
func aBranch(t *testing.T, b []byte, m metaPage) (uint64, page) {
	t.Helper()
	root := pageAt(b, m, m.root)
	for i := range root.count() {
		e := root.element(i)
		at := native.Uint32(e[4:]) + native.Uint32(e[8:])
		if id := native.Uint64(e[at:]); id != 0 && pageAt(b, m, id).flags() == branchFlag {
			return id, pageAt(b, m, id)
		}
	}
	t.Fatal("no bucket is large enough")
	return 0, nil
}

func childrenOf(t *testing.T, b []byte, m metaPage) (ids []uint64) {
	t.Helper()
	_, branch := aBranch(t, b, m)
	for i := range branch.count() {
		ids = append(ids, native.Uint64(branch.element(i)[8:]))
	}
	return ids
}
