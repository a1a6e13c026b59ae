package localstore

import (
	"encoding/binary"
	"hash/crc32"
	"strconv"
)

// The buckets.
var (
	nodesBucket    = []byte("nodes")    // id → record
	edgesBucket    = []byte("edges")    // id → record
	logBucket      = []byte("log")      // seq, 8 bytes big-endian → entry
	commandsBucket = []byte("commands") // command id → seq
	metaBucket     = []byte("meta")     // stateKey → state
	stateKey       = []byte("state")
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const sumBytes = 4

// seal appends to v the checksum over key and v. The key is part of it so that
// a whole value under a foreign key is noticed too.
func seal(key, v []byte) []byte {
	return binary.BigEndian.AppendUint32(v, sumOf(key, v))
}

// unseal returns v without its checksum, or damage.
func unseal(bucket, key, v []byte) ([]byte, error) {
	n := len(v) - sumBytes
	if n < 0 || sumOf(key, v[:n]) != binary.BigEndian.Uint32(v[n:]) {
		return nil, damaged("value of %q in %s", key, bucket)
	}
	return v[:n], nil
}

func sumOf(key, v []byte) uint32 {
	return crc32.Update(crc32.Update(0, castagnoli, key), castagnoli, v)
}

// state is the one row of meta: read first, written by every append.
type state struct {
	format       uint64 // of everything in the file; a newer one is refused
	seq          uint64
	epoch        string
	nodes, edges uint64 // how many there are, which no page can tell
}

const currentFormat = 1

func (s state) append(b []byte) []byte {
	for _, n := range []uint64{s.format, s.seq, s.nodes, s.edges} {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return append(b, s.epoch...)
}

func parseState(b []byte) (state, error) {
	if len(b) < 8 {
		return state{}, damaged("row of meta")
	}
	s := state{format: binary.BigEndian.Uint64(b)}
	if s.format != currentFormat {
		return state{}, refused("it was written in format " + strconv.FormatUint(s.format, 10) +
			", this program reads format " + strconv.Itoa(currentFormat))
	}
	if len(b) < 32 {
		return state{}, damaged("row of meta")
	}
	s.seq, s.nodes, s.edges = binary.BigEndian.Uint64(b[8:]), binary.BigEndian.Uint64(b[16:]), binary.BigEndian.Uint64(b[24:])
	s.epoch = string(b[32:])
	return s, nil
}

func seqKey(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }
