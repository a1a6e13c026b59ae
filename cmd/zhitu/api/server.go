package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// ServeOptions are the times of a server. The zero options are those of the
// real one.
type ServeOptions struct {
	Settle time.Duration // between not being ready and closing the door; 0: 2 s
	Grace  time.Duration // for requests under way; 0: 20 s
}

// Serve answers on ln until ctx ends, and then stops without breaking a request
// that is under way: it says that it is not ready, ends streams, waits until
// others have noticed, and closes. It returns nil after a clean stop.
func (a *API) Serve(ctx context.Context, ln net.Listener, o ServeOptions) error {
	if o.Settle == 0 {
		o.Settle = 2 * time.Second
	}
	if o.Grace == 0 {
		o.Grace = 20 * time.Second
	}
	srv := &http.Server{
		Handler:           a.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(a.config.Logger.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	select {
	case err := <-served:
		return fmt.Errorf("serving on %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	a.Drain()
	settled := time.NewTimer(o.Settle)
	defer settled.Stop()
	<-settled.C
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), o.Grace)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		return errors.Join(fmt.Errorf("stopping the server: %w", err), srv.Close())
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving on %s: %w", ln.Addr(), err)
	}
	return nil
}
