package neo4jstore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"zhitu/graph"
)

// The codes that decide something. GqlStatus is one value for nearly all.
const (
	constraintCode  = "Neo.ClientError.Schema.ConstraintValidationFailed"
	equivalentCode  = "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists"
	timedOutPrefix  = "Neo.ClientError.Transaction.TransactionTimedOut"
	lockStoppedCode = "Neo.TransientError.Transaction.LockClientStopped"
	lockStoppedOld  = "Neo.ClientError.Transaction.LockClientStopped"
	memoryPoolCode  = "Neo.TransientError.General.MemoryPoolOutOfMemoryError"
	statementPrefix = "Neo.ClientError.Statement."
	procedurePrefix = "Neo.ClientError.Procedure."
)

// serverError returns what the server said, nil if err is not of the server.
// The wrapper that the driver's retries return is opened first: it has no
// Unwrap.
func serverError(err error) *neo4j.Neo4jError {
	nerr, _ := errors.AsType[*neo4j.Neo4jError](opened(err))
	return nerr
}

func opened(err error) error {
	if tried, ok := errors.AsType[*neo4j.TransactionExecutionLimit](err); ok && len(tried.Errors) > 0 {
		return tried.Errors[len(tried.Errors)-1]
	}
	return err
}

// translate is the one place where an error of the driver becomes one of
// graph's. ctx is the caller's: when it has ended, that is the reason, whatever
// the driver made of it. Every other thing that is not an answer of the server
// means that the server cannot be had.
func translate(ctx context.Context, err error) error {
	if err == nil || isOurs(err) {
		return err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	nerr := serverError(err)
	switch {
	case nerr == nil:
		return fmt.Errorf("%w: %w", graph.ErrUnavailable, opened(err))
	case nerr.Code == constraintCode:
		return fmt.Errorf("%w: %w", graph.ErrBehind, nerr)
	case strings.HasPrefix(nerr.Code, timedOutPrefix), nerr.Code == lockStoppedCode, nerr.Code == lockStoppedOld:
		return fmt.Errorf("%w: %w", context.DeadlineExceeded, nerr)
	case strings.HasPrefix(nerr.Code, statementPrefix), strings.HasPrefix(nerr.Code, procedurePrefix):
		return nerr // a bug of ours
	}
	return fmt.Errorf("%w: %w", graph.ErrUnavailable, nerr)
}

func isOurs(err error) bool {
	_, invalid := errors.AsType[*graph.InvalidError](err)
	return invalid || errors.Is(err, graph.ErrBehind) || errors.Is(err, graph.ErrUnavailable)
}

// transient tells whether the server has rolled back and the same transaction
// may succeed when repeated: it says so itself, or the time was over while we
// waited for the head, which whoever held it has lost by now. Memory will not
// come back in milliseconds.
func transient(err error) bool {
	nerr := serverError(err)
	if nerr == nil || nerr.Code == memoryPoolCode {
		return false
	}
	return strings.HasPrefix(nerr.Code, "Neo.TransientError.") || nerr.Code == lockStoppedOld
}

// unreachable tells whether err came instead of an answer of the server.
func unreachable(err error) bool {
	return err != nil && !isOurs(err) && serverError(err) == nil
}
