package wxopen

import (
	"context"
	"encoding/json"
	"net/http"
)

const pathAttributes = "/wxa/ci/getattr"

// ProjectAttributes is what the service tells an uploader of its mini program.
type ProjectAttributes struct {
	// Platform says that it is the development mini program of a third-party
	// platform: only then has ext.json an effect, and do uploads become drafts.
	Platform bool
	AppType  int64
	GameApp  bool // a mini game
	Sandbox  bool
	Released bool
	Setting  ProjectSetting
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// ProjectSetting is what the code of a mini program may have. Sizes of code are
// in MB.
type ProjectSetting struct {
	MaxCodeSize              int64 // the main package
	MaxSubpackageSubCodeSize int64 // one sub-package
	MaxSubpackageFullSize    int64 // all together
	NavigateMiniprogramLimit int64
	MaxSubpackages           int64
	MinTabBarCount           int64
	MaxTabBarCount           int64
	MaxCustomTabBarCount     int64
	MaxTabBarIconSize        int64 // KB
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// UnmarshalJSON reads the setting of an answer.
func (s *ProjectSetting) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*s = ProjectSetting{
		MaxCodeSize:              r.count("MaxCodeSize"),
		MaxSubpackageSubCodeSize: r.count("MaxSubpackageSubCodeSize"),
		MaxSubpackageFullSize:    r.count("MaxSubpackageFullCodeSize"),
		NavigateMiniprogramLimit: r.count("NavigateMiniprogramLimit"),
		MaxSubpackages:           r.count("MaxSubPackageLimit"),
		MinTabBarCount:           r.count("MinTabbarCount"),
		MaxTabBarCount:           r.count("MaxTabbarCount"),
		MaxCustomTabBarCount:     r.count("MaxCustomTabbarCount"),
		MaxTabBarIconSize:        r.count("MaxTabbarIconSize"),
	}
	s.Extra = r.rest()
	return r.err
}

// Attributes asks what the mini program is and may have. It is a way to find out
// whether the key is good without an upload. Refusals are those of
// [Uploader.Upload].
func (u *Uploader) Attributes(ctx context.Context) (*ProjectAttributes, error) {
	sig, err := u.sign(ctx)
	if err != nil {
		return nil, err
	}
	r := &request{method: http.MethodPost, path: pathAttributes, secrets: sig.secrets()}
	ans, err := u.post(ctx, r, struct {
		Appid     string `json:"appid"`
		Signature string `json:"signature"`
	}{u.appid, sig.text})
	if err != nil {
		return nil, err
	}
	data, err := ans.member(r, "data")
	if err != nil {
		return nil, err
	}
	a := &ProjectAttributes{
		Platform: data.flag("platform"),
		AppType:  data.count("appType"),
		GameApp:  data.flag("gameApp"),
		Sandbox:  data.flag("isSandbox"),
		Released: data.flag("released"),
	}
	data.list("setting", &a.Setting)
	a.Extra = data.rest()
	if data.err != nil {
		return nil, unusable(r, ans.status, r.secrets, "data: %w", data.err)
	}
	return a, nil
}
