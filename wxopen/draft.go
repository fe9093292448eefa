package wxopen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

const pathDraftList = "/wxa/gettemplatedraftlist"

// Draft is an entry of the draft box (草稿箱): the newest upload of one
// development mini program.
type Draft struct {
	// DraftID counts up within a component. 0 is a valid id, and there are gaps.
	DraftID int64
	// CreateTime is when it was uploaded, to the second.
	CreateTime time.Time
	// UserVersion is the version that the developer gave.
	UserVersion string
	// UserDesc is the description that the developer gave; it may hold line breaks.
	UserDesc string
	// SourceMiniprogramAppid is the appid of the development mini program. Older
	// services leave it out, and the three members below.
	SourceMiniprogramAppid string
	// SourceMiniprogram is the nickname of the development mini program.
	SourceMiniprogram string
	// Developer is the WeChat nickname of the uploader. It is no id.
	Developer string
	// CategoryList is empty for drafts by all that is known.
	CategoryList []Category
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

type draftJSON struct {
	CreateTime             int64      `json:"create_time"`
	UserVersion            string     `json:"user_version"`
	UserDesc               string     `json:"user_desc"`
	DraftID                int64      `json:"draft_id"`
	SourceMiniprogramAppid string     `json:"source_miniprogram_appid"`
	SourceMiniprogram      string     `json:"source_miniprogram"`
	Developer              string     `json:"developer"`
	CategoryList           []Category `json:"category_list"`
}

// MarshalJSON writes the draft as the service does, Extra included.
func (d Draft) MarshalJSON() ([]byte, error) {
	return withExtra(draftJSON{
		CreateTime:             unixSeconds(d.CreateTime),
		UserVersion:            d.UserVersion,
		UserDesc:               d.UserDesc,
		DraftID:                d.DraftID,
		SourceMiniprogramAppid: d.SourceMiniprogramAppid,
		SourceMiniprogram:      d.SourceMiniprogram,
		Developer:              d.Developer,
		CategoryList:           notNil(d.CategoryList),
	}, d.Extra)
}

// UnmarshalJSON reads a draft of an answer. A draft without draft_id is an
// error, since 0 is an id like any other.
func (d *Draft) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*d = Draft{
		DraftID:                r.id("draft_id"),
		CreateTime:             r.seconds("create_time"),
		UserVersion:            r.text("user_version"),
		UserDesc:               r.text("user_desc"),
		SourceMiniprogramAppid: r.text("source_miniprogram_appid"),
		SourceMiniprogram:      r.text("source_miniprogram"),
		Developer:              r.text("developer"),
	}
	r.list("category_list", &d.CategoryList)
	d.Extra = r.rest()
	return r.err
}

// newer reports whether d was uploaded after other.
func (d Draft) newer(other Draft) bool {
	if !d.CreateTime.Equal(other.CreateTime) {
		return d.CreateTime.After(other.CreateTime)
	}
	return d.DraftID > other.DraftID
}

// DraftList returns all drafts of the component. An empty box gives an empty
// list that is not nil. The order says nothing: it differs between services and
// versions of the service. See [Client.LatestDraft] for the newest.
//
// Refusals: [ErrSystem], [ErrInvalidCredential]; [ErrTemplateNotFound] is
// documented without a case; [ErrDailyQuota] and, with a merchant's token,
// [ErrAPIUnauthorized] were seen.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/template-management/api_gettemplatedraftlist.html
func (c *Client) DraftList(ctx context.Context) ([]Draft, error) {
	r := &request{method: http.MethodGet, path: pathDraftList}
	drafts := []Draft{}
	if err := c.list(ctx, r, "draft_list", &drafts); err != nil {
		return nil, err
	}
	return drafts, nil
}

// ErrNoDraft says that the draft box has no draft of that mini program.
var ErrNoDraft = errors.New("wxopen: no draft")

// LatestDraft returns the newest draft of a development mini program, or of all
// where sourceAppid is empty: the one with the latest create_time, and of those
// uploaded in the same second the one with the greatest draft_id.
//
// The errors are those of [Client.DraftList] and [ErrNoDraft].
func (c *Client) LatestDraft(ctx context.Context, sourceAppid string) (Draft, error) {
	drafts, err := c.DraftList(ctx)
	if err != nil {
		return Draft{}, err
	}
	latest, found := Draft{}, false
	for _, d := range drafts {
		if sourceAppid != "" && d.SourceMiniprogramAppid != sourceAppid {
			continue
		}
		if !found || d.newer(latest) {
			latest, found = d, true
		}
	}
	switch {
	case found:
		return latest, nil
	case sourceAppid == "":
		return Draft{}, fmt.Errorf("%w in the draft box", ErrNoDraft)
	}
	return Draft{}, fmt.Errorf("%w of %s among the %d in the draft box", ErrNoDraft, sourceAppid, len(drafts))
}

// list makes a call that answers a list and reads it into items. An answer with
// neither the list nor an errcode is none of the service.
func (c *caller) list(ctx context.Context, r *request, name string, items any) error {
	ans, err := c.call(ctx, r)
	if err != nil {
		return err
	}
	if ans.value(name) == nil && ans.value("errcode") == nil {
		return unusable(r, ans.status, nil, "the answer has neither %s nor errcode", name)
	}
	if err := ans.list(name, items); err != nil {
		return unusable(r, ans.status, nil, "%w", err)
	}
	return nil
}

func notNil[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
