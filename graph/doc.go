// Package graph is the domain of zhitu 质图: what stands in a quality problem
// graph of industry chains, which rules it obeys, and the contracts of what
// keeps and reads it.
//
// Everything in the project points at this package and it points at nothing:
// it imports the standard library and golang.org/x/text, and a test at the
// root of the repository holds it to that. One table (schema.go) declares every kind of
// node and edge; validation, database constraints, search mapping, the API's
// enumerations and the data dictionary are made from it.
//
// The words are those of docs/glossary.md: one English term per concept, its
// Chinese beside it where it is defined.
package graph
