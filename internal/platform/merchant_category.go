package platform

import (
	"hash/crc32"
	"slices"
)

// CategoryAudit is the audit of a category that has not passed.
type CategoryAudit struct {
	First  string `json:"first"`
	Second string `json:"second"`
	Status string `json:"status"`           // [CategoryAuditing] or [CategoryRejected]
	Reason string `json:"reason,omitempty"` // of a rejected one
}

// How far the audit of a category is.
const (
	CategoryAuditing = "auditing"
	CategoryRejected = "rejected"
)

// Category is a category (类目) with the ids of its levels. Third is empty, and its id
// 0, where there is no third level.
type Category struct {
	First, Second, Third       string
	FirstID, SecondID, ThirdID int
}

// Bounds that the list of a mini program's categories tells of. That none is used up
// is decided: nothing adds categories here but the management side.
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/category/getcategory.html
const (
	CategoryAdditions = 5 // a period
	MaxCategories     = 20
)

// standInCategory is that of an account that names none: programs take the first of
// the list to submit with, and a real mini program has one by then.
var standInCategory = AuthorizerCategory{First: "工具", Second: "信息查询"}

// SetCategories are the categories of a mini program, whatever their audit says.
func (a *Authorizer) SetCategories() []AuthorizerCategory {
	if len(a.Categories) == 0 {
		return []AuthorizerCategory{standInCategory}
	}
	return a.Categories
}

// CategoryAudit returns the audit of a category; nil if it has passed.
func (m *MerchantSettings) CategoryAudit(first, second string) *CategoryAudit {
	i := slices.IndexFunc(m.CategoryAudits, func(c CategoryAudit) bool { return c.First == first && c.Second == second })
	if i < 0 {
		return nil
	}
	return &m.CategoryAudits[i]
}

// ApprovedCategories are those that may be put into an audit: second levels whose own
// audit has passed, and each third level of theirs.
func (m *MerchantSettings) ApprovedCategories(a *Authorizer) []Category {
	var out []Category
	for _, c := range a.SetCategories() {
		if m.CategoryAudit(c.First, c.Second) == nil {
			out = append(out, c.levels()...)
		}
	}
	return out
}

// IDs returns the ids of the two levels.
func (c *AuthorizerCategory) IDs() (first, second int) {
	level := c.levels()[0]
	return level.FirstID, level.SecondID
}

// levels returns the category with its ids, once for each third level.
func (c *AuthorizerCategory) levels() []Category {
	out := Category{First: c.First, Second: c.Second, FirstID: madeUpID(c.First), SecondID: madeUpID(c.First + "/" + c.Second)}
	i := slices.IndexFunc(categories, func(f firstCategory) bool { return f.name == c.First })
	if i < 0 {
		return []Category{out}
	}
	out.FirstID = categories[i].id
	j := slices.IndexFunc(categories[i].seconds, func(s secondCategory) bool { return s.name == c.Second })
	if j < 0 {
		return []Category{out}
	}
	second := &categories[i].seconds[j]
	out.SecondID = second.id
	if len(second.thirds) == 0 {
		return []Category{out}
	}
	levels := make([]Category, len(second.thirds))
	for k, t := range second.thirds {
		levels[k] = out
		levels[k].Third, levels[k].ThirdID = t.name, t.id
	}
	return levels
}

// madeUpID is the id of a name that the table does not have: always the same, and
// beyond all of the table's.
func madeUpID(name string) int { return 100_000 + int(crc32.ChecksumIEEE([]byte(name))%900_000) }

// CategoryNode is a category in the tree of those that can be set.
type CategoryNode struct {
	ID, Level, Father int
	Name              string
	Children          []int
	// Certificate names what has to be shown to set it; empty: nothing.
	Certificate string
}

// CategoryTree lists the categories that can be set: the root, whose id is 0, first
// and second levels.
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/category-management/getAllCategories.html
func CategoryTree() []CategoryNode {
	root := CategoryNode{Children: []int{}}
	var nodes []CategoryNode
	for _, f := range categories {
		root.Children = append(root.Children, f.id)
		first := CategoryNode{ID: f.id, Level: 1, Name: f.name, Children: []int{}}
		var seconds []CategoryNode
		for _, s := range f.seconds {
			first.Children = append(first.Children, s.id)
			seconds = append(seconds, CategoryNode{ID: s.id, Level: 2, Father: f.id, Name: s.name, Children: []int{}, Certificate: s.certificate})
		}
		nodes = append(append(nodes, first), seconds...)
	}
	return append([]CategoryNode{root}, nodes...)
}
