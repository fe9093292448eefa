package wxopen

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

const (
	pathSetVisitStatus    = "/wxa/change_visitstatus"
	pathVisitStatus       = "/wxa/getvisitstatus"
	pathSupportVersion    = "/cgi-bin/wxopen/getweappsupportversion"
	pathSetSupportVersion = "/cgi-bin/wxopen/setweappsupportversion"
)

// SetVisitStatus opens or closes the mini program to its users. It is open after a
// release. The call is made again after -1 within the [RetryPolicy]: to open what is
// open changes nothing.
//
// Refusals: [ErrSystem]; on older pages [ErrVisitUnchangeable] and [ErrVisitAction].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_setvisitstatus.html
func (a *AuthorizerClient) SetVisitStatus(ctx context.Context, open bool) error {
	action := "close"
	if open {
		action = "open"
	}
	_, err := a.call(ctx, &request{
		method: http.MethodPost,
		path:   pathSetVisitStatus,
		body: struct {
			Action string `json:"action"`
		}{action},
	})
	return err
}

// VisitStatus reports whether the mini program is open to its users. It is not when it
// was closed, by its owner or for a violation.
//
// Refusals: [ErrSystem], [ErrEmptyPostData].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getvisitstatus.html
func (a *AuthorizerClient) VisitStatus(ctx context.Context) (open bool, err error) {
	err = a.fetch(ctx, &request{method: http.MethodPost, path: pathVisitStatus, body: struct{}{}}, func(fields *reader) {
		switch status := fields.need("status"); status {
		case 0, 1:
			open = status == 1
		default:
			fields.fail(fmt.Errorf("status is %d, neither 0 nor 1", status))
		}
	})
	if err != nil {
		return false, err
	}
	return open, nil
}

// SupportVersion tells which versions of the base library (基础库) users have.
type SupportVersion struct {
	// Now is the least version that the mini program supports, as it is set.
	Now string
	// Users are the versions and how many users have each.
	Users []VersionUsers
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// VersionUsers is how many users have a version of the base library.
type VersionUsers struct {
	Version    string
	Percentage float64
}

// UnmarshalJSON reads a version of an answer.
func (v *VersionUsers) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*v = VersionUsers{Version: r.text("version"), Percentage: r.decimal("percentage")}
	return r.err
}

// SupportVersion returns which versions of the base library users have.
//
// Refusals: [ErrSystem], [ErrEmptyPostData].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getsupportversion.html
func (a *AuthorizerClient) SupportVersion(ctx context.Context) (SupportVersion, error) {
	var version SupportVersion
	err := a.fetch(ctx, &request{method: http.MethodPost, path: pathSupportVersion, body: struct{}{}}, func(fields *reader) {
		version = SupportVersion{Now: fields.text("now_version"), Users: []VersionUsers{}}
		fields.inner("uv_info", func(in *reader) { in.list("items", &version.Users) })
		version.Extra = fields.rest()
	})
	if err != nil {
		return SupportVersion{}, err
	}
	return version, nil
}

// SetSupportVersion sets the least version of the base library with which the mini
// program opens, one that was published: "2.30.2". The call is made again after -1
// within the [RetryPolicy].
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrSupportVersion]; in older lists
// [ErrNotMiniProgram], with another meaning, for a version that is none.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_setsupportversion.html
func (a *AuthorizerClient) SetSupportVersion(ctx context.Context, version string) error {
	_, err := a.call(ctx, &request{
		method: http.MethodPost,
		path:   pathSetSupportVersion,
		body: struct {
			Version string `json:"version"`
		}{version},
	})
	return err
}
