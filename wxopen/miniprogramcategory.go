package wxopen

import (
	"context"
	"encoding/json"
	"net/http"
)

const (
	pathAuditCategories = "/wxa/get_category"
	pathAllCategories   = "/cgi-bin/wxopen/getallcategories"
	pathCategories      = "/cgi-bin/wxopen/getcategory"
)

// AuditCategory is a category (类目) that [AuditItem] can have.
type AuditCategory struct {
	FirstClass  string
	FirstID     int64
	SecondClass string
	SecondID    int64
	// ThirdClass and ThirdID are empty and 0 where there is no third level.
	ThirdClass string
	ThirdID    int64
	// Extra holds the members of the answer that have no field here. It is not submitted.
	Extra map[string]json.RawMessage
}

// UnmarshalJSON reads a category of an answer.
func (c *AuditCategory) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*c = AuditCategory{
		FirstClass: r.text("first_class"), FirstID: r.count("first_id"),
		SecondClass: r.text("second_class"), SecondID: r.count("second_id"),
		ThirdClass: r.text("third_class"), ThirdID: r.count("third_id"),
	}
	c.Extra = r.rest()
	return r.err
}

// AuditCategories returns the categories that a submission can name: those that are set
// for the mini program, with their third level.
//
// Refusals: [ErrInvalidCredential].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/category-management/api_getallcategoryname.html
func (a *AuthorizerClient) AuditCategories(ctx context.Context) ([]AuditCategory, error) {
	categories := []AuditCategory{}
	r := &request{method: http.MethodGet, path: pathAuditCategories}
	if err := a.fetch(ctx, r, func(fields *reader) { fields.list("category_list", &categories) }); err != nil {
		return nil, err
	}
	return categories, nil
}

// SettableCategory is a category of the first or second level that a mini program may
// set.
type SettableCategory struct {
	ID   int64
	Name string
	// Level is 1 or 2; Father is the category above, 0 for none.
	Level  int64
	Father int64
	// Children are the categories below.
	Children []int64
	// Sensitive is true where certificates are needed.
	Sensitive bool
	// Qualification says which, nil where the answer does not.
	Qualification *CategoryQualification
	// Extra holds the members of the answer that have no field here: those of the root of
	// the tree, for one.
	Extra map[string]json.RawMessage
}

// CategoryQualification says which certificates a category needs.
type CategoryQualification struct {
	// Lists are lists of certificates.
	Lists [][]CategoryCertificate
	// Remark is for people.
	Remark string
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// CategoryCertificate is a certificate (资质) that a category needs.
type CategoryCertificate struct {
	Name string
	// URL is that of an example.
	URL string
}

// UnmarshalJSON reads a category of an answer.
func (c *SettableCategory) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*c = SettableCategory{
		ID: r.id("id"), Name: r.text("name"), Level: r.count("level"), Father: r.count("father"), Sensitive: r.flag("sensitive_type"), Children: []int64{},
	}
	r.list("children", &c.Children)
	var q CategoryQualification
	if r.inner("qualify", q.read) {
		c.Qualification = &q
	}
	c.Extra = r.rest()
	return r.err
}

func (q *CategoryQualification) read(in *reader) {
	var lists []object
	in.list("exter_list", &lists)
	for _, list := range lists {
		var inner []object
		if err := list.list("inner_list", &inner); err != nil {
			in.fail(err)
		}
		certificates := make([]CategoryCertificate, len(inner))
		for i, c := range inner {
			certificates[i] = CategoryCertificate{Name: c.text("name"), URL: c.text("url")}
		}
		q.Lists = append(q.Lists, certificates)
	}
	q.Remark = in.text("remark")
	q.Extra = in.rest()
}

// AllCategories returns all categories of the first and second level that the mini
// program may set. It needs permission set 30.
//
// Refusals: none are documented.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/category-management/api_getallcategories.html
func (a *AuthorizerClient) AllCategories(ctx context.Context) ([]SettableCategory, error) {
	categories := []SettableCategory{}
	err := a.fetch(ctx, &request{method: http.MethodGet, path: pathAllCategories}, func(fields *reader) {
		fields.inner("categories_list", func(in *reader) { in.list("categories", &categories) })
	})
	if err != nil {
		return nil, err
	}
	return categories, nil
}

// CategorySettings are the categories that a mini program has set.
type CategorySettings struct {
	Categories []SetCategory
	// Limit is how many can be added in a period, Quota how many are left in this one,
	// CategoryLimit how many there may be.
	Limit         int64
	Quota         int64
	CategoryLimit int64
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// SetCategory is a category that a mini program has set.
type SetCategory struct {
	// First and Second are the ids of the category's levels.
	First      int64
	FirstName  string
	Second     int64
	SecondName string
	// AuditStatus is 1 while it is audited, 2 when it was refused, with AuditReason, and 3
	// when it passed.
	AuditStatus int64
	AuditReason string
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// UnmarshalJSON reads a category of an answer.
func (c *SetCategory) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*c = SetCategory{
		First: r.count("first"), FirstName: r.text("first_name"), Second: r.count("second"), SecondName: r.text("second_name"),
		AuditStatus: r.count("audit_status"), AuditReason: r.text("audit_reason"),
	}
	c.Extra = r.rest()
	return r.err
}

// Categories returns the categories that the mini program has set. It needs permission
// set 30.
//
// Refusals: none are documented.
//
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/category/getcategory.html
func (a *AuthorizerClient) Categories(ctx context.Context) (CategorySettings, error) {
	var settings CategorySettings
	err := a.fetch(ctx, &request{method: http.MethodGet, path: pathCategories}, func(fields *reader) {
		settings = CategorySettings{
			Limit: fields.count("limit"), Quota: fields.count("quota"), CategoryLimit: fields.count("category_limit"), Categories: []SetCategory{},
		}
		fields.list("categories", &settings.Categories)
		settings.Extra = fields.rest()
	})
	if err != nil {
		return CategorySettings{}, err
	}
	return settings, nil
}
