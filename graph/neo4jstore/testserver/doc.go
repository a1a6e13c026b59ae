// Package testserver runs a real Neo4j Community for tests, without Docker.
//
// A store that claims to keep its promises over Neo4j has to be tested against
// Neo4j: over its plans, its locks, its COMMIT, and over a kill -9 in the
// middle of one. So the server is a separate process that a test may kill, not
// an embedded one, and it is made of the same jars as the distribution,
// fetched once by Maven into a cache outside the work tree.
//
// A test package owns one server at most, started by the first test that asks:
//
//	var neo4j testserver.Shared
//
//	func TestMain(m *testing.M) { os.Exit(neo4j.Run(m)) }
//
//	func TestX(t *testing.T) { uri := neo4j.Empty(t) … }
//
// What the machine lacks (a JDK, Maven, the network for the first download) is
// said once, loudly, with the number of tests that did not run; with
// NEO4J_REQUIRED=1 they fail instead, so that green cannot mean "not run".
//
//	NEO4J_TEST_VERSION  the version to run; default is the long-term one
//	NEO4J_TEST_LIB      a folder of its jars: nothing is downloaded
//	JAVA_HOME           tried before every JDK that is found
//
// The package does not import Neo4j's driver, which lives in neo4jstore alone:
// it speaks the few Bolt messages that "is it up" and "empty it" need.
package testserver
