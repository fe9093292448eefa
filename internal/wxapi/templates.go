package wxapi

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync/atomic"

	"draftbox/internal/platform"
)

// draftItem is one draft on the wire: the eight fields of the real answer.
type draftItem struct {
	CreateTime             int64      `json:"create_time"`
	UserVersion            string     `json:"user_version"`
	UserDesc               string     `json:"user_desc"`
	DraftID                int64      `json:"draft_id"`
	SourceMiniprogramAppid string     `json:"source_miniprogram_appid"`
	SourceMiniprogram      string     `json:"source_miniprogram"`
	Developer              string     `json:"developer"`
	CategoryList           []struct{} `json:"category_list"`
}

// templateItem is one template on the wire. audit_scene, audit_status and reason
// come only with a standard template that was submitted, which no API does.
type templateItem struct {
	CreateTime             int64      `json:"create_time"`
	UserVersion            string     `json:"user_version"`
	UserDesc               string     `json:"user_desc"`
	TemplateID             int64      `json:"template_id"`
	DraftID                int64      `json:"draft_id"`
	SourceMiniprogramAppid string     `json:"source_miniprogram_appid"`
	SourceMiniprogram      string     `json:"source_miniprogram"`
	Developer              string     `json:"developer"`
	TemplateType           int        `json:"template_type"`
	CategoryList           []struct{} `json:"category_list"`
}

var noCategories = []struct{}{}

// getTemplateDraftList is getTemplatedRaftList, 获取草稿箱列表. No paging.
//
// What makes the real service answer 85064 here is unconfirmed: the switch
// empty_list gives it to an empty box. The order is unconfirmed, too: ascending
// by id, or by the switch list_order.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/template-management/api_gettemplatedraftlist.html
func (a *API) getTemplateDraftList(ctx context.Context, c *call) (*answer, error) {
	if ans := c.held.drafts.Load(); ans != nil {
		return ans, nil
	}
	box, err := a.service.DraftBox(ctx, c.held.component.Appid)
	if err != nil {
		return nil, err
	}
	switches := &box.Component.Settings.Switches
	if len(box.Drafts) == 0 && switches.EmptyList == "85064" {
		return nil, platform.Refuse(platform.CodeTemplateNotFound, "the draft box is empty (switch empty_list)")
	}
	list := make([]draftItem, 0, len(box.Drafts))
	for _, d := range box.Drafts {
		list = append(list, draftItem{
			d.CreateTime.Unix(), d.UserVersion, d.UserDesc, d.ID, d.SourceAppid, d.SourceName, d.Developer, noCategories,
		})
	}
	arrange(list, switches.ListOrder)
	ans, err := reply(struct {
		envelope
		DraftList []draftItem `json:"draft_list"`
	}{okEnvelope(), list}, "%s", counted(len(list), "draft"))
	if err == nil && switches.ListOrder != "shuffled" {
		a.keep(c.held, &box.Component, func(h *held) *atomic.Pointer[answer] { return &h.drafts }, ans)
	}
	return ans, err
}

// counted says how many there are, for the journal.
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

// arrange puts a list into the order of the switch.
func arrange[T any](list []T, order string) {
	switch order {
	case "descending":
		slices.Reverse(list)
	case "shuffled":
		rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] }) //nolint:gosec // an order guards nothing
	}
}

// addToTemplate is addToTemplate, 将草稿添加到模板库. The answer does not tell the
// new template's id, here as there.
//
// Errors: 85064 no such draft, or no draft_id; 85065 the library is full.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/template-management/api_addtotemplate.html
func (a *API) addToTemplate(ctx context.Context, c *call) (*answer, error) {
	id, ok, err := c.integer("draft_id")
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, platform.Refuse(platform.CodeTemplateNotFound, "the body has no draft_id; a missing one is not id 0")
	}
	templateType, _, err := c.integer("template_type")
	if err != nil {
		return nil, err
	}
	if templateType != platform.TemplateOrdinary && templateType != platform.TemplateStandard {
		return nil, platform.Refuse(platform.CodeDataFormat, "template_type must be 0 or 1")
	}
	t, err := a.service.AddToTemplate(ctx, c.held.component.Appid, id, int(templateType))
	if err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "draft %d became template %d", id, t.ID)
}

// getTemplateList is getTemplateList, 获取模板列表. It is called with GET; the page
// shows the filter template_type as a payload, known clients send it in the query.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/template-management/api_gettemplatelist.html
func (a *API) getTemplateList(ctx context.Context, c *call) (*answer, error) {
	only, err := c.templateTypeFilter()
	if err != nil {
		return nil, err
	}
	if ans := c.held.templates.Load(); ans != nil && only < 0 {
		return ans, nil
	}
	library, err := a.service.TemplateLibrary(ctx, c.held.component.Appid)
	if err != nil {
		return nil, err
	}
	switches := &library.Component.Settings.Switches
	list := make([]templateItem, 0, len(library.Templates))
	for _, t := range library.Templates {
		if only >= 0 && int64(t.Type) != only {
			continue
		}
		list = append(list, templateItem{
			t.CreateTime.Unix(), t.UserVersion, t.UserDesc, t.ID, t.DraftID, t.SourceAppid, t.SourceName, t.Developer, t.Type, noCategories,
		})
	}
	if len(list) == 0 && switches.EmptyList == "85064" {
		return nil, platform.Refuse(platform.CodeTemplateNotFound, "the template list is empty (switch empty_list)")
	}
	arrange(list, switches.ListOrder)
	ans, err := reply(struct {
		envelope
		TemplateList []templateItem `json:"template_list"`
	}{okEnvelope(), list}, "%s", counted(len(list), "template"))
	if err == nil && only < 0 && switches.ListOrder != "shuffled" {
		a.keep(c.held, &library.Component, func(h *held) *atomic.Pointer[answer] { return &h.templates }, ans)
	}
	return ans, err
}

// templateTypeFilter reads the filter from the query or, leniently, from a body;
// absent and empty mean all, reported as -1.
func (c *call) templateTypeFilter() (int64, error) {
	if v := c.r.URL.Query().Get("template_type"); v != "" {
		n, err := strconv.ParseInt(v, 10, 8)
		if err != nil || n < 0 {
			return 0, platform.Refuse(platform.CodeDataFormat, "template_type is %q, must be 0 or 1", clip(v))
		}
		return n, nil
	}
	if c.r.ContentLength == 0 {
		return -1, nil
	}
	// A body with GET is lenient: what cannot be read is as if it were not there.
	if err := c.readBody(nil); err != nil {
		return -1, nil //nolint:nilerr // see above
	}
	n, ok, err := c.integer("template_type")
	if err != nil || !ok {
		return -1, err
	}
	return n, nil
}

// deleteTemplate is deleteTemplate, 删除代码模板.
//
// Errors: 85064 no such template, or no template_id.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/template-management/api_deletetemplate.html
func (a *API) deleteTemplate(ctx context.Context, c *call) (*answer, error) {
	id, ok, err := c.integer("template_id")
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, platform.Refuse(platform.CodeTemplateNotFound, "the body has no template_id; a missing one is not id 0")
	}
	if err := a.service.DeleteTemplate(ctx, c.held.component.Appid, id); err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "template %d deleted", id)
}
