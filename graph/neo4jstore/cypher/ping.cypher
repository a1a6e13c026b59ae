// Returns 1: the server answers.
RETURN 1 AS one
