package ledger

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"zhitu/graph"
)

// Other processes' entries are looked for this often, and a failed append is
// followed by a pause, all with jitter, so that processes do not march in step.
const (
	pollEvery      = 175 * time.Millisecond // ± 75
	firstPause     = 2 * time.Millisecond
	longPause      = 200 * time.Millisecond
	holePause      = 20 * time.Millisecond
	holePatience   = 2 * time.Second
	followPatience = 3 * time.Second // writes wait meanwhile
	maxUnknowns    = 4               // appends whose outcome is unknown and stays so, in a row
)

// run is the writer.
func (l *Ledger) run(life context.Context) {
	w := &writer{Ledger: l}
	for {
		group, ok := w.pick(life)
		if !ok {
			break
		}
		w.write(life, group)
	}
	for _, r := range w.left {
		r.answer(answer{err: errClosed})
	}
	for {
		select {
		case r := <-l.queue:
			if r.state.CompareAndSwap(waiting, taken) {
				r.answer(answer{err: errClosed})
			}
		default:
			return
		}
	}
}

// writer is what only the writing goroutine knows.
type writer struct {
	*Ledger
	left   []*request // taken, and left over from the group before
	unsure bool       // an append may have happened that no catching up has shown yet
	lost   bool       // the log could not be followed the last time
}

// pick returns the requests that wait, at most maxGroup, without waiting for
// more than the first.
func (w *writer) pick(ctx context.Context) ([]*request, bool) {
	group := w.left
	w.left = nil
	for len(group) == 0 {
		r, open := w.next(ctx)
		if !open {
			return nil, false
		}
		group = take(group, r)
	}
	for len(group) < maxGroup {
		select {
		case r := <-w.queue:
			group = take(group, r)
		default:
			return group, true
		}
	}
	return group, true
}

// next waits for a request; meanwhile it follows the log, if others write it.
func (w *writer) next(ctx context.Context) (r *request, open bool) {
	for {
		poll, stop := w.pollTimer()
		select {
		case r = <-w.queue:
			stop()
			return r, true
		case <-poll:
			w.follow(ctx)
		case <-w.closing:
			stop()
			return nil, false
		}
	}
}

func (w *writer) pollTimer() (<-chan time.Time, func()) {
	if !w.poll {
		return nil, func() {}
	}
	timer := time.NewTimer(jitter(pollEvery))
	return timer.C, func() { timer.Stop() }
}

func take(group []*request, r *request) []*request {
	if r.state.CompareAndSwap(waiting, taken) {
		group = append(group, r)
	}
	return group
}

// jitter returns d, give or take three sevenths.
func jitter(d time.Duration) time.Duration {
	return d - d*3/7 + rand.N(d*6/7+1)
}

// follow looks for entries of other processes. That it cannot is said once, not
// at every turn.
func (w *writer) follow(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, followPatience)
	defer cancel()
	err := w.catchUp(ctx)
	switch {
	case err != nil && !w.lost:
		w.log.Warn("the log of the store cannot be followed", "error", err)
	case err == nil && w.lost:
		w.log.Info("the log of the store is followed again")
	}
	w.lost = err != nil
}

// write settles every request of group: applied, refused, or given up at the
// deadline.
func (w *writer) write(life context.Context, group []*request) {
	ctx, cancel := context.WithDeadline(life, deadline(group))
	defer cancel()
	var last error
	unknowns := 0
	for pause := firstPause; ; pause = min(2*pause, longPause) {
		if w.unsure {
			err := w.catchUp(ctx)
			if err != nil && unknowns == 0 {
				last = err
				break // nothing was tried: the store is down, and callers learn it at once
			}
		}
		if !w.unsure {
			err := w.round(ctx, group)
			if err == nil {
				return
			}
			switch {
			case errors.Is(err, errRefused):
				w.writeSingly(life, ctx, group)
				return
			case !errors.Is(err, graph.ErrBehind):
				last = err
				unknowns++
			}
		}
		if unknowns >= maxUnknowns || !sleep(ctx, jitter(pause)) {
			break
		}
	}
	if last == nil {
		last = ctx.Err()
	}
	w.giveUp(group, last, unknowns > 0)
}

