package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"hash/crc32"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"zhitu/graph"
)

// Identity is who makes a call. The zero Identity is the public: it may read
// what is public, and write nothing.
type Identity struct {
	Name   string // the author of the entries that it writes
	Caller graph.Caller
	Write  bool
}

// need is what a route asks of its caller. The zero need is the strictest.
type need uint8

const (
	toWrite need = iota
	toRead
	nothing
)

// tokenPrefix makes a token recognizable where it should not be, in a log or a
// repository.
const tokenPrefix = "zhitu_"

// NewToken returns a new bearer token and the hash that is kept of it. 32
// random bytes need no slow hash.
func NewToken() (token string, hash [sha256.Size]byte) {
	secret := make([]byte, 32)
	rand.Read(secret) // never fails (crypto/rand)
	token = tokenPrefix + base64.RawURLEncoding.EncodeToString(secret)
	token += checksum(token)
	return token, sha256.Sum256([]byte(token))
}

// checksum ends a token, so that scanners of secrets can tell one from chance.
func checksum(s string) string {
	sum := crc32.ChecksumIEEE([]byte(s))
	return hex.EncodeToString([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
}

// Administrator returns an Authenticate that knows one token, by its hash: the
// one that the first start prints.
func Administrator(hash [sha256.Size]byte) func(token string) (Identity, bool) {
	return func(token string) (Identity, bool) {
		got := sha256.Sum256([]byte(token))
		if subtle.ConstantTimeCompare(got[:], hash[:]) != 1 {
			return Identity{}, false
		}
		return Identity{Name: "administrator", Caller: graph.Caller{Everything: true}, Write: true}, true
	}
}

type identityKey struct{}

// identityOf returns who makes the call that ctx belongs to.
func identityOf(ctx context.Context) Identity {
	id, _ := ctx.Value(identityKey{}).(Identity)
	return id
}

// authenticate finds out who calls, and refuses who may not: everything that is
// not allowed by name is forbidden. A token that is no good is an error even
// where none is needed, because its owner thinks otherwise.
func (a *API) authenticate(wanted need) gin.HandlerFunc {
	return func(c *gin.Context) {
		header := c.Request.Header.Get("Authorization")
		id, known := Identity{Name: "public"}, a.config.OpenRead
		if header != "" {
			token, ok := strings.CutPrefix(header, "Bearer ")
			if id, known = a.config.authenticate(strings.TrimSpace(token)); !known || !ok {
				a.fail(c, unauthorized)
				return
			}
		}
		switch {
		case wanted == nothing:
		case !known:
			a.fail(c, unauthorized)
			return
		case wanted == toWrite && !id.Write:
			a.refuseWrite(c, header != "")
			return
		}
		c.Set(callerKey, id.Name)
		c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), identityKey{}, id))
	}
}

func (a *API) refuseWrite(c *gin.Context, named bool) {
	if named {
		a.fail(c, &statusError{code: "forbidden", status: http.StatusForbidden})
		return
	}
	a.fail(c, unauthorized)
}

var unauthorized = &statusError{code: "unauthorized", status: http.StatusUnauthorized, allow: `Bearer realm="zhitu"`}

// crossOrigin refuses writes that a browser makes for another site.
func (a *API) crossOrigin(check *http.CrossOriginProtection) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := check.Check(c.Request); err != nil {
			a.fail(c, &statusError{code: "cross_origin", status: http.StatusForbidden, cause: err})
		}
	}
}
