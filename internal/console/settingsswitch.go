package console

import (
	"cmp"
	"context"
	"reflect"
	"strings"
	"time"

	"draftbox/internal/platform"
)

// switchesView is the form of all switches, quotas and limits.
type switchesView struct {
	Groups  []settingGroup
	Changed int
}

type settingGroup struct {
	Key      string
	Settings []settingView
}

// settingView is one of them. Its texts are setting_name.NAME and setting.NAME.
type settingView struct {
	setting

	Value, Default string
	Changed        bool
}

// setting is a member of [platform.Settings] that a form can set.
type setting struct {
	Name    string // as docs/config.md has it
	Group   string // switches, quotas or limits
	Kind    settingKind
	Choices []string // of a choice, the default first
	index   []int    // of the field
}

// settingsOf lists them all. The struct is the one table of them: what is added there is
// in the form, and a test asks for its texts. How audits are decided and the domain of
// authorization pages have pages of their own.
func settingsOf() []setting {
	var out []setting
	var walk func(t reflect.Type, group string, index []int)
	walk = func(t reflect.Type, group string, index []int) {
		for i := range t.NumField() {
			f := t.Field(i)
			at := append(append([]int{}, index...), i)
			name := f.Tag.Get("json")
			switch {
			case name == "audit" || name == "auth_page_domain":
			case f.Type.Kind() == reflect.Struct:
				walk(f.Type, name, at)
			default:
				out = append(out, setting{name, cmp.Or(group, "limits"), kindOf(name, f.Type), platform.SwitchChoices(name), at})
			}
		}
	}
	walk(reflect.TypeFor[platform.Settings](), "", nil)
	return out
}

func (a *Console) switches(ctx context.Context, c *call) (*answer, error) {
	comp, err := a.service.Component(ctx, c.component)
	if err != nil {
		return nil, err
	}
	now, usual := reflect.ValueOf(comp.Settings), reflect.ValueOf(platform.DefaultSettings())
	v := switchesView{Groups: []settingGroup{{Key: "switches"}, {Key: "quotas"}, {Key: "limits"}}}
	for _, s := range settingsOf() {
		one := settingView{setting: s, Default: s.Kind.write(usual.FieldByIndex(s.index))}
		stands := s.Kind.write(now.FieldByIndex(s.index))
		one.Changed = stands != one.Default
		one.Value = c.typed(s.Name, stands)
		if one.Changed {
			v.Changed++
		}
		for i := range v.Groups {
			if v.Groups[i].Key == s.Group {
				v.Groups[i].Settings = append(v.Groups[i].Settings, one)
			}
		}
	}
	return a.settingsPage(ctx, c, "switches", v)
}

// saveSwitches takes the whole form over, or puts all defaults back.
func (a *Console) saveSwitches(ctx context.Context, c *call) (*answer, error) {
	reset := c.form.Get("do") == "reset"
	_, err := a.service.ChangeComponent(ctx, c.component, func(comp *platform.Component) error {
		next, usual := reflect.ValueOf(&comp.Settings).Elem(), reflect.ValueOf(platform.DefaultSettings())
		var wrong []string
		for _, s := range settingsOf() {
			field := next.FieldByIndex(s.index)
			if reset {
				field.Set(usual.FieldByIndex(s.index))
				continue
			}
			if !c.r.PostForm.Has(s.Name) {
				continue // a script that sends some of the fields leaves the others as they are
			}
			values := c.r.PostForm[s.Name]
			if err := s.Kind.read(values[len(values)-1], field); err != nil {
				wrong = append(wrong, s.Name+": "+err.Error())
			}
		}
		if len(wrong) > 0 {
			return platform.Invalidf("%s", strings.Join(wrong, "; "))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	key := "saved"
	if reset {
		key = "defaults"
	}
	return done(settingsPath(c.component, "switches"), key, ""), nil
}

func readDuration(name, text string) (platform.Duration, error) {
	var d platform.Duration
	if text = strings.TrimSpace(text); text == "" {
		return 0, nil
	}
	if err := d.UnmarshalText([]byte(text)); err != nil {
		return 0, platform.Invalidf("%s: %v", name, err)
	}
	return d, nil
}

// durationText writes a duration as people do: 5m and not 5m0s.
func durationText(d platform.Duration) string {
	text := time.Duration(d).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
