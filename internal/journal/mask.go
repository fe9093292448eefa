package journal

import (
	"regexp"
	"strings"

	"draftbox/internal/platform"
)

// secretNames are the members and parameters whose values are never shown whole.
const secretNames = `(?:component_access_token|authorizer_access_token|cloudbase_access_token|access_token|authorizer_refresh_token|refresh_token|` +
	`component_appsecret|component_secret|appsecret|app_secret|secret|component_verify_ticket|ticket|authorization_code|auth_code|pre_auth_code|` +
	`encoding_aes_key|token|signature)`

var (
	// A JSON member with a string value. The closing quote may be cut off, and
	// the quotes may be escaped: an answer of rid/get holds an answer. Letters of
	// the value may be escaped, too, as @ is by some encoders.
	jsonSecret = regexp.MustCompile(`(\\*"` + secretNames + `\\*"\s*:\s*\\*")((?:[^"\\]|\\+[^"\\])*)`)
	// A parameter of a query or a form.
	paramSecret = regexp.MustCompile(`(?i)((?:^|[?&\s"])` + secretNames + `=)([^&\s"\\]*)`)
	// An element of a push, with CDATA or without.
	xmlSecret = regexp.MustCompile(`(<(?:ComponentVerifyTicket|AuthorizationCode|PreAuthCode|auth_code|ticket)>(?:<!\[CDATA\[)?)([^\]<]*)`)
	// What looks like a secret wherever it stands.
	bareSecret = regexp.MustCompile(`(?:ticket|preauthcode|queryauthcode|refreshtoken)@@@[\w-]+|\b[0-9]{1,4}_[\w-]{64,}|\b[0-9a-f]{32}\b`)
)

// MaskText hides the secrets in a body, a query or any other text.
func MaskText(s string) string {
	keepName := func(re *regexp.Regexp) {
		s = re.ReplaceAllStringFunc(s, func(m string) string {
			parts := re.FindStringSubmatch(m)
			return parts[1] + platform.Mask(parts[2])
		})
	}
	keepName(jsonSecret)
	keepName(paramSecret)
	keepName(xmlSecret)
	return bareSecret.ReplaceAllStringFunc(s, platform.Mask)
}

// Masked returns the entry with every secret hidden, bodies included.
func (e Entry) Masked() Entry {
	e.Path, e.Query, e.Reason = MaskText(e.Path), MaskText(e.Query), MaskText(e.Reason)
	e.RequestBody = []byte(MaskText(strings.ToValidUTF8(string(e.RequestBody), "\uFFFD")))
	e.ResponseBody = []byte(MaskText(strings.ToValidUTF8(string(e.ResponseBody), "\uFFFD")))
	return e
}
