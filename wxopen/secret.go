package wxopen

import (
	"net/url"
	"strings"
)

// masked stands for a secret in whatever a person may read.
const masked = "***"

// scrub takes secrets out of a text, also in the form they have in a query.
// Very short ones stay: to take them out would garble the text and hide nothing.
func scrub(text string, secrets []string) string {
	const shortest = 6
	for _, secret := range secrets {
		if len(secret) < shortest {
			continue
		}
		text = strings.ReplaceAll(text, secret, masked)
		if escaped := url.QueryEscape(secret); escaped != secret {
			text = strings.ReplaceAll(text, escaped, masked)
		}
	}
	return text
}
