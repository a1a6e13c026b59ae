package localstore

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// The pages of bbolt, as far as their headers and the links between them go.
// All integers are as in memory.
//
//	header   id u64, flags u16, count u16, overflow u32 (pages that follow and belong to it)
//	leaf     count × (flags u32, position u32, key size u32, value size u32), then keys and values
//	branch   count × (position u32, key size u32, child u64), then keys
//	free     count × id u64; count 0xFFFF: the first is the count
//
// Positions count from their own element.
const (
	branchFlag    = 0x01
	leafFlag      = 0x02
	freelistFlag  = 0x10
	bucketFlag    = 0x01 // of a leaf element: the value begins with the bucket's root
	elementSize   = 16
	manyFreePages = 0xFFFF
	firstPage     = 2 // after the two meta pages
	readAhead     = 1 << 20
)

// pageWalk reads a file from end to end and remembers which pages are spoken
// for.
type pageWalk struct {
	file  *os.File
	meta  metaPage
	free  []bool // on the list of free pages
	head  []bool // in use, and the first of its run
	child []bool // somebody's child, or root
}

// checkPages tells whether the file is as long as it says and its pages fit
// together: every page is free or in use, what is in use says its own number
// and a length that its content has, and has exactly one parent.
func checkPages(path string, salvage bool) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("checking pages: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("checking pages: %w", err)
	}
	meta, err := newestMeta(f, salvage)
	if err != nil {
		return err
	}
	if want := int64(meta.pages) * meta.pageSize; info.Size() < want {
		return damaged("it is %d bytes long and was at least %d", info.Size(), want)
	}
	w := pageWalk{
		file: f, meta: meta,
		free: make([]bool, meta.pages), head: make([]bool, meta.pages), child: make([]bool, meta.pages),
	}
	for _, step := range []func() error{w.readFree, w.readPages, w.readBuckets, w.compare} {
		if err := step(); err != nil {
			if errors.Is(err, ErrDamaged) {
				return err
			}
			return fmt.Errorf("checking pages: %w", err)
		}
	}
	return nil
}

// readFree reads the list of free pages.
func (w *pageWalk) readFree() error {
	b, err := w.run(w.meta.freelist)
	if err != nil {
		return err
	}
	if b.flags() != freelistFlag {
		return damaged("page %d is no list of free pages", w.meta.freelist)
	}
	n, at := uint64(b.count()), uint64(pageHeaderSize)
	if n == manyFreePages {
		n, at = native.Uint64(b[at:]), at+8
	}
	if n > w.meta.pages || at+8*n > uint64(len(b)) {
		return damaged("the list of free pages is longer than its pages")
	}
	for i := range n {
		id := native.Uint64(b[at+8*i:])
		if id < firstPage || id >= w.meta.pages || w.free[id] {
			return damaged("the list of free pages names page %d", id)
		}
		w.free[id] = true
	}
	return w.adopt(w.meta.freelist)
}

// run reads the page that begins at id with all that belongs to it.
func (w *pageWalk) run(id uint64) (page, error) {
	b := make(page, w.meta.pageSize)
	if id < firstPage || id >= w.meta.pages {
		return nil, damaged("page %d of %d is asked for", id, w.meta.pages)
	}
	if _, err := w.file.ReadAt(b, int64(id)*w.meta.pageSize); err != nil {
		return nil, err
	}
	if b.id() != id || b.overflow() >= w.meta.pages-id {
		return nil, damaged("header of page %d", id)
	}
	if b.overflow() == 0 {
		return b, nil
	}
	b = make(page, int64(b.overflow()+1)*w.meta.pageSize)
	_, err := w.file.ReadAt(b, int64(id)*w.meta.pageSize)
	return b, err
}

// readPages goes through all pages in order, in large pieces.
func (w *pageWalk) readPages() error {
	size := w.meta.pageSize
	buf := make([]byte, max(readAhead, size)/size*size)
	next := uint64(firstPage) // what comes before it is spoken for
	for first := uint64(0); first < w.meta.pages; first += uint64(int64(len(buf)) / size) {
		n, err := w.file.ReadAt(buf, int64(first)*size)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		for id := max(first, next); id < w.meta.pages && int64(id-first+1)*size <= int64(n); id = max(id+1, next) {
			if w.free[id] {
				continue
			}
			if next, err = w.readPage(id, page(buf[int64(id-first)*size:][:size])); err != nil {
				return err
			}
		}
	}
	return nil
}

