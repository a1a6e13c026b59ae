package testserver

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// Messages and answers of Bolt 5.2, as far as we speak it.
const (
	msgHello  = 0x01
	msgRun    = 0x10
	msgPull   = 0x3F
	msgLogon  = 0x6A
	ansOK     = 0x70
	ansRecord = 0x71
)

// execute runs one auto-commit statement on the server at addr and waits for its
// end. It returns no rows: whoever wants those has the driver.
func execute(ctx context.Context, addr, statement string) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("dialling %s: %w", addr, err)
	}
	defer conn.Close()
	// The context bounds every byte: a server that accepts and then says
	// nothing is what a starting one looks like.
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := handshake(conn); err != nil {
		return err
	}
	agent := packMap("user_agent", packString("zhitu-test/1"))
	for _, m := range [][]byte{
		message(msgHello, agent),
		message(msgLogon, packMap("scheme", packString("none"))),
		message(msgRun, packString(statement), packMap(), packMap()),
		message(msgPull, packMap("n", []byte{0xFF})), // -1: all
	} {
		if err := call(conn, m); err != nil {
			return err
		}
	}
	return nil
}

func handshake(conn net.Conn) error {
	hello := []byte{0x60, 0x60, 0xB0, 0x17, 0, 0, 2, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	if _, err := conn.Write(hello); err != nil {
		return fmt.Errorf("bolt handshake: %w", err)
	}
	var version [4]byte
	if _, err := io.ReadFull(conn, version[:]); err != nil {
		return fmt.Errorf("bolt handshake: %w", err)
	}
	if version != [4]byte{0, 0, 2, 5} {
		return fmt.Errorf("bolt handshake: server offers version % x", version)
	}
	return nil
}

// call sends one message and reads up to the answer that ends it.
func call(conn net.Conn, m []byte) error {
	if _, err := conn.Write(m); err != nil {
		return fmt.Errorf("bolt: %w", err)
	}
	for {
		ans, err := readMessage(conn)
		if err != nil {
			return fmt.Errorf("bolt: %w", err)
		}
		switch {
		case len(ans) < 2:
			return errors.New("bolt: answer without a signature")
		case ans[1] == ansOK:
			return nil
		case ans[1] != ansRecord:
			return fmt.Errorf("bolt: server refuses: %q", ans[2:])
		}
	}
}

// readMessage joins the chunks of one message; empty chunks before it are the
// server's keep-alives.
func readMessage(conn net.Conn) ([]byte, error) {
	var all []byte
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return nil, err
		}
		n := int(binary.BigEndian.Uint16(size[:]))
		if n == 0 && len(all) > 0 {
			return all, nil
		}
		start := len(all)
		all = append(all, make([]byte, n)...)
		if _, err := io.ReadFull(conn, all[start:]); err != nil {
			return nil, err
		}
	}
}

// message is one chunk: our statements are far below its 64 KiB.
func message(signature byte, fields ...[]byte) []byte {
	body := []byte{0xB0 | byte(len(fields)), signature}
	for _, f := range fields {
		body = append(body, f...)
	}
	m := binary.BigEndian.AppendUint16(nil, uint16(len(body)))
	m = append(m, body...)
	return append(m, 0, 0)
}

func packString(s string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xD1}, uint16(len(s))), s...)
}

// packMap takes at most one key, which is all that is needed here.
func packMap(kv ...any) []byte {
	if len(kv) == 0 {
		return []byte{0xA0}
	}
	return append(append([]byte{0xA1}, packString(kv[0].(string))...), kv[1].([]byte)...)
}
