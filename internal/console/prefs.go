package console

import (
	"context"
	"net/http"
	"slices"
	"time"
)

const (
	languageCookie = "draftbox_lang"
	themeCookie    = "draftbox_theme"
	// preferenceLife is how long a browser remembers a choice, in real time.
	preferenceLife = 365 * 24 * time.Hour
)

// themes are the ways the console can look; system is what the browser says.
func themes() []string { return []string{"system", "light", "dark"} }

func themeOf(r *http.Request) string {
	if c, err := r.Cookie(themeCookie); err == nil && slices.Contains(themes(), c.Value) {
		return c.Value
	}
	return "system"
}

// setPreferences remembers a language, a theme or a time zone in the browser, and goes
// back to the page where it was chosen.
func (a *Console) setPreferences(_ context.Context, c *call) (*answer, error) {
	out := seeOther(localPath(c.form.Get("next")))
	if t := language(c.form.Get("lang")); t != nil {
		out.cookies = append(out.cookies, c.cookie(languageCookie, t.name, preferenceLife))
	}
	if theme := c.form.Get("theme"); slices.Contains(themes(), theme) {
		out.cookies = append(out.cookies, c.cookie(themeCookie, theme, preferenceLife))
	}
	if value := c.form.Get("zone"); value != "" {
		out.cookies = append(out.cookies, c.cookie(zoneCookie, zoneNamed(value).kept, preferenceLife))
	}
	return out, nil
}
