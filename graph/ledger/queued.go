package ledger

// Queued returns how many writes wait for the writer, for whoever watches it.
func (l *Ledger) Queued() int { return len(l.queue) }
