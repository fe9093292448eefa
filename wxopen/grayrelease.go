package wxopen

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

const (
	pathGrayRelease       = "/wxa/grayrelease"
	pathGrayReleasePlan   = "/wxa/getgrayreleaseplan"
	pathRevertGrayRelease = "/wxa/revertgrayrelease"
)

// GrayReleaseChange says who gets the version that passed its audit.
type GrayReleaseChange struct {
	// Percentage of the users, 0 to 100; more than in the plan that is running. With 0 one
	// of the others must be true.
	Percentage int
	// DebuggersFirst and ExperiencersFirst are for the members of the project and for
	// the testers.
	DebuggersFirst    bool
	ExperiencersFirst bool
}

type grayReleaseBody struct {
	Percentage        int  `json:"gray_percentage"`
	ExperiencersFirst bool `json:"support_experiencer_first,omitempty"`
	DebuggersFirst    bool `json:"support_debuger_first,omitempty"` // the letter is missing there
}

// GrayRelease puts the version that passed its audit last online for a part of the users
// (分阶段发布), or for a larger part than before. The first release of a mini program must
// be a full one.
//
// It is made once, whatever the [RetryPolicy] says: a second one of the same percentage
// is refused with [ErrGrayPercentageLow]. After -1 [AuthorizerClient.GrayReleasePlan]
// tells.
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrInvalidArgs], [ErrNothingOnline],
// [ErrNotApproved], [ErrGrayPercentage], [ErrGrayPercentageLow],
// [ErrProfileIncomplete].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_grayrelease.html
func (a *AuthorizerClient) GrayRelease(ctx context.Context, change GrayReleaseChange) error {
	_, err := a.call(ctx, &request{
		method: http.MethodPost,
		path:   pathGrayRelease,
		body:   grayReleaseBody{change.Percentage, change.ExperiencersFirst, change.DebuggersFirst},
		once:   true,
	})
	return err
}

// GrayReleaseState is how the plan of a gray release stands.
type GrayReleaseState int

// States of a plan.
const (
	GrayInitial  GrayReleaseState = 0
	GrayRunning  GrayReleaseState = 1
	GrayPaused   GrayReleaseState = 2
	GrayFinished GrayReleaseState = 3
	GrayDeleted  GrayReleaseState = 4
)

// GrayReleasePlan is the plan of a gray release.
type GrayReleasePlan struct {
	Status GrayReleaseState
	// CreateTime is when it was made, to the second; zero where there is no plan.
	CreateTime time.Time
	// Percentage, DebuggersFirst and ExperiencersFirst are as in [GrayReleaseChange].
	Percentage        int64
	DebuggersFirst    bool
	ExperiencersFirst bool
	// Extra holds the members of the plan that have no field here.
	Extra map[string]json.RawMessage
}

// GrayReleasePlan returns the plan of the gray release. What a mini program without one
// gets is not documented; here it is the zero value, which has no CreateTime.
//
// Refusals: [ErrSystem].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getgrayreleaseplan.html
func (a *AuthorizerClient) GrayReleasePlan(ctx context.Context) (GrayReleasePlan, error) {
	var plan GrayReleasePlan
	err := a.fetch(ctx, &request{method: http.MethodGet, path: pathGrayReleasePlan}, func(fields *reader) {
		fields.inner("gray_release_plan", func(in *reader) {
			plan = GrayReleasePlan{
				Status: GrayReleaseState(in.count("status")), Percentage: in.count("gray_percentage"),
				DebuggersFirst: in.flag("support_debuger_first"), ExperiencersFirst: in.flag("support_experiencer_first"),
			}
			if created := in.count("create_timestamp"); created != 0 {
				plan.CreateTime = time.Unix(created, 0).UTC()
			}
			plan.Extra = in.rest()
		})
	})
	if err != nil {
		return GrayReleasePlan{}, err
	}
	return plan, nil
}

// RevertGrayRelease takes the gray release back: its users return to the version before.
// It is made once, whatever the [RetryPolicy] says; after -1
// [AuthorizerClient.GrayReleasePlan] tells whether it was carried out.
//
// Refusals: [ErrSystem], [ErrInvalidCredential]; without a plan nothing is documented,
// [ErrNotReleasable] is what a draftbox server says.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_revertgrayrelease.html
func (a *AuthorizerClient) RevertGrayRelease(ctx context.Context) error {
	_, err := a.call(ctx, &request{method: http.MethodGet, path: pathRevertGrayRelease, once: true})
	return err
}
