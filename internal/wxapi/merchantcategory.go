package wxapi

import (
	"context"

	"draftbox/internal/platform"
)

// getAllCategoryName is getAllCategoryName, 获取类目名称信息: the categories that an audit
// may name.
//
// Errors: 48001 an official account (decided).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/category-management/api_getallcategoryname.html
func (a *API) getAllCategoryName(ctx context.Context, c *call) (*answer, error) {
	m, err := a.merchantSettings(ctx, c)
	if err != nil {
		return nil, err
	}
	type category struct {
		First    string `json:"first_class"`
		Second   string `json:"second_class"`
		Third    string `json:"third_class,omitempty"`
		FirstID  int    `json:"first_id"`
		SecondID int    `json:"second_id"`
		ThirdID  int    `json:"third_id,omitempty"`
	}
	list := []category{}
	for _, f := range m.ApprovedCategories(c.authorizer) {
		list = append(list, category(f))
	}
	return reply(struct {
		envelope
		List []category `json:"category_list"`
	}{okEnvelope(), list}, "%d categories", len(list))
}

// merchantSettings returns the settings of the merchant that calls.
func (a *API) merchantSettings(ctx context.Context, c *call) (platform.MerchantSettings, error) {
	return a.service.MerchantSettings(ctx, c.held.component.Appid, c.authorizer.Appid)
}

// qualify says what has to be shown to set a category.
type qualify struct {
	Outer  []qualifyOuter `json:"exter_list"` // the word is theirs
	Remark string         `json:"remark"`
}

type qualifyOuter struct {
	Inner []qualifyInner `json:"inner_list"`
}

type qualifyInner struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// getAllCategories is getAllCategories, 获取可设置的所有类目: first and second levels, and
// the root, whose id is 0. What can be set depends on the account's owner; here it is
// an extract, the same for all.
//
// Errors: 48001 an official account (decided).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/category-management/api_getallcategories.html
func (a *API) getAllCategories(ctx context.Context, c *call) (*answer, error) {
	if _, err := a.merchantSettings(ctx, c); err != nil {
		return nil, err
	}
	type category struct {
		ID        int     `json:"id"`
		Name      string  `json:"name"`
		Level     int     `json:"level"`
		Father    int     `json:"father"`
		Children  []int   `json:"children"`
		Sensitive int     `json:"sensitive_type"`
		Qualify   qualify `json:"qualify"`
	}
	type tree struct {
		Categories []category `json:"categories"`
	}
	var out tree
	for _, n := range platform.CategoryTree() {
		row := category{n.ID, n.Name, n.Level, n.Father, n.Children, 0, qualify{Outer: []qualifyOuter{}}}
		if n.Certificate != "" {
			row.Sensitive = 1
			row.Qualify.Outer = []qualifyOuter{{[]qualifyInner{{Name: n.Certificate}}}}
		}
		out.Categories = append(out.Categories, row)
	}
	return reply(struct {
		envelope
		List tree `json:"categories_list"`
	}{okEnvelope(), out}, "%d categories can be set", len(out.Categories)-1)
}

// Statuses of a category's audit on the wire.
var categoryStatuses = map[string]int{platform.CategoryAuditing: 1, platform.CategoryRejected: 2, "": 3}

// getSettingCategories is getSettingCategories, 获取已设置的所有类目.
//
// Errors: 48001 an official account (decided).
//
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/category/getcategory.html
func (a *API) getSettingCategories(ctx context.Context, c *call) (*answer, error) {
	m, err := a.merchantSettings(ctx, c)
	if err != nil {
		return nil, err
	}
	type category struct {
		First      int    `json:"first"`
		FirstName  string `json:"first_name"`
		Second     int    `json:"second"`
		SecondName string `json:"second_name"`
		Status     int    `json:"audit_status"`
		Reason     string `json:"audit_reason"`
	}
	list := []category{}
	for _, s := range c.authorizer.SetCategories() {
		first, second := s.IDs()
		row := category{first, s.First, second, s.Second, categoryStatuses[""], ""}
		if audit := m.CategoryAudit(s.First, s.Second); audit != nil {
			row.Status, row.Reason = categoryStatuses[audit.Status], audit.Reason
		}
		list = append(list, row)
	}
	return reply(struct {
		envelope
		Categories []category `json:"categories"`
		Limit      int        `json:"limit"`
		Quota      int        `json:"quota"`
		Most       int        `json:"category_limit"`
	}{okEnvelope(), list, platform.CategoryAdditions, platform.CategoryAdditions, platform.MaxCategories}, "%d categories", len(list))
}
