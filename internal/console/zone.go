package console

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"draftbox/internal/platform"
)

// zoneCookie holds the time zone that times are shown in: a name of [zoneNames], or for
// the browser's own one its name, which a script gives.
const zoneCookie = "draftbox_zone"

// Zones to choose from, by what the form sends.
const (
	zoneChina = "china" // that of WeChat's console, and the default
	zoneLocal = "local"
	zoneUTC   = "utc"
)

func zoneNames() []string { return []string{zoneChina, zoneLocal, zoneUTC} }

// zone is a time zone with the name that was chosen, and what is kept of the choice.
type zone struct {
	*time.Location
	name, kept string
}

func zoneOf(r *http.Request) zone {
	c, err := r.Cookie(zoneCookie)
	if err != nil {
		return zoneNamed(zoneChina)
	}
	return zoneNamed(c.Value)
}

// zoneNamed returns a zone. The local one is called by its name, like local:Asia/Tokyo;
// where that is not known it is the zone of this machine, which mostly is the browser's.
func zoneNamed(value string) zone {
	kind, name, _ := strings.Cut(value, ":")
	switch kind {
	case zoneUTC:
		return zone{time.UTC, zoneUTC, zoneUTC}
	case zoneLocal:
		if found, err := time.LoadLocation(name); err == nil && name != "" {
			return zone{found, zoneLocal, zoneLocal + ":" + name}
		}
		return zone{time.Local, zoneLocal, zoneLocal}
	}
	return zone{platform.UTC8, zoneChina, zoneChina}
}

// seconds is how far the zone is east of UTC at a time.
func (z zone) seconds(t time.Time) int {
	_, out := t.In(z.Location).Zone()
	return out
}

// exact writes a time with its zone.
func (z zone) exact(t time.Time) string {
	return t.In(z.Location).Format(clockFormat) + " " + z.label(t)
}

// label is the zone at a time, like UTC+8 or UTC-3:30.
func (z zone) label(t time.Time) string {
	offset := z.seconds(t)
	if offset == 0 {
		return "UTC"
	}
	sign := "+"
	if offset < 0 {
		sign, offset = "-", -offset
	}
	if minutes := offset % 3600 / 60; minutes != 0 {
		return fmt.Sprintf("UTC%s%d:%02d", sign, offset/3600, minutes)
	}
	return fmt.Sprintf("UTC%s%d", sign, offset/3600)
}
