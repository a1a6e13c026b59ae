package neo4jstore

import "testing"

// EmptyServer is for the tests outside the package: one server serves both.
func EmptyServer(t testing.TB) string { return server.Empty(t) }
