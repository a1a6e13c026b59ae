package localstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// bbolt keeps two meta pages and writes them in turn; each names the roots of
// one committed state and carries a checksum. When one is broken bbolt opens
// with the other, which is one commit older, and says nothing. A crash does
// not break one (the 80 bytes lie in one sector), so a broken one is damage.
const (
	boltMagic      = 0xED0CDAED
	pageHeaderSize = 16
	metaSize       = 64 // checksum included
	metaSumOffset  = 56
)

// metaPage is what we read of one.
type metaPage struct {
	pageSize int64
	pages    int64 // pages in use: the file is at least that long
	txid     uint64
}

// checkMetaPages compares the file with what its meta pages say. It is called
// while we hold bbolt's lock: nobody writes.
func checkMetaPages(path string, salvage bool) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("checking meta pages: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("checking meta pages: %w", err)
	}
	first, second, err := readMetaPages(f)
	if err != nil {
		if !salvage {
			return damaged("%v: the last commit may be missing", err)
		}
		return nil // bbolt found one that is whole, or it would not be open
	}
	newest := first
	if second.txid > first.txid {
		newest = second
	}
	if want := newest.pages * newest.pageSize; info.Size() < want {
		return damaged("it is %d bytes long and was at least %d", info.Size(), want)
	}
	return nil
}

func readMetaPages(f io.ReaderAt) (first, second metaPage, err error) {
	// A whole page 0 knows the page size; without it nothing can be said.
	if first, err = readMetaPage(f, 0); err != nil {
		return first, second, fmt.Errorf("meta page 0: %w", err)
	}
	if second, err = readMetaPage(f, first.pageSize); err != nil {
		return first, second, fmt.Errorf("meta page 1: %w", err)
	}
	return first, second, nil
}

func readMetaPage(f io.ReaderAt, at int64) (metaPage, error) {
	b := make([]byte, metaSize)
	if _, err := f.ReadAt(b, at+pageHeaderSize); err != nil {
		return metaPage{}, err
	}
	sum := fnv.New64a()
	_, _ = sum.Write(b[:metaSumOffset])
	order := binary.NativeEndian // bbolt writes its structs as they lie in memory
	if order.Uint32(b) != boltMagic || order.Uint64(b[metaSumOffset:]) != sum.Sum64() {
		return metaPage{}, errors.New("its checksum is wrong")
	}
	return metaPage{
		pageSize: int64(order.Uint32(b[8:])),
		pages:    int64(order.Uint64(b[40:])),
		txid:     order.Uint64(b[48:]),
	}, nil
}
