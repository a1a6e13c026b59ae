package localstore

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io"
	"os"
)

// bbolt keeps two meta pages and writes them in turn; each names the roots of
// one committed state and carries a checksum. When one is broken bbolt opens
// with the other, which is one commit older, and says nothing. A crash does
// not break one (the 80 bytes lie in one sector), so a broken one is damage.
var native = binary.NativeEndian // bbolt writes its structs as they lie in memory

const (
	boltMagic      = 0xED0CDAED
	pageHeaderSize = 16
	metaSize       = 64 // checksum included
	metaSumOffset  = 56
)

// metaPage is what we read of one.
type metaPage struct {
	pageSize int64
	root     uint64 // page of the bucket of buckets
	freelist uint64 // first page of the list of free pages
	pages    uint64 // pages in use: the file is at least that long
	txid     uint64
}

// newestMeta returns the meta page that bbolt has opened the file with, whose
// lock we hold: nobody writes. A broken one is damage, unless salvage takes the
// other as it is.
func newestMeta(f *os.File, salvage bool) (metaPage, error) {
	first, err := readMetaPage(f, 0)
	// A whole page 0 knows the page size. bbolt makes files with that of the machine.
	size := first.pageSize
	if err != nil {
		size = int64(os.Getpagesize())
	}
	second, err2 := readMetaPage(f, size)
	switch {
	case err != nil && (err2 != nil || !salvage):
		return metaPage{}, damaged("meta page 0: %v: the last commit may be missing", err)
	case err2 != nil && !salvage:
		return metaPage{}, damaged("meta page 1: %v: the last commit may be missing", err2)
	case err == nil && (err2 != nil || first.txid > second.txid):
		return first, nil
	}
	return second, nil
}

func readMetaPage(f io.ReaderAt, at int64) (metaPage, error) {
	b := make([]byte, metaSize)
	if _, err := f.ReadAt(b, at+pageHeaderSize); err != nil {
		return metaPage{}, err
	}
	sum := fnv.New64a()
	_, _ = sum.Write(b[:metaSumOffset])
	if native.Uint32(b) != boltMagic || native.Uint64(b[metaSumOffset:]) != sum.Sum64() {
		return metaPage{}, errors.New("its checksum is wrong")
	}
	return metaPage{
		pageSize: int64(native.Uint32(b[8:])), root: native.Uint64(b[16:]), freelist: native.Uint64(b[32:]),
		pages: native.Uint64(b[40:]), txid: native.Uint64(b[48:]),
	}, nil
}