// readPage checks the page in use that begins at id, and returns the first
// page that is not part of it.
func (w *pageWalk) readPage(id uint64, b page) (next uint64, err error) {
	next = id + b.overflow() + 1
	if b.id() != id || next > w.meta.pages {
		return 0, damaged("header of page %d", id)
	}
	for i := id + 1; i < next; i++ {
		if w.free[i] {
			return 0, damaged("page %d is free and part of page %d", i, id)
		}
	}
	w.head[id] = true
	if b.flags() == freelistFlag {
		return next, nil
	}
	if b.flags() != leafFlag && b.flags() != branchFlag {
		return 0, damaged("page %d is of no kind", id)
	}
	end, ok := b.end()
	if pages := (end + w.meta.pageSize - 1) / w.meta.pageSize; !ok || uint64(pages) != b.overflow()+1 {
		return 0, damaged("page %d is not as long as it says", id)
	}
	if b.flags() == branchFlag {
		for i := range b.count() {
			if err := w.adopt(native.Uint64(b.element(i)[8:])); err != nil {
				return 0, err
			}
		}
	}
	return next, nil
}

// adopt notes that page id has a parent.
func (w *pageWalk) adopt(id uint64) error {
	if id < firstPage || id >= w.meta.pages || w.child[id] {
		return damaged("page %d has no parent or two", id)
	}
	w.child[id] = true
	return nil
}

// readBuckets adopts the roots of the buckets. They are few, and so small that
// one leaf holds them; a branch above it is allowed all the same.
func (w *pageWalk) readBuckets() error {
	if err := w.adopt(w.meta.root); err != nil {
		return err
	}
	b, err := w.run(w.meta.root)
	if err != nil {
		return err
	}
	leaves := []page{b}
	if b.flags() == branchFlag {
		leaves = nil
		for i := range b.count() {
			leaf, err := w.run(native.Uint64(b.element(i)[8:]))
			if err != nil {
				return err
			}
			leaves = append(leaves, leaf)
		}
	}
	for _, leaf := range leaves {
		if err := w.readBucketLeaf(leaf); err != nil {
			return err
		}
	}
	return nil
}

func (w *pageWalk) readBucketLeaf(b page) error {
	if b.flags() != leafFlag {
		return damaged("the list of buckets is no leaf")
	}
	for i := range b.count() {
		e := b.element(i)
		at := int64(native.Uint32(e[4:])) + int64(native.Uint32(e[8:]))
		if native.Uint32(e) != bucketFlag || at+8 > int64(len(e)) {
			return damaged("an entry in the list of buckets is no bucket")
		}
		// Root 0: a bucket so small that it lies in the value itself.
		if root := native.Uint64(e[at:]); root != 0 {
			if err := w.adopt(root); err != nil {
				return err
			}
		}
	}
	return nil
}

// compare wants a parent for each page in use, and a page for each child.
func (w *pageWalk) compare() error {
	for id := range w.head {
		if w.head[id] != w.child[id] {
			return damaged("page %d is in use: %t; has a parent: %t", id, w.head[id], w.child[id])
		}
	}
	return nil
}

// page is the bytes of one page, or of a run.
type page []byte

func (b page) id() uint64       { return native.Uint64(b) }
func (b page) flags() uint16    { return native.Uint16(b[8:]) }
func (b page) count() int       { return int(native.Uint16(b[10:])) }
func (b page) overflow() uint64 { return uint64(native.Uint32(b[12:])) }

// element returns the bytes from element i on; end has seen that it is there.
func (b page) element(i int) []byte { return b[pageHeaderSize+i*elementSize:] }

// end returns where the content of a leaf or branch ends: the last element
// points at the last bytes. ok tells whether all elements are on the page and
// the first points right behind them, which a wrong count would not.
func (b page) end() (end int64, ok bool) {
	n := b.count()
	first := int64(pageHeaderSize + n*elementSize)
	if n == 0 {
		return first, b.flags() == leafFlag
	}
	if first > int64(len(b)) {
		return 0, false
	}
	position := 4 // of the position in an element
	if b.flags() == branchFlag {
		position = 0
	}
	if int(native.Uint32(b.element(0)[position:])) != n*elementSize {
		return 0, false
	}
	e := b.element(n - 1)[position:]
	end = first - elementSize + int64(native.Uint32(e)) + int64(native.Uint32(e[4:]))
	if b.flags() == leafFlag {
		end += int64(native.Uint32(e[8:]))
	}
	return end, true
}