// deadline is the latest of the group's, and not later than patience allows.
func deadline(group []*request) time.Time {
	most := time.Now().Add(patience)
	var last time.Time
	for _, r := range group {
		if r.deadline.IsZero() {
			return most
		}
		if r.deadline.After(last) {
			last = r.deadline
		}
	}
	if last.After(most) {
		return most
	}
	return last
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// giveUp tells group that it has failed for now; tried, that it may yet have
// been written.
func (w *writer) giveUp(group []*request, last error, tried bool) {
	err := fmt.Errorf("%w: %w", graph.ErrUnavailable, last)
	if tried {
		err = fmt.Errorf("%w: the outcome is not known, repeat with the same command: %w", graph.ErrUnavailable, last)
	}
	w.log.Error("a group of writes was given up", "writes", len(group), "tried", tried, "error", last)
	for _, r := range group {
		r.answer(answer{err: err})
	}
}

// errRefused says that the store refuses a group at a head that has not moved:
// one of its commands is in the log and older than our memory.
var errRefused = errors.New("refused at an unmoved head")

// round judges the group, appends and answers. It returns nil when everybody is
// answered or left for the next group, ErrBehind when the head has moved,
// errRefused, or what made the outcome unknown.
func (w *writer) round(ctx context.Context, group []*request) error {
	base := w.view.Load()
	g := w.judge(base.world, group)
	if len(g.entries) > 0 {
		if err := w.store.Append(ctx, base.newest.Seq(), g.entries); err != nil {
			for _, m := range g.members {
				m.tried = m.tried || !errors.Is(err, graph.ErrBehind)
			}
			return w.appendFailed(ctx, base.newest.Seq(), err)
		}
		w.remember(g.entries)
		w.show(ctx, g.world)
	}
	g.answer(w)
	w.left = append(w.left, g.rest...)
	return nil
}

func (w *writer) appendFailed(ctx context.Context, head graph.Seq, err error) error {
	w.unsure = true
	if catching := w.catchUp(ctx); catching != nil {
		return fmt.Errorf("%w; then %w", err, catching)
	}
	moved := w.view.Load().newest.Seq() != head
	switch {
	case moved:
		return graph.ErrBehind
	case errors.Is(err, graph.ErrBehind):
		return errRefused
	}
	return err
}

// writeSingly finds out which of a refused group is refused.
func (w *writer) writeSingly(life, ctx context.Context, group []*request) {
	if len(group) > 1 {
		for _, r := range group {
			w.write(life, []*request{r})
		}
		return
	}
	r := group[0]
	k, found, err := w.lookUp(ctx, r.batch.Command)
	switch {
	case err != nil:
		w.giveUp(group, err, false)
	case found:
		w.commands.remember(r.batch.Command, k)
		r.answer(w.knownAnswer(r, k))
	default:
		err := fmt.Errorf("%w: the store refuses what its log allows", graph.ErrUnavailable)
		w.log.Error("store and log contradict one another: somebody has written past the ledger", "command", r.batch.Command)
		r.answer(answer{err: err})
	}
}

func (w *writer) knownAnswer(r *request, k known) answer {
	k.own = k.own || r.tried
	return answer{seq: k.seq, known: &k, err: sameCommand(k, r.batch)}
}

func (w *writer) remember(entries []graph.Entry) {
	for _, e := range entries {
		w.commands.remember(e.Command, known{seq: e.Seq, hash: e.Hash})
	}
}

// catchUp moves the view to the head of the store. A log that ends before its
// head has a hole, which is filled in a moment: see graph.Store.Changes.
func (w *writer) catchUp(ctx context.Context) error {
	w.unsure = true
	patient, cancel := context.WithTimeout(ctx, holePatience)
	defer cancel()
	for {
		head, epoch, err := w.store.Head(ctx)
		if err != nil {
			return fmt.Errorf("head of the store: %w", err)
		}
		v := w.view.Load()
		if epoch != v.newest.Epoch() || head < v.newest.Seq() {
			return fmt.Errorf("%w: the store was replaced, the service must be started again", graph.ErrUnavailable)
		}
		if err := w.readLog(ctx, v.world); err != nil {
			return err
		}
		at := w.view.Load().newest.Seq()
		if at >= head {
			w.unsure = false
			return nil
		}
		if !sleep(patient, jitter(holePause)) {
			return fmt.Errorf("%w: entry %d of the log is missing", graph.ErrUnavailable, at+1)
		}
	}
}

// readLog applies what the log has beyond v.
func (w *writer) readLog(ctx context.Context, v world) error {
	next, moved := v, false
	for e, err := range w.store.Changes(ctx, v.newest.Seq()) {
		if err != nil {
			return fmt.Errorf("log after %d: %w", next.newest.Seq(), err)
		}
		newest, err := next.newest.Apply(e)
		if err != nil {
			return fmt.Errorf("log after %d: %w", next.newest.Seq(), err)
		}
		if next, err = next.with(e, newest); err != nil {
			return fmt.Errorf("log after %d: %w", e.Seq-1, err)
		}
		if next, err = w.settle(ctx, next); err != nil {
			return err
		}
		w.remember([]graph.Entry{e})
		moved = true
	}
	next, err := w.settle(ctx, next)
	if err != nil {
		return err
	}
	if moved || len(v.closed) > 0 {
		w.publish(next)
	}
	return nil
}

// show publishes next. Should the log not be readable just now, an import that
// has closed beside an open one stays hidden until the next catching up.
func (w *writer) show(ctx context.Context, next world) {
	settled, err := w.settle(ctx, next)
	if err != nil {
		w.log.Warn("a closed import cannot be shown yet", "error", err)
		w.unsure = true // look again before the next write
		settled = next
	}
	w.publish(settled)
}

// settle gives published the records of imports that have closed while others
// are open, from the log.
func (w *writer) settle(ctx context.Context, next world) (world, error) {
	for len(next.closed) > 0 {
		c := next.closed[0]
		own, err := w.Ledger.entries(ctx, c.first-1, c.end, func(e graph.Entry) bool { return e.Import == c.id })
		if err != nil {
			return next, fmt.Errorf("entries of import %s: %w", c.id, err)
		}
		net, err := mustNet(own)
		if err != nil {
			return next, fmt.Errorf("import %s: %w", c.id, err)
		}
		seq := max(c.end, next.published.Seq())
		published, err := next.published.As(seq - 1).Apply(graph.Entry{Seq: seq, Changes: net})
		if err != nil {
			return next, fmt.Errorf("import %s: %w", c.id, err)
		}
		next.published, next.closed = published, next.closed[1:]
	}
	if len(next.imports) == 0 {
		next.published = next.newest
	}
	return next, nil
}
