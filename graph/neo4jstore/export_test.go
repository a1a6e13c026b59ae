package neo4jstore

// EmptyServer is for the tests outside the package: one server serves both.
var EmptyServer = server.Empty
