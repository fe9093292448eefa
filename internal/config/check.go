package config

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"draftbox/internal/platform"
)

// Check reports everything that is wrong with a world as an [*Error]. [Load] has
// done so already; a world that was built in code is checked by [Apply].
func (w *World) Check() error {
	if w.origin.lines == nil {
		w.origin.lines = map[string]int{}
	}
	p := &problems{origin: &w.origin}
	w.check(p)
	return p.err()
}

func (w *World) check(p *problems) {
	used := map[string]string{} // appid → where it stands
	for i := range w.Components {
		c, at := &w.Components[i], fmt.Sprintf("components[%d]", i)
		p.component(c, at)
		p.unique(used, c.Appid, at)
		for j, d := range c.DevMiniprograms {
			p.unique(used, d.Appid, fmt.Sprintf("%s.dev_miniprograms[%d]", at, j))
		}
	}
	// A merchant may authorize several components, but is nothing else.
	for i := range w.Components {
		own := map[string]string{}
		for j, a := range w.Components[i].Authorizers {
			at := fmt.Sprintf("components[%d].authorizers[%d]", i, j)
			if where, taken := used[a.Appid]; taken {
				p.add(at+".appid", "%s is in use by %s", a.Appid, where)
				continue
			}
			p.unique(own, a.Appid, at)
		}
	}
}

func (p *problems) unique(used map[string]string, appid, at string) {
	if appid == "" {
		return // told as missing
	}
	if where, taken := used[appid]; taken {
		p.add(at+".appid", "%s is in use by %s", appid, where)
		return
	}
	used[appid] = at
}

// sentences adds problems that begin with the name of their key. names translates
// the names that differ from the file's.
func (p *problems) sentences(at string, list []string, names map[string]string) {
	slices.Sort(list)
	for _, sentence := range list {
		key, _, _ := strings.Cut(sentence, " ")
		if name, differs := names[key]; differs {
			sentence = name + strings.TrimPrefix(sentence, key)
			key = name
		}
		rest := strings.TrimPrefix(sentence, key+" ")
		p.add(at+"."+key, "%s", rest)
	}
}

func (p *problems) component(c *Component, at string) {
	if c.Appid == "" {
		p.add(at+".appid", "is missing, must be wx and 16 lower-case hex digits")
	}
	p.sentences(at, c.sample().Problems(), nil)
	if c.VerifyTicket != "" {
		if err := platform.CheckTicket(c.VerifyTicket); err != nil {
			p.sentences(at, []string{err.Error()}, nil)
		}
	}
	declared := map[string]bool{}
	for i := range c.DevMiniprograms {
		d := &c.DevMiniprograms[i]
		p.devMiniprogram(d, fmt.Sprintf("%s.dev_miniprograms[%d]", at, i))
		declared[d.Appid] = true
	}
	if n, most := len(c.DevMiniprograms), c.sample().Settings.MaxDevMiniprograms; n > most {
		p.add(at+".dev_miniprograms", "there are %d, max_dev_miniprograms is %d", n, most)
	}
	for i := range c.Drafts {
		p.upload(&c.Drafts[i], fmt.Sprintf("%s.drafts[%d]", at, i), declared)
	}
	for i := range c.Templates {
		p.upload(&c.Templates[i], fmt.Sprintf("%s.templates[%d]", at, i), declared)
	}
	if n := len(c.Templates); n > platform.MaxTemplates {
		p.add(at+".templates", "there are %d, a library holds %d", n, platform.MaxTemplates)
	}
	for i, a := range c.Authorizers {
		at := fmt.Sprintf("%s.authorizers[%d]", at, i)
		if a.Appid == "" {
			p.add(at+".appid", "is missing, must be wx and 16 lower-case hex digits")
			continue
		}
		merchant := a.platform("")
		p.sentences(at, merchant.Problems(), nil)
		settings := a.settings()
		p.sentences(at, settings.Problems(), nil)
	}
}

// sample is the component that would be made, with stand-ins for what would be
// made up.
func (c *Component) sample() *platform.Component {
	out := &platform.Component{
		Appid: "wx0000000000000000", Secret: strings.Repeat("0", 32), Token: "token", EncodingAESKey: strings.Repeat("A", 43),
		Settings: platform.DefaultSettings(),
	}
	c.over(out)
	return out
}

func (p *problems) devMiniprogram(d *DevMiniprogram, at string) {
	if d.Appid == "" {
		p.add(at+".appid", "is missing, must be wx and 16 lower-case hex digits")
		return
	}
	p.sentences(at, (&platform.DevMiniprogram{Appid: d.Appid, Name: d.Name, UploadIPAllowlist: d.UploadIPAllowlist}).Problems(), nil)
	if d.UploadKey == "" {
		return
	}
	text, err := readRegular(p.origin.resolve(d.UploadKey), maxSecretFile)
	if err == nil {
		d.uploadKeyPEM, err = platform.ParseUploadKey(string(text))
	}
	if err != nil {
		p.add(at+".upload_key", "%v", err)
	}
}

// uploadNames are the keys that the rules call by their name on the wire.
var uploadNames = map[string]string{"user_version": "version", "user_desc": "desc"}

func (p *problems) upload(u *Upload, at string, declared map[string]bool) {
	switch {
	case u.Source == "":
		p.add(at+".source", "is missing, must be the appid of one of this component's dev_miniprograms")
	case !declared[u.Source]:
		p.add(at+".source", "%s is none of this component's dev_miniprograms", u.Source)
	}
	upload := u.platform("")
	p.sentences(at, upload.Problems(), uploadNames)
	if u.CreateTime < 0 || u.CreateTime > math.MaxInt32 {
		p.add(at+".create_time", "is %d, must be Unix seconds from 1 to %d", u.CreateTime, math.MaxInt32)
	}
	if u.Project != nil {
		return
	}
	if u.Dir == "" {
		p.add(at+".dir", "is missing, must be the folder of a mini program project")
		return
	}
	if info, err := os.Stat(p.origin.resolve(u.Dir)); err != nil {
		p.add(at+".dir", "%v", err)
	} else if !info.IsDir() {
		p.add(at+".dir", "%s is no folder", u.Dir)
	}
}
