package platform

import (
	"context"
	"sync"

	"draftbox/internal/platform/extjson"
)

// keptTemplates bounds how many templates are kept that were read to be merged into.
const keptTemplates = 64

// preparedTemplates are templates that were read, by digest and kind: what is made of
// them depends on nothing else, on whatever node.
type preparedTemplates struct {
	mu   sync.Mutex
	kept map[preparedKey]*extjson.Prepared
}

type preparedKey struct {
	digest   string
	standard bool
}

// prepare returns a template ready to be merged into.
func (p *preparedTemplates) prepare(t *Template, pack *Package) *extjson.Prepared {
	key := preparedKey{t.Digest, t.Type == TemplateStandard}
	p.mu.Lock()
	defer p.mu.Unlock()
	if kept := p.kept[key]; kept != nil {
		return kept
	}
	if p.kept == nil || len(p.kept) >= keptTemplates {
		p.kept = map[preparedKey]*extjson.Prepared{}
	}
	p.kept[key] = ExtTemplate(pack, key.standard)
	return p.kept[key]
}

// ExtTemplate reads a package, to merge ext_json into its app.json.
func ExtTemplate(pack *Package, standard bool) *extjson.Prepared {
	files := make([]string, len(pack.Files))
	for i, f := range pack.Files {
		files[i] = f.Path
	}
	return extjson.Prepare(extjson.Template{AppJSON: pack.AppJSON, Files: files, Standard: standard})
}

// mergeExt merges the ext_json of a commit with its template.
//
// Errors: 80066, 80067, 80082, 85013, 85043, 85045 to 85048, 85310 to 85312, 9402203.
func (s *Service) mergeExt(in *Commit, t *Template, pack *Package, m *MerchantSettings) (CodeConfig, error) {
	config, faults := s.templates.prepare(t, pack).Merge(in.ExtJSON, extRights(m))
	if len(faults) > 0 {
		f := faults[0]
		return CodeConfig{}, &Error{Code: f.Code, Msg: orDefault(f.Text, CodeText(f.Code)), Detail: f.String()}
	}
	return CodeConfig{
		ExtAppid: config.ExtAppid, Pages: config.Pages,
		RequiredPrivateInfos: config.RequiredPrivateInfos, Navigates: config.NavigateToMiniProgramAppIdList,
	}, nil
}

// extRights are what a merchant's mini program may use.
func extRights(m *MerchantSettings) extjson.Rights {
	rights := extjson.Rights{PrivateInfos: m.privateInfoRights()}
	if m.Plugins == nil {
		return rights
	}
	rights.Plugin = func(provider, version string) extjson.PluginRight {
		switch m.PluginFault(provider, version) {
		case CodePluginNotFound:
			return extjson.PluginUnknown
		case CodePluginVersion:
			return extjson.PluginVersionUnknown
		case CodePluginDenied:
			return extjson.PluginDenied
		default:
			return extjson.PluginGranted
		}
	}
	return rights
}

// privateInfoRights are the location interfaces that are held; nil: all.
func (m *MerchantSettings) privateInfoRights() []string {
	if m.PrivateInfos == nil {
		return nil
	}
	return append([]string{}, m.HeldPrivateInfos()...)
}

// privateInfoRights are the location interfaces that a merchant's mini program holds;
// nil: all.
func privateInfoRights(ctx context.Context, r Reader, component, authorizer string) ([]string, error) {
	m, err := merchantSettings(ctx, r, component, authorizer)
	if err != nil {
		return nil, err
	}
	return m.privateInfoRights(), nil
}

// checkAuditCategory refuses a category that the mini program has not, or whose own
// audit has not passed. Names or ids are enough.
//
// Errors: 85008.
func checkAuditCategory(ctx context.Context, r Reader, a *Authorizer, item *AuditItem, at string) error {
	m, err := merchantSettings(ctx, r, a.ComponentAppid, a.Appid)
	if err != nil {
		return err
	}
	for _, c := range m.ApprovedCategories(a) {
		if item.matches(&c) {
			return nil
		}
	}
	return Refuse(CodeAuditCategory, "%s: %s/%s (%d/%d) is none of the approved categories of %s; get_category lists them",
		at, clip(item.FirstClass), clip(item.SecondClass), item.FirstID, item.SecondID, a.Appid)
}

// matches compares what the item names of a category.
func (i *AuditItem) matches(c *Category) bool {
	named := func(name string, id int64, haveName string, haveID int) bool {
		return (name == "" || name == haveName) && (id == 0 || id == int64(haveID)) && (name != "" || id != 0)
	}
	return named(i.FirstClass, i.FirstID, c.First, c.FirstID) && named(i.SecondClass, i.SecondID, c.Second, c.SecondID) &&
		(i.ThirdClass == "" && i.ThirdID == 0 || named(i.ThirdClass, i.ThirdID, c.Third, c.ThirdID))
}
