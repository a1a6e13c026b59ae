package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"strconv"

	"github.com/gin-gonic/gin"

	"zhitu/graph"
	"zhitu/graph/answer"
	"zhitu/graph/chainmap"
)

// askedAt are the parameters that every question takes beside its own.
type askedAt struct {
	AsOf graph.Date `query:"as_of"`
	Seq  *graph.Seq `query:"seq" min:"0"`
}

// questionRoute makes the route of one question; none has a handler of its own.
func (a *API) questionRoute(q answer.Question) route {
	r := route{method: q.Method, path: q.Path, class: Traversal, need: toRead, endpoint: a.ask(q), merged: true}
	if q.Method == http.MethodPost {
		r.body = batchBody // what-if takes the operations of a batch
	}
	return r
}

// ask serves one question of the registry.
func (a *API) ask(q answer.Question) endpoint {
	e := a.askAs(q, func(c *gin.Context, env answer.Envelope) { a.answer(c, reply{env}) })
	if q.Method == http.MethodGet {
		e.params = append(e.params, param{Name: "If-None-Match", In: "header"})
	}
	return e
}

// askAs serves one question in the form that show gives its answer.
func (a *API) askAs(q answer.Question, show func(*gin.Context, answer.Envelope)) endpoint {
	common := paramsOf(reflect.TypeFor[askedAt]())
	e := endpoint{params: common}
	for _, p := range q.Params {
		if p.In != "body" {
			e.params = append(e.params, param{Name: p.Name, In: p.In, Enum: p.Enum, Default: p.Default, Min: p.Min, Max: p.Max})
		}
	}
	if params, _ := q.Types(); q.Method == http.MethodPost {
		e.body = params
	}
	e.handle = func(c *gin.Context) {
		in, err := read(c, bodyLimit(c))
		if err == nil && q.Method != http.MethodPost && len(in.body) > 0 {
			err = &graph.InvalidError{Code: "body_unwanted"}
		}
		if err != nil {
			a.fail(c, err)
			return
		}
		env, err := a.answerOf(c.Request.Context(), q, in, common)
		if err != nil {
			a.fail(c, err)
			return
		}
		show(c, env)
	}
	return e
}

// pictureRoute serves the answer of the question of the chain map drawn.
func (a *API) pictureRoute(q answer.Question) route {
	show := func(c *gin.Context, env answer.Envelope) {
		m, ok := env.Answer.(chainmap.Map)
		if !ok {
			a.fail(c, fmt.Errorf("question %s answered %T", q.Name, env.Answer))
			return
		}
		var b bytes.Buffer
		if err := chainmap.WriteSVG(&b, m, chainmap.WordsOf(c.Query("lang"))); err != nil {
			a.fail(c, fmt.Errorf("drawing the map: %w", err))
			return
		}
		c.Writer.Header().Set("Content-Length", strconv.Itoa(b.Len()))
		c.Data(http.StatusOK, "image/svg+xml", b.Bytes())
	}
	return route{method: get, path: q.Path + ".svg", class: Traversal, need: toRead, endpoint: a.askAs(q, show), merged: true}
}

// reply is the envelope of an answer. Its fingerprint is of everything that the
// answer is a function of, so it is a strong entity tag.
type reply struct{ answer.Envelope }

func (r reply) respond(h http.Header) int {
	h.Set("ETag", `"`+r.Fingerprint+`"`)
	return http.StatusOK
}

func (a *API) answerOf(ctx context.Context, q answer.Question, in incoming, common []param) (answer.Envelope, error) {
	at, params, err := understand(q, in, common)
	if err != nil {
		return answer.Envelope{}, err
	}
	view, err := a.view(ctx, at.AsOf, at.Seq)
	if err != nil {
		return answer.Envelope{}, err
	}
	return q.AskWith(ctx, view, past{a.ledger, view.Seq()}, params)
}

// understand reads what is asked, and when; all that is wrong is reported at
// once.
func understand(q answer.Question, in incoming, common []param) (at askedAt, params any, err error) {
	var errs []error
	own := maps.Clone(in.query)
	for _, p := range common {
		errs = append(errs, p.set(reflect.ValueOf(&at).Elem().FieldByIndex(p.index), in.query[p.Name]))
		delete(own, p.Name)
	}
	if q.Method == http.MethodPost {
		t, _ := q.Types()
		if err := decodeStrict(in.body, reflect.New(t).Interface()); err != nil {
			return at, nil, errors.Join(append(errs, err)...)
		}
	}
	params, err = q.Bind(in.path, own, in.body)
	return at, params, errors.Join(append(errs, err)...)
}
