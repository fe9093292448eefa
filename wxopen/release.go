package wxopen

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	pathRelease       = "/wxa/release"
	pathRevertRelease = "/wxa/revertcoderelease"
	pathVersionInfo   = "/wxa/getversioninfo"
)

// Release puts the version online that passed its audit last, for all users at once
// ([AuthorizerClient.GrayRelease] does so by degrees). The mini program is visible from
// then on, and the domains come into force that were set through the platform, in place
// of those that the merchant set.
//
// It is made once, whatever the [RetryPolicy] says: another version may have passed by
// then. To make it again is safe where that cannot be, since what is online already is
// refused with [ErrAlreadyReleased].
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrInvalidAccessToken],
// [ErrNothingAudited] (no order), [ErrNotReleasable] (the last order has not passed; it
// was also seen where it had), [ErrAlreadyReleased].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_release.html
func (a *AuthorizerClient) Release(ctx context.Context) error {
	_, err := a.call(ctx, &request{method: http.MethodPost, path: pathRelease, body: struct{}{}, once: true})
	return err
}

// HistoryVersion is a version that the mini program can go back to.
type HistoryVersion struct {
	// AppVersion is the service's number of the release. It grows, with gaps.
	AppVersion int64
	// UserVersion and UserDesc are those of the commit; two entries may have the same.
	UserVersion string
	UserDesc    string
	// CommitTime is when it was committed, to the second.
	CommitTime time.Time
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// UnmarshalJSON reads a version of an answer.
func (v *HistoryVersion) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*v = HistoryVersion{
		AppVersion:  r.id("app_version"),
		UserVersion: r.text("user_version"),
		UserDesc:    r.text("user_desc"),
		CommitTime:  r.seconds("commit_time"),
	}
	v.Extra = r.rest()
	return r.err
}

// HistoryVersions returns the versions that the mini program can go back to, at most
// five, newest first by what was seen. After a roll-back there are none until the next
// release. It changes nothing.
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrInvalidArgs].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_revertcoderelease.html
func (a *AuthorizerClient) HistoryVersions(ctx context.Context) ([]HistoryVersion, error) {
	versions := []HistoryVersion{}
	r := &request{method: http.MethodGet, path: pathRevertRelease, query: url.Values{"action": {"get_history_version"}}}
	if err := a.fetch(ctx, r, func(fields *reader) { fields.list("version_list", &versions) }); err != nil {
		return nil, err
	}
	return versions, nil
}

// RevertRelease takes the mini program back to the version that was online before. It
// can be done once until the next release.
//
// It is made once, whatever the [RetryPolicy] says. After -1 [AuthorizerClient.VersionInfo]
// tells whether it was carried out. It does so after [ErrRevertForbidden], too: the call
// is a GET, and net/http may have repeated it.
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrInvalidArgs],
// [ErrGrayReleaseRunning], [ErrRevertForbidden] (no version before, or the one online is
// a roll-back, or it is older than this function).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_revertcoderelease.html
func (a *AuthorizerClient) RevertRelease(ctx context.Context) error {
	_, err := a.call(ctx, &request{method: http.MethodGet, path: pathRevertRelease, once: true})
	return err
}

// RevertReleaseTo is [AuthorizerClient.RevertRelease] to one of
// [AuthorizerClient.HistoryVersions]. [ErrInvalidArgs] is what another version gets;
// once it was seen for one of the list.
func (a *AuthorizerClient) RevertReleaseTo(ctx context.Context, appVersion int64) error {
	query := url.Values{"app_version": {strconv.FormatInt(appVersion, 10)}}
	_, err := a.call(ctx, &request{method: http.MethodGet, path: pathRevertRelease, query: query, once: true})
	return err
}

// VersionInfo are the versions of a mini program.
// [AuthorizerClient.LatestAuditStatus] tells the one under audit.
type VersionInfo struct {
	// Experience is the experience version, nil where there is none; its time is that of
	// the commit.
	Experience *CodeVersion
	// Release is the version online, nil where there is none; its time is that of the
	// release.
	Release *CodeVersion
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// CodeVersion is a version of a mini program.
type CodeVersion struct {
	// Time is to the second.
	Time    time.Time
	Version string
	Desc    string
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// VersionInfo returns the experience version and the version online.
//
// Refusals: [ErrSystem], [ErrEmptyPostData].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getversioninfo.html
func (a *AuthorizerClient) VersionInfo(ctx context.Context) (VersionInfo, error) {
	var info VersionInfo
	err := a.fetch(ctx, &request{method: http.MethodPost, path: pathVersionInfo, body: struct{}{}}, func(fields *reader) {
		info = VersionInfo{Experience: readVersion(fields, "exp"), Release: readVersion(fields, "release")}
		info.Extra = fields.rest()
	})
	if err != nil {
		return VersionInfo{}, err
	}
	return info, nil
}

func readVersion(fields *reader, kind string) *CodeVersion {
	version := new(CodeVersion)
	if !fields.inner(kind+"_info", func(in *reader) {
		version.Time, version.Version, version.Desc = in.seconds(kind+"_time"), in.text(kind+"_version"), in.text(kind+"_desc")
		version.Extra = in.rest()
	}) {
		return nil
	}
	return version
}
