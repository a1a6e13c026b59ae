package neo4jstore_test

import (
	"encoding/binary"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// How a proxy treats the COMMIT of a transaction.
const (
	passCommit   = iota
	dropCommit   // the connection breaks before the server has it
	dropAnswer   // the server has it, its answer is lost
	holdEveryone // new connections are accepted and never answered
)

const boltCommit = 0x12

// boltProxy stands between a store and the server and breaks connections at a
// chosen message. It reads the frames of Bolt and nothing inside them but the
// kind of the message.
type boltProxy struct {
	server string
	l      net.Listener
	mode   atomic.Int32
	cuts   atomic.Int32

	mu    sync.Mutex
	conns []net.Conn
}

func newProxy(t *testing.T, server string) *boltProxy {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &boltProxy{server: server, l: l}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.keep(c)
			if p.mode.Load() != holdEveryone {
				go p.serve(c)
			}
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
		p.cutAll()
	})
	return p
}

func (p *boltProxy) uri() string { return "bolt://" + p.l.Addr().String() }

func (p *boltProxy) keep(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns = append(p.conns, c)
}

// cutAll breaks every connection there is.
func (p *boltProxy) cutAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
}

func (p *boltProxy) serve(client net.Conn) {
	server, err := net.Dial("tcp", p.server) //nolint:noctx // loopback, in a test
	if err != nil {
		_ = client.Close()
		return
	}
	p.keep(server)
	if err := greet(client, server); err != nil {
		return
	}
	var mute atomic.Bool // from now on answers are lost
	go func() {
		buf := make([]byte, 64<<10)
		for {
			n, err := server.Read(buf)
			if mute.Load() {
				_ = client.Close()
			}
			if err != nil {
				_ = client.Close()
				return
			}
			if _, err := client.Write(buf[:n]); err != nil {
				return
			}
		}
	}()
	defer server.Close()
	defer client.Close()
	p.messages(client, server, &mute)
}

// greet passes the handshake on, which has no frames. A server that answers
// with the list of what it speaks gets the choice as four bytes and one more.
func greet(client, server net.Conn) error {
	if _, err := io.CopyN(server, client, 20); err != nil {
		return err
	}
	var version [4]byte
	if _, err := io.ReadFull(server, version[:]); err != nil {
		return err
	}
	if _, err := client.Write(version[:]); err != nil || version != [4]byte{0, 0, 1, 0xFF} {
		return err
	}
	return passList(client, server)
}

// passList passes the list on: its length, four bytes an item, one of
// abilities; all numbers are small enough for one byte each.
func passList(client, server net.Conn) error {
	var n [1]byte
	if _, err := io.ReadFull(server, n[:]); err != nil {
		return err
	}
	if _, err := client.Write(n[:]); err != nil {
		return err
	}
	if _, err := io.CopyN(client, server, 4*int64(n[0])+1); err != nil {
		return err
	}
	_, err := io.CopyN(server, client, 5)
	return err
}

// messages forwards whole messages from client to server.
func (p *boltProxy) messages(client, server net.Conn, mute *atomic.Bool) {
	var raw, body []byte
	for {
		var size [2]byte
		if _, err := io.ReadFull(client, size[:]); err != nil {
			return
		}
		n := int(binary.BigEndian.Uint16(size[:]))
		chunk := make([]byte, n)
		if _, err := io.ReadFull(client, chunk); err != nil {
			return
		}
		raw = append(append(raw, size[:]...), chunk...)
		body = append(body, chunk...)
		if n > 0 {
			continue
		}
		if len(body) > 1 && body[1] == boltCommit {
			switch p.mode.Load() {
			case dropCommit:
				p.cuts.Add(1)
				return
			case dropAnswer:
				p.cuts.Add(1)
				mute.Store(true)
			}
		}
		if _, err := server.Write(raw); err != nil {
			return
		}
		raw, body = nil, nil
	}
}
