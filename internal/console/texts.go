package console

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

//go:embed locale/*.json
var localeFiles embed.FS

// Languages, the default first.
var (
	chinese = load("zh-CN", "en")
	english = load("en", "zh-CN")
)

// texts are what the console says in one language.
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

// languageOf chooses a language: the one that was chosen here before, else the one
// that the browser's owner likes best, else Chinese.
func languageOf(r *http.Request) *texts {
	if c, err := r.Cookie(languageCookie); err == nil {
		if t := language(c.Value); t != nil {
			return t
		}
	}
	best, bestQ := chinese, 0.0
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, weight, weighted := strings.Cut(part, ";")
		q := 1.0
		if weighted {
			// One that is malformed counts nothing.
			q, _ = strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
		}
		if t := language(strings.TrimSpace(tag)); t != nil && q > bestQ {
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

// has reports whether there is a text.
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

// must is text for keys that stand in the source.
func (t *texts) must(key string, args ...any) string {
	text, err := t.text(key, args...)
	if err != nil {
		panic(err)
	}
	return text
}

// named returns the text of a value of the domain, like a state; one that has none is
// shown as it is.
func (t *texts) named(family, value string) string {
	if text := t.byKey[family+"."+value]; text != "" {
		return text
	}
	return value
}
