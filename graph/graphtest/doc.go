// Package graphtest is the contracts of Store and Reader, as tests. Each store
// and each reader runs all of its own: there is no way to skip a case.
//
//	func TestContract(t *testing.T) { graphtest.RunStore(t, openEmpty) }
//
// Whether an answer is right is decided by Model, a graph in plain maps that
// knows nothing of pages, indexes or transactions.
package graphtest
