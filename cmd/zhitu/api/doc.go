// Package api is the HTTP interface of zhitu and the only place that knows
// Gin. Names of paths, parameters and members are fixed by openapi.yaml, which
// lies here, is served at /openapi.yaml, and is held true by tests: the router
// and the document list the same operations with the same parameters, and
// every answer that a test sees is validated against it.
//
// A route is one row of a table (routes.go): method, path, what the caller must
// be allowed, and a function
//
//	func(context.Context, Req) (Resp, error)
//
// that knows neither Gin nor HTTP. The adapter serve (serve.go) is the only
// code that binds a request, encodes an answer or answers with an error. Req is
// a struct whose tags say where each member comes from (bind.go); what the tags
// do not name is refused, in the query as in the body.
//
// The questions have no handlers of their own: each row of answer.Registry is
// a route.
//
// Around every handler lie, from the outside in: request id, log line and
// metrics, recovery, security headers, the check of cross-site writes, the
// caller, the gate of the route's class, the deadline. Errors become
// application/problem+json in one table (errors.go), in the caller's language,
// with texts from the catalogue of package graph; what is not in the catalogue
// is for the log alone.
//
// What a caller may not see contributes nothing: every handler reads through a
// graph.View made for that caller, and a hidden record is answered with the
// bytes of one that never was.
package api
