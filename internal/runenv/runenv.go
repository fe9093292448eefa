// Package runenv makes the environment in which an unmodified program, with the
// real hosts written into its URLs, reaches a draftbox server: the variables
// that languages and tools read, and the files that these variables name.
//
// Go, Python, Ruby, curl and the like honor proxy variables and need no more.
// Java takes options. Node and PHP are reached by a small script of our own that
// runs before the program.
package runenv

import (
	"net/url"
	"strings"
)

// Server says where a running server is and whom it emulates.
type Server struct {
	APIURL   string // like http://127.0.0.1:8506
	AdminURL string
	HTTPSURL string // like https://127.0.0.1:8508; the forward proxy is on the same port
	// CAFile holds the certificate of its CA as PEM, TrustStoreFile the same as
	// PKCS #12 for Java.
	CAFile             string
	TrustStoreFile     string
	TrustStorePassword string
	// Hosts are the emulated hosts, in lower case.
	Hosts []string
	// DataDir is where other draftbox commands find the server; absolute.
	DataDir string
	// ReadyFile names its ready file, for programs that were told one before;
	// empty leaves that variable out.
	ReadyFile string
}

// Variable is one variable of an environment.
type Variable struct{ Name, Value string }

// Lookup gives a variable of the environment that is added to, as os.LookupEnv
// does.
type Lookup func(name string) (value string, set bool)

func (l Lookup) get(name string) string {
	value, _ := l(name)
	return value
}

// Variables returns what a program's environment needs beside what is in it.
// Where a variable holds a list or options of the user's, they are kept.
// ListSeparator stands between the folders of a list: os.PathListSeparator of
// the system that the program runs on.
func Variables(s *Server, f *Files, current Lookup, listSeparator rune) []Variable {
	proxy := "http://" + hostPort(s.HTTPSURL)
	noProxy := noProxyList(s.Hosts, current.get("NO_PROXY"), current.get("no_proxy"))
	vars := []Variable{
		{"HTTPS_PROXY", proxy},
		{"https_proxy", proxy},
		{"HTTP_PROXY", proxy},
		{"http_proxy", proxy},
		{"NO_PROXY", noProxy},
		{"no_proxy", noProxy},
		{"SSL_CERT_FILE", f.Bundle},
		{"REQUESTS_CA_BUNDLE", f.Bundle},
		{"CURL_CA_BUNDLE", f.Bundle},
		{"NODE_EXTRA_CA_CERTS", s.CAFile},
		{"NODE_OPTIONS", appendOptions(current.get("NODE_OPTIONS"), "--require "+quoteNode(f.NodePreload))},
		{"JAVA_TOOL_OPTIONS", appendOptions(current.get("JAVA_TOOL_OPTIONS"), javaOptions(s))},
		{"PHP_INI_SCAN_DIR", appendFolder(current.get("PHP_INI_SCAN_DIR"), f.PHPIniDir, listSeparator)},
		{"SYSTEM_WGETRC", f.Wgetrc},
		{"DRAFTBOX_PHP_PREPEND", f.PHPPrepend},
		{"DRAFTBOX_API_URL", s.APIURL},
		{"DRAFTBOX_ADMIN_URL", s.AdminURL},
		{"DRAFTBOX_HTTPS_URL", s.HTTPSURL},
		{"DRAFTBOX_DATA_DIR", s.DataDir},
	}
	if s.ReadyFile != "" {
		vars = append(vars, Variable{"DRAFTBOX_READY_FILE", s.ReadyFile})
	}
	return vars
}

// hostPort returns the address in a URL, with the port that its scheme implies
// where it names none.
func hostPort(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil || u.Port() != "" {
		return strings.TrimPrefix(strings.TrimPrefix(rawURL, "https://"), "http://")
	}
	if u.Scheme == "https" {
		return u.Host + ":443"
	}
	return u.Host + ":80"
}

// loopback is what no program asks the proxy for: it refuses all but the
// emulated hosts.
var loopback = []string{"127.0.0.1", "localhost", "::1"}

// noProxyList returns loopback and the user's own entries, but for those that
// would lead the emulated hosts past the proxy: a name, the domain above it, or
// a star. (The official uploader goes past it for exactly servicewechat.com.)
func noProxyList(hosts []string, lists ...string) string {
	out := append([]string{}, loopback...)
	seen := map[string]bool{}
	for _, entry := range out {
		seen[entry] = true
	}
	for _, list := range lists {
		for _, entry := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
			if !seen[entry] && !exempts(entry, hosts) {
				out = append(out, entry)
			}
			seen[entry] = true
		}
	}
	return strings.Join(out, ",")
}

// exempts reports whether a NO_PROXY entry can mean one of the hosts, read as
// widely as any program reads it.
func exempts(entry string, hosts []string) bool {
	name := strings.ToLower(entry)
	if host, port, ok := strings.Cut(name, ":"); ok && !strings.Contains(port, ":") { // no IPv6 address
		name = host
	}
	name = strings.Trim(strings.TrimPrefix(name, "*"), ".")
	if name == "" {
		return true // a star, or a dot: everything
	}
	for _, host := range hosts {
		if host == name || strings.HasSuffix(host, "."+name) {
			return true
		}
	}
	return false
}

// javaOptions are the system properties of a JVM. Its trust store replaces
// Java's own roots, which nothing under the proxy could use.
func javaOptions(s *Server) string {
	host, port := hostPort(s.HTTPSURL), ""
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		host, port = strings.Trim(host[:i], "[]"), host[i+1:]
	}
	options := make([]string, 0, 8)
	for _, p := range [][2]string{
		{"https.proxyHost", host},
		{"https.proxyPort", port},
		{"http.proxyHost", host},
		{"http.proxyPort", port},
		{"http.nonProxyHosts", "localhost|127.*|[::1]"}, // for https, too
		{"javax.net.ssl.trustStore", s.TrustStoreFile},
		{"javax.net.ssl.trustStoreType", "PKCS12"},
		{"javax.net.ssl.trustStorePassword", s.TrustStorePassword},
	} {
		options = append(options, quoteJava("-D"+p[0]+"="+p[1]))
	}
	return strings.Join(options, " ")
}

// appendOptions adds ours to the user's options, once.
func appendOptions(user, ours string) string {
	switch {
	case user == "":
		return ours
	case user == ours || strings.HasSuffix(user, " "+ours):
		return user // an environment made by us within one made by us
	default:
		return user + " " + ours
	}
}

// appendFolder adds a folder to a list, once. An empty element at the beginning
// is the folder that PHP was built with.
func appendFolder(list, folder string, separator rune) string {
	for element := range strings.SplitSeq(list, string(separator)) {
		if element == folder {
			return list
		}
	}
	return list + string(separator) + folder
}
