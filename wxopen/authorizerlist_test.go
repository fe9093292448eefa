package wxopen_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"draftbox/wxopen"
)

// accounts answers pages of a list that changes after each page.
type accounts struct {
	list   []string
	change func(page int, list []string) []string
	asked  []string
}

func (a *accounts) RoundTrip(req *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(req.Body)
	a.asked = append(a.asked, string(body))
	var in struct {
		Offset int `json:"offset"`
		Count  int `json:"count"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	items := []string{}
	for _, appid := range a.list[min(in.Offset, len(a.list)):min(in.Offset+in.Count, len(a.list))] {
		items = append(items, fmt.Sprintf(`{"authorizer_appid":%q,"auth_time":1}`, appid))
	}
	answer := fmt.Sprintf(`{"total_count":%d,"list":[%s]}`, len(a.list), strings.Join(items, ","))
	if a.change != nil {
		a.list = a.change(len(a.asked), a.list)
	}
	return jsonResponse(req, answer), nil
}

func (a *accounts) client(t *testing.T) *wxopen.Client {
	t.Helper()
	return canned(t, 200, "", func(cfg *wxopen.Config) { cfg.HTTPClient = &http.Client{Transport: a} })
}

func appids(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("wx%016x", i)
	}
	return all
}

func TestAuthorizersGoesThroughAllPages(t *testing.T) {
	t.Parallel()
	for n, pages := range map[int]int{0: 1, 1: 1, 499: 1, 500: 1, 501: 2, 1200: 3} {
		service := &accounts{list: appids(n)}
		got := []string{}
		for a, err := range service.client(t).Authorizers(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, a.Appid)
		}
		if !slices.Equal(got, service.list) || len(service.asked) != pages {
			t.Errorf("%d accounts: got %d by %d calls, want %d calls", n, len(got), len(service.asked), pages)
		}
		for i, body := range service.asked {
			if want := fmt.Sprintf(`{"component_appid":%q,"offset":%d,"count":500}`, appid, 500*i); body != want {
				t.Errorf("page %d: sent %s, want %s", i, body, want)
			}
		}
	}
}

func TestAuthorizersOfAListThatChanges(t *testing.T) {
	t.Parallel()
	// One comes at the beginning, so that the last of the first page is that of the
	// second, too; then all go.
	service := &accounts{list: appids(1200)}
	service.change = func(page int, list []string) []string {
		if page == 1 {
			return append([]string{"wxnew"}, list...)
		}
		return list[:10]
	}
	seen := map[string]int{}
	for a, err := range service.client(t).Authorizers(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		seen[a.Appid]++
	}
	if len(seen) != 999 || seen["wx"+strings.Repeat("0", 13)+"1f3"] != 1 || len(service.asked) != 3 {
		t.Errorf("%d accounts by %d calls", len(seen), len(service.asked))
	}
}

func TestAuthorizersEnds(t *testing.T) {
	t.Parallel()
	service := &accounts{list: appids(1200)}
	for _, err := range service.client(t).Authorizers(t.Context()) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	if len(service.asked) != 1 {
		t.Errorf("%d calls for one account", len(service.asked))
	}
	n := 0
	for a, err := range canned(t, 200, refusal(48001)).Authorizers(t.Context()) {
		n++
		if a.Appid != "" || !errors.Is(err, wxopen.ErrAPIUnauthorized) {
			t.Errorf("got %v, %v", a, err)
		}
	}
	if n != 1 {
		t.Errorf("%d results of a refused call", n)
	}
	// A service that tells of accounts and has none must not be asked for ever.
	for a, err := range canned(t, 200, `{"total_count":7,"list":[]}`).Authorizers(t.Context()) {
		t.Errorf("an account of an empty list: %v, %v", a, err)
	}
}

// FuzzAuthorizerList reads any answer: it is refused, or each account has an appid.
func FuzzAuthorizerList(f *testing.F) {
	for _, seed := range []string{
		authorizationCalls[6].answer, `{"total_count":"0","list":null}`, `{"list":[{"authorizer_appid":1e3}]}`, `{"total_count":0.5}`, `{"list":[null]}`, `{"errcode":61003,"errmsg":"x rid: y"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		page, err := canned(t, 200, body).AuthorizerList(t.Context(), 0, 500)
		if err != nil {
			_, refused := errors.AsType[*wxopen.Error](err)
			_, unusable := errors.AsType[*wxopen.TransportError](err)
			if !refused && !unusable || page.Authorizers != nil {
				t.Errorf("%q: %T %v with %s", body, err, err, deep(page))
			}
			return
		}
		if page.Authorizers == nil {
			t.Errorf("%q: no list", body)
		}
		for _, a := range page.Authorizers {
			if a.Appid == "" || strings.Contains(a.String(), "refreshtoken@@@") {
				t.Errorf("%q: %s", body, deep(a))
			}
		}
	})
}
