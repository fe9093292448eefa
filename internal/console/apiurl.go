package console

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
)

// SetAPIURL says where the emulated API is reached, once that is known: commands to
// copy name it. A host of 0.0.0.0 or [::] stands for the one by which the browser
// reaches this console.
func (a *Console) SetAPIURL(address string) { a.apiURL.Store(&address) }

// apiURLFor is where the machine of a browser reaches the emulated API.
func (a *Console) apiURLFor(r *http.Request) string {
	address := *a.apiURL.Load()
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if err != nil || !ip.IsUnspecified() {
		return address
	}
	host := (&url.URL{Host: r.Host}).Hostname()
	if host == "" {
		host = "127.0.0.1"
	}
	u.Host = net.JoinHostPort(host, u.Port())
	return u.String()
}
