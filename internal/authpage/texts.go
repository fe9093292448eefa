package authpage

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"regexp"
	"strconv"
	"strings"
)

//go:embed locale/*.json
var localeFiles embed.FS

var (
	//go:embed page.html
	pageHTML string
	//go:embed style.css
	styleCSS string
)

// Languages, the default first.
var (
	chinese = load("zh-CN", "en")
	english = load("en", "zh-CN")
)

// style is the style sheet as it is sent, and styleHash what lets it be applied.
var (
	style     = squeeze(styleCSS)
	styleHash = hash(style)
)

// The style sheet is put into the template's own text: what is static there is
// sent byte for byte, as its hash asks for.
var pages = template.Must(template.New("").Parse(strings.Replace(pageHTML, "/* style.css */", style, 1)))

// texts are what the page says in one language.
type texts struct {
	name, other string // BCP 47
	byKey       map[string]string
}

func load(name, other string) *texts {
	data, err := localeFiles.ReadFile("locale/" + name + ".json")
	if err != nil {
		panic(err) // it is embedded
	}
	t := &texts{name: name, other: other}
	if err := json.Unmarshal(data, &t.byKey); err != nil {
		panic(fmt.Errorf("locale/%s.json: %w", name, err))
	}
	return t
}

// pick chooses a language: the one asked for, else the one that the browser's
// owner likes best, else Chinese.
func pick(asked, accepted string) *texts {
	if t := language(asked); t != nil {
		return t
	}
	best, bestQ := chinese, 0.0
	for part := range strings.SplitSeq(accepted, ",") {
		tag, weight, weighted := strings.Cut(part, ";")
		t := language(strings.TrimSpace(tag))
		q := 1.0
		if weighted {
			// One that is malformed counts nothing.
			q, _ = strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
		}
		if t != nil && q > bestQ {
			best, bestQ = t, q
		}
	}
	return best
}

// language returns the texts of a language's name; zh_CN and en-GB will do.
func language(tag string) *texts {
	primary, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	switch primary {
	case "zh":
		return chinese
	case "en":
		return english
	}
	return nil
}

func (t *texts) has(key string) bool { return t.byKey[key] != "" }

// text returns a text with {name} replaced by the value that follows the name.
func (t *texts) text(key string, args ...any) (string, error) {
	text, ok := t.byKey[key]
	if !ok {
		return "", fmt.Errorf("locale/%s.json has no %q", t.name, key)
	}
	for i := 0; i+1 < len(args); i += 2 {
		text = strings.ReplaceAll(text, fmt.Sprintf("{%v}", args[i]), fmt.Sprint(args[i+1]))
	}
	return text, nil
}

// set names a permission set; one without a known name is its number.
//
// Names of mini programs' sets are those of
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/product/miniprogram_authority.html
// and of official accounts' those of
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/product/offical_account_authority.html
// with those that these pages do not have any more (16, 20, 21, 36, 57) as they
// were called before; 185 is named in an answer of staff.
func (t *texts) set(id int) string {
	if name := t.byKey["set."+strconv.Itoa(id)]; name != "" {
		return name
	}
	return strings.ReplaceAll(t.byKey["ask.set"], "{id}", strconv.Itoa(id))
}

// view is what the template gets: one of Ask and Told.
type view struct {
	*texts
	RID    string
	Switch string // this page in the other language; empty: there is none
	Ask    *askView
	Told   *toldView
}

// toldView is a page that says one thing.
type toldView struct {
	Key    string // of told.*
	Good   bool   // nothing is wrong
	Names  string // what the text names
	Detail string
	Back   string // to the page that asks; empty: there is no way
}

// Lang is the language of the page.
func (v *view) Lang() string { return v.name }

// Other is the other language.
func (v *view) Other() string { return v.other }

// T returns a text.
func (v *view) T(key string, args ...any) (string, error) { return v.text(key, args...) }

// Says returns a part of what a page tells: title or text.
func (v *view) Says(part string) (string, error) { return v.says(v.texts, part) }

// SaysToo returns it in the other language.
func (v *view) SaysToo(part string) (string, error) { return v.says(language(v.other), part) }

func (v *view) says(in *texts, part string) (string, error) {
	names := v.Told.Names
	if names == "" {
		names = in.byKey["told.nothing"]
	}
	return in.text("told."+v.Told.Key+"."+part, "names", names)
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s*([{};,])\s*|(:)\s+|\s+`)
)

// squeeze takes out of a style sheet what is for its readers only.
func squeeze(css string) string {
	css = cssSpace.ReplaceAllStringFunc(cssComment.ReplaceAllString(css, ""), func(space string) string {
		if t := strings.TrimSpace(space); t != "" {
			return t
		}
		return " "
	})
	return strings.TrimSpace(strings.ReplaceAll(css, ";}", "}"))
}

// hash is a source of Content-Security-Policy.
func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
