package platform_test

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
)

// noon is when scenes begin: ten minutes and some after a full hour.
var noon = time.Date(2026, 3, 1, 12, 10, 30, 0, time.UTC)

const eventURL = "http://127.0.0.1:9000/event"

// scene is a service with one component that has an event URL. The real time
// stands still unless a test moves it, and the virtual time with it.
type scene struct {
	*testing.T
	*platform.Service
	store platform.Store
	real  *atomic.Int64 // nanoseconds since noon
	// onPush counts the calls of what the service tells of new pushes.
	onPush *atomic.Int64
	comp   string // appid of the component
}

func newScene(t *testing.T, change ...func(*platform.Component)) *scene {
	t.Helper()
	sc := &scene{T: t, real: new(atomic.Int64), onPush: new(atomic.Int64)}
	sc.store = sc.openStore("sqlite::memory:")
	sc.Service = sc.node(sc.store)
	sc.comp = sc.component(change...)
	return sc
}

func (sc *scene) clock() time.Time { return noon.Add(time.Duration(sc.real.Load())) }

// pass lets real time pass.
func (sc *scene) pass(d time.Duration) { sc.real.Add(int64(d)) }

func (sc *scene) openStore(url string) platform.Store {
	sc.Helper()
	store, err := sqlstore.Open(sc.Context(), sqlstore.Options{URL: url, Real: sc.clock})
	sc.ok(err)
	sc.Cleanup(func() {
		if err := store.Close(); err != nil {
			sc.Error(err)
		}
	})
	return store
}

// node returns another service over a store.
func (sc *scene) node(store platform.Store) *platform.Service {
	s := platform.NewService(store, sc.clock)
	s.OnPush(func() { sc.onPush.Add(1) })
	return s
}

// component makes a component with an event URL.
func (sc *scene) component(change ...func(*platform.Component)) string {
	sc.Helper()
	c := platform.Component{EventURL: eventURL, MessageURL: "http://127.0.0.1:9000/$APPID$/message", Settings: platform.DefaultSettings()}
	for _, f := range change {
		f(&c)
	}
	return must[platform.Component](sc.T)(sc.CreateComponent(sc.Context(), c)).Appid
}

// merchant makes a merchant that has not authorized.
func (sc *scene) merchant() string {
	sc.Helper()
	return must[platform.Authorizer](sc.T)(sc.PutAuthorizer(sc.Context(), platform.Authorizer{ComponentAppid: sc.comp, NickName: "商户"})).Appid
}

func (sc *scene) ok(err error) {
	sc.Helper()
	if err != nil {
		sc.Fatalf("unexpected error: %v", err)
	}
}

func (sc *scene) is(what string, err, want error) {
	sc.Helper()
	if !errors.Is(err, want) || err == nil != (want == nil) {
		sc.Errorf("%s: %v, want %v", what, err, want)
	}
}

// code compares the code of a refusal; 0 is none.
func (sc *scene) code(what string, err error, want int) {
	sc.Helper()
	if got := codeOf(err); got != want {
		sc.Errorf("%s: %v, want errcode %d", what, err, want)
	}
}

func codeOf(err error) int {
	if e, ok := errors.AsType[*platform.Error](err); ok {
		return e.Code
	}
	if err != nil {
		return -1
	}
	return 0
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// grant authorizes as a merchant does on the page.
func (sc *scene) grant(merchant string, funcIDs ...int) platform.Granted {
	sc.Helper()
	return must[platform.Granted](sc.T)(sc.Grant(sc.Context(), platform.Grant{ComponentAppid: sc.comp, AuthorizerAppid: merchant, FuncIDs: funcIDs}))
}

// exchange exchanges a code.
func (sc *scene) exchange(code string) platform.AuthorizerTokens {
	sc.Helper()
	return must[platform.AuthorizerTokens](sc.T)(sc.QueryAuth(sc.Context(), sc.comp, code, caller))
}

var caller = platform.Caller{IP: "127.0.0.1", RID: "rid-1"}

// events lists the pushes of a component other than tickets, oldest first.
func (sc *scene) events() []platform.Delivery {
	sc.Helper()
	return slices.DeleteFunc(sc.deliveries(platform.DeliveryFilter{ComponentAppid: sc.comp}), isTicket)
}

// tickets lists the ticket pushes of a component, oldest first.
func (sc *scene) tickets(component string) []platform.Delivery {
	sc.Helper()
	return sc.deliveries(platform.DeliveryFilter{ComponentAppid: component, Type: "component_verify_ticket"})
}

func isTicket(d platform.Delivery) bool { return d.Type == "component_verify_ticket" }

func (sc *scene) deliveries(f platform.DeliveryFilter) []platform.Delivery {
	sc.Helper()
	list := must[[]platform.Delivery](sc.T)(sc.Deliveries(sc.Context(), f, platform.DeliveryPlace{}, 0))
	slices.Reverse(list)
	return list
}

func types(list []platform.Delivery) []string {
	out := []string{}
	for _, d := range list {
		out = append(out, d.Type)
	}
	return out
}

// drain delivers everything to eventURL and returns it in the order in which it went.
func (sc *scene) drain() (out []platform.Push) {
	sc.Helper()
	for _, u := range must[[]platform.CallbackURL](sc.T)(sc.ClaimURLs(sc.Context(), "drain", 100)) {
		for u.URL == eventURL {
			p, err := sc.NextPush(sc.Context(), "drain", u)
			if errors.Is(err, platform.ErrNotFound) {
				break
			}
			sc.ok(err)
			pending, err := sc.RecordAttempt(sc.Context(), "drain", u, p, platform.Attempt{At: p.Now, Outcome: platform.OutcomeDelivered})
			sc.ok(err)
			equal(sc.T, "pending after it was delivered", pending, false)
			out = append(out, *p)
		}
		sc.ok(sc.ReleaseURL(sc.Context(), "drain", u))
	}
	return out
}

// appidOf returns an appid of a number.
func appidOf(n int) string { return fmt.Sprintf("wx%016x", 1000+n) }
