package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"zhitu/cmd/zhitu/api"
)

// The administrator's token is printed once, at the first start. What is kept
// of it is its hash, in a file of the data folder that only its owner reads;
// it is no part of the graph, whose log is kept for ever. Whoever loses the
// token removes the file and starts again.
const tokenName = "administrator.sha256"

// administrator returns the hash of the administrator's token, and the token
// itself when it was made just now.
func administrator(dir string) (hash [sha256.Size]byte, token string, err error) {
	name := filepath.Join(dir, tokenName)
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		token, hash = api.NewToken()
		if err := writeSecret(dir, name, hex.EncodeToString(hash[:])+"\n"); err != nil {
			return hash, "", fmt.Errorf("keeping the administrator's token: %w", err)
		}
		return hash, token, nil
	}
	if err != nil {
		return hash, "", fmt.Errorf("the administrator's token: %w", err)
	}
	if n, err := hex.Decode(hash[:], []byte(strings.TrimSpace(string(b)))); err != nil || n != sha256.Size {
		return hash, "", fmt.Errorf("%s holds no SHA-256: remove it, and the next start prints a new token", name)
	}
	return hash, "", nil
}

// writeSecret writes a file for its owner alone, whole or not at all.
func writeSecret(dir, name, text string) error {
	f, err := os.CreateTemp(dir, "new-*.tmp") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
