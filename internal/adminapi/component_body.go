package adminapi

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"

	"draftbox/internal/platform"
)

// componentBody is what can be set of a component, at its creation and later.
type componentBody struct {
	Name               string               `json:"name"`
	Secret             string               `json:"secret"`
	Token              string               `json:"token"`
	EncodingAESKey     string               `json:"encoding_aes_key"`
	EventURL           string               `json:"event_url"`
	MessageURL         string               `json:"message_url"`
	IPAllowlist        []string             `json:"ip_allowlist"`
	MaxDevMiniprograms int                  `json:"max_dev_miniprograms"`
	Switches           platform.Switches    `json:"switches"`
	Quotas             platform.Quotas      `json:"quotas"`
	AuthPageDomain     string               `json:"auth_page_domain"`
	Audit              platform.AuditPolicy `json:"audit"`
}

func bodyOf(c *platform.Component) componentBody {
	return componentBody{
		Name: c.Name, Secret: c.Secret, Token: c.Token, EncodingAESKey: c.EncodingAESKey,
		EventURL: c.EventURL, MessageURL: c.MessageURL, IPAllowlist: c.IPAllowlist,
		MaxDevMiniprograms: c.Settings.MaxDevMiniprograms, Switches: c.Settings.Switches, Quotas: c.Settings.Quotas,
		AuthPageDomain: c.Settings.AuthPageDomain, Audit: c.Settings.Audit,
	}
}

func (b *componentBody) apply(c *platform.Component) {
	c.Name, c.Secret, c.Token, c.EncodingAESKey = b.Name, b.Secret, b.Token, b.EncodingAESKey
	c.EventURL, c.MessageURL, c.IPAllowlist = b.EventURL, b.MessageURL, b.IPAllowlist
	c.Settings = platform.Settings{
		MaxDevMiniprograms: b.MaxDevMiniprograms, Switches: b.Switches, Quotas: b.Quotas, AuthPageDomain: b.AuthPageDomain, Audit: b.Audit,
	}
}

// patchComponent lays a JSON merge patch over what a component has and decodes
// the result. The secrets have no default to go back to: without a value the
// rules refuse them.
func patchComponent(into any, patch json.RawMessage, c *platform.Component) error {
	var members map[string]any
	if err := decodeNumbers(patch, &members); err != nil || members == nil {
		return notAnObject(err)
	}
	if unknown := unknownMembers(patch, reflect.TypeOf(into), ""); len(unknown) > 0 {
		return unknownRefusal(unknown)
	}
	defaults := asObject(bodyOf(&platform.Component{Name: c.Appid, IPAllowlist: []string{}, Settings: platform.DefaultSettings()}))
	for _, secret := range []string{"secret", "token", "encoding_aes_key"} {
		delete(defaults, secret)
	}
	merged := asObject(bodyOf(c))
	mergePatch(merged, members, defaults)
	data, err := json.Marshal(merged)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return badValue(err)
	}
	return nil
}

func unknownRefusal(names []string) error {
	return invalid("The body has members that are not known here: %s. Look for a misspelled name.", strings.Join(names, ", "))
}

func asObject(v componentBody) map[string]any {
	data, err := json.Marshal(v) //nolint:gosec // it stays in memory
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	var out map[string]any
	if err := decodeNumbers(data, &out); err != nil {
		panic(err)
	}
	return out
}

// decodeNumbers decodes JSON and keeps numbers as they are written: a float64
// would lose the end of a large one.
func decodeNumbers(data []byte, into any) error {
	if err := json.Unmarshal(data, new(any)); err != nil { // all of it, not only the first value
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return dec.Decode(into)
}
