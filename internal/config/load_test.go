package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"draftbox/internal/config"
)

// A row's text goes below "components:\n  - appid: wx0000000000000001\n", so its
// first line is line 3.
func TestProblems(t *testing.T) {
	t.Parallel()
	const dev = "    dev_miniprograms: [{appid: wx00000000000000d1}]\n"
	for name, row := range map[string]struct {
		text string
		want []string // "line: text", each of which must be there, and no other
	}{
		"unknown key":          {"    sekret: x\n", []string{"3: components[0].sekret: unknown key, allowed are appid, name, secret, secret_file"}},
		"two unknown keys":     {"    a: 1\n    b: 2\n", []string{"3: components[0].a: unknown key", "4: components[0].b: unknown key"}},
		"unknown inner key":    {"    switches:\n      list: up\n", []string{"4: components[0].switches.list: unknown key, allowed are draft_slot, list_order"}},
		"key in capitals":      {"    Name: x\n", []string{"3: components[0].Name: unknown key"}},
		"key twice":            {"    name: x\n    name: y\n", []string{"2: components[0]: key name is given twice (again in line 4)"}},
		"secret":               {"    secret: abc\n", []string{"3: components[0].secret: must be 32 lower-case hex digits"}},
		"token":                {"    token: a\n", []string{"3: components[0].token: must be 3 to 32 letters or digits"}},
		"key":                  {"    encoding_aes_key: abc\n", []string{"3: components[0].encoding_aes_key: must be 43 letters or digits"}},
		"url":                  {"    event_url: ftp://x\n", []string{`3: components[0].event_url: "ftp://x" must be an http or https URL`}},
		"address":              {"    ip_allowlist:\n      - 10.0.0.300\n", []string{`4: components[0].ip_allowlist: has "10.0.0.300"`}},
		"list for a text":      {"    name: [x]\n", []string{"3: components[0].name: must be a text, not a list"}},
		"text for a list":      {"    drafts: x\n", []string{"3: components[0].drafts: must be a list, not a single value"}},
		"text for keys":        {"    quotas: x\n", []string{"3: components[0].quotas: must be keys with values, not a single value"}},
		"number":               {"    max_dev_miniprograms: many\n", []string{`3: components[0].max_dev_miniprograms: is "many", must be a whole number`}},
		"number out of range":  {"    max_dev_miniprograms: 100001\n", []string{"3: components[0].max_dev_miniprograms: is 100001, must be 1 to 100000"}},
		"switch":               {"    switches:\n      draft_slot: dev\n      list_order: up\n", []string{`5: components[0].switches.list_order: is "up", must be one of ascending, descending, shuffled`}},
		"duration":             {"    switches: {token_grace: soon}\n", []string{`3: components[0].switches.token_grace: "soon" is no duration, write it like 90s, 5m or 2h`}},
		"long duration":        {"    switches: {token_grace: 3h}\n", []string{"3: components[0].switches.token_grace: is 3h0m0s, must be 0s to 2h"}},
		"boolean":              {"    quotas:\n      enforce: perhaps\n", []string{`4: components[0].quotas.enforce: is "perhaps", must be true or false`}},
		"limit":                {"    quotas: {limits: {wxa: 1}}\n", []string{`3: components[0].quotas.limits: has "wxa": 1, must be a path`}},
		"ticket":               {"    verify_ticket: " + strings.Repeat("t", 129) + "\n", []string{"3: components[0].verify_ticket: has 129 characters, at most 128 are allowed"}},
		"development appid":    {"    dev_miniprograms: [{appid: x}]\n", []string{`3: components[0].dev_miniprograms[0].appid: "x" must be wx and 16`}},
		"no development appid": {"    dev_miniprograms: [{name: x}]\n", []string{"3: components[0].dev_miniprograms[0].appid: is missing"}},
		"nickname":             {"    dev_miniprograms: [{appid: wx00000000000000d1, name: " + strings.Repeat("字", 31) + "}]\n", []string{"3: components[0].dev_miniprograms[0].name: has 31 characters"}},
		"too many of them":     {"    max_dev_miniprograms: 1\n    dev_miniprograms:\n      - {appid: wx00000000000000d1}\n      - {appid: wx00000000000000d2}\n", []string{"5: components[0].dev_miniprograms: there are 2, max_dev_miniprograms is 1"}},
		"appid in use":         {"    dev_miniprograms:\n      - appid: wx00000000000000d1\n      - appid: wx00000000000000d1\n", []string{"5: components[0].dev_miniprograms[1].appid: wx00000000000000d1 is in use by components[0].dev_miniprograms[0]"}},
		"merchant in use":      {dev + "    authorizers: [{appid: wx00000000000000d1}, {appid: wx00000000000000a1}, {appid: wx00000000000000a1}]\n", []string{"4: components[0].authorizers[0].appid: wx00000000000000d1 is in use by components[0].dev_miniprograms[0]", "4: components[0].authorizers[2].appid: wx00000000000000a1 is in use by components[0].authorizers[1]"}},
		"no merchant appid":    {"    authorizers: [{nick_name: x}]\n", []string{"3: components[0].authorizers[0].appid: is missing"}},
		"upload address":       {"    dev_miniprograms:\n      - appid: wx00000000000000d1\n        upload_ip_allowlist: [10.0.0.300]\n", []string{`5: components[0].dev_miniprograms[0].upload_ip_allowlist: has "10.0.0.300", must be an address, or like 172.0.0.* or 172.0.0.1/24`}},
		"too many addresses":   {"    dev_miniprograms: [{appid: wx00000000000000d1, upload_ip_allowlist: [" + strings.Repeat("10.0.0.1, ", 11) + "]}]\n", []string{"3: components[0].dev_miniprograms[0].upload_ip_allowlist: has 11 entries, at most 10 are allowed"}},
		"denied plugin":        {"    switches: {denied_plugins: [x]}\n", []string{`3: components[0].switches.denied_plugins: has "x", must be an appid`}},
		"upload key":           {"    dev_miniprograms: [{appid: wx00000000000000d1, upload_key: ./none.pem}]\n", []string{"3: components[0].dev_miniprograms[0].upload_key: "}},
		"no upload key":        {"    dev_miniprograms: [{appid: wx00000000000000d1, upload_key: ./empty}]\n", []string{"3: components[0].dev_miniprograms[0].upload_key: the upload key is no PEM block"}},
		"draft of nobody":      {"    drafts:\n      - {source: wx00000000000000d1, version: 1.0.0, dir: ./miniprogram}\n", []string{"4: components[0].drafts[0].source: wx00000000000000d1 is none of this component's dev_miniprograms"}},
		"empty draft":          {"    drafts: [{}]\n", []string{"3: components[0].drafts[0].source: is missing", "3: components[0].drafts[0].version: is empty; give one, like 1.0.0", "3: components[0].drafts[0].dir: is missing"}},
		"draft version":        {dev + "    drafts: [{source: wx00000000000000d1, dir: ./miniprogram, version: " + strings.Repeat("1", 65) + "}]\n", []string{"4: components[0].drafts[0].version: has 65 characters"}},
		"draft texts":          {dev + "    drafts: [{source: wx00000000000000d1, dir: ./miniprogram, version: 1, desc: " + strings.Repeat("d", 4097) + ", developer: " + strings.Repeat("d", 65) + "}]\n", []string{"4: components[0].drafts[0].desc: has 4097", "4: components[0].drafts[0].developer: has 65"}},
		"draft folder":         {dev + "    templates:\n      - {source: wx00000000000000d1, version: 1, dir: ./none}\n", []string{"5: components[0].templates[0].dir: stat "}},
		"draft file":           {dev + "    drafts: [{source: wx00000000000000d1, version: 1, dir: ./empty}]\n", []string{"4: components[0].drafts[0].dir: ./empty is no folder"}},
		"draft time":           {dev + "    drafts: [{source: wx00000000000000d1, version: 1, dir: ./miniprogram, create_time: 2017-03-08}]\n", []string{`4: components[0].drafts[0].create_time: is "2017-03-08", must be a whole number`}},
		"draft time past":      {dev + "    drafts: [{source: wx00000000000000d1, version: 1, dir: ./miniprogram, create_time: -1}]\n", []string{"4: components[0].drafts[0].create_time: is -1, must be Unix seconds"}},
		"secret twice":         {"    secret: 0123456789abcdef0123456789abcdef\n    secret_file: ./secret\n", []string{"4: components[0].secret_file: the secret is given twice"}},
		"no secret file":       {"    token_file: ./none\n", []string{"3: components[0].token_file: "}},
		"empty secret file":    {"    token_file: ./empty\n", []string{"3: components[0].token_file: ./empty is empty"}},
		"folder as a secret":   {"    token_file: ./miniprogram\n", []string{"is no regular file"}},
		"audit":                {"    audit:\n      decide: later\n      after: -1h\n      rules:\n        - {decide: never}\n        - {after: 1h}\n", []string{`4: components[0].audit.decide: is "later", must be one of manual, pass, fail, delay`, "5: components[0].audit.after: is -1h0m0s, must be 0s to 8760h0m0s", `7: components[0].audit.rules[0].decide: is "never"`, `8: components[0].audit.rules[1].decide: is "", must be one of`}},
		"audit match":          {"    audit: {rules: [{match: {user_version: \"1.*.*.*.*.*\"}, decide: pass}]}\n", []string{"3: components[0].audit.rules[0].match.user_version: is too long or has more than four *"}},
		"audit duration":       {"    audit: {after: later}\n", []string{`3: components[0].audit.after: "later" is no duration`}},
		"unknown audit key":    {"    audit: {when: 2h}\n", []string{"3: components[0].audit.when: unknown key, allowed are decide, after, reason, rules"}},
		"profile":              {"    authorizers: [{appid: wx00000000000000a1, profile: x}]\n", []string{"3: components[0].authorizers[0].profile: must be keys with values"}},
		"merge of a text":      {"    <<: x\n", []string{"2: components[0]: a merge key (<<) takes keys with values"}},
		"merge in a circle":    {"    switches: &s\n      <<: *s\n", []string{"go round in a circle"}},
		"key that is a list":   {"    [a]: x\n", []string{"2: components[0]: line 3: a key must be a text"}},
		"second document":      {"---\ncomponents: []\n", []string{"a second document begins here"}},
		"broken":               {"    name: 'x\n", []string{"not valid YAML: "}},
		"tab":                  {"\tname: x\n", []string{"not valid YAML: "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t, map[string]string{"empty": ""})
			path := filepath.Join(dir, "draftbox.yaml")
			write(t, dir, map[string]string{"draftbox.yaml": "components:\n  - appid: wx0000000000000001\n" + row.text})
			_, err := config.Load(path)
			var all *config.Error
			if !errors.As(err, &all) {
				t.Fatalf("the error is %v", err)
			}
			got := strings.ReplaceAll(err.Error(), path+":", "")
			for _, want := range row.want {
				if !strings.Contains(got, want) {
					t.Errorf("no problem is %q:\n%s", want, got)
				}
			}
			if len(all.Problems) != len(row.want) {
				t.Errorf("there are %d problems, want %d:\n%s", len(all.Problems), len(row.want), got)
			}
		})
	}
}

// Problems of the whole file are one error, in its order.
func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(folder(t, nil), "draftbox.yaml")
	_, err := config.Parse([]byte("componets: []\ncomponents:\n  - {appid: x}\n  - {name: y}\n  - {appid: wx0000000000000001}\n  - {appid: wx0000000000000001, secret: y}\n"), path)
	want := []string{
		":1: componets: unknown key, allowed are components",
		":3: components[0].appid: \"x\" must be wx and 16 lower-case hex digits",
		":4: components[1].appid: is missing, must be wx and 16 lower-case hex digits",
		":6: components[3].secret: must be 32 lower-case hex digits",
		":6: components[3].appid: wx0000000000000001 is in use by components[2]",
	}
	for i := range want {
		want[i] = path + want[i]
	}
	if err == nil || err.Error() != strings.Join(want, "\n") {
		t.Errorf("the error is\n%v\nwant\n%s", err, strings.Join(want, "\n"))
	}
}

// Secrets of the file are not repeated in what is said about it.
func TestProblemsHideSecrets(t *testing.T) {
	t.Parallel()
	const secret = "NotASecretOfHexDigits-0123456789"
	for _, key := range []string{"secret", "token", "encoding_aes_key", "verify_ticket"} {
		text := fmt.Sprintf("components:\n  - {appid: wx0000000000000001, %s: %q}\n", key, strings.Repeat(secret, 5))
		_, err := config.Parse([]byte(text), "draftbox.yaml")
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error is %v", key, err)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"secret": "fedcba9876543210fedcba9876543210\n", "refresh": " refreshtoken@@@x "})
	w := load(t, dir, full)
	c := w.Components[0]
	if c.Name != "示例平台" || c.IPAllowlist == nil || len(c.IPAllowlist) != 0 || *c.MaxDevMiniprograms != 5 || c.Drafts[0].Desc != "首个版本\n第二行" || c.Drafts[0].CreateTime != 1488965944 {
		t.Errorf("the component is %+v", c)
	}
	w = load(t, dir, "components:\n  - {appid: wx0000000000000001, secret_file: secret, authorizers: [{appid: wx00000000000000a1, refresh_token_file: ./refresh}]}\n")
	if c := w.Components[0]; c.Secret != "fedcba9876543210fedcba9876543210" || c.Authorizers[0].RefreshToken != "refreshtoken@@@x" {
		t.Errorf("secrets from files are %q and %q", c.Secret, c.Authorizers[0].RefreshToken)
	}
	for name, text := range map[string]string{"empty": "", "comment": "# nothing\n", "null": "~", "no components": "components:\n"} {
		if w := load(t, dir, text); len(w.Components) != 0 {
			t.Errorf("%s: %d components", name, len(w.Components))
		}
	}
	if _, err := config.Load(filepath.Join(dir, "none.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file is %v", err)
	}
}

// Texts are taken as they are written, whatever YAML makes of them.
func TestTextsStayAsWritten(t *testing.T) {
	t.Parallel()
	w := load(t, folder(t, nil), `
components:
  - appid: wx0000000000000001
    name: 007
    secret: 00000000000000000000000000000123
    token: 1e3
    dev_miniprograms: [{appid: wx00000000000000d1, name: yes}]
    drafts: [{source: wx00000000000000d1, version: 1.10, desc: , developer: 0x10, dir: miniprogram}]
`)
	c := w.Components[0]
	got := []string{c.Name, c.Secret, c.Token, c.DevMiniprograms[0].Name, c.Drafts[0].Version, c.Drafts[0].Desc, c.Drafts[0].Developer}
	if want := "[007 00000000000000000000000000000123 1e3 yes 1.10  0x10]"; fmt.Sprint(got) != want {
		t.Errorf("texts are %v, want %s", got, want)
	}
}

// Anchors and merge keys save writing.
func TestAnchors(t *testing.T) {
	t.Parallel()
	w := load(t, folder(t, nil), `
components:
  - &first
    appid: wx0000000000000001
    name: 平台
    switches: &switches {list_order: shuffled}
  - <<: *first
    appid: wx0000000000000002
    dev_miniprograms:
      - &dev {appid: wx00000000000000d1, name: a}
      - {<<: [*dev, {name: b}], appid: wx00000000000000d2}
`)
	if c := w.Components[1]; c.Appid != "wx0000000000000002" || c.Name != "平台" || c.Switches == nil || c.DevMiniprograms[1].Name != "a" {
		t.Errorf("the merged component is %+v", c)
	}
}

// The same world as JSON, escaped as other languages' encoders do.
func TestJSON(t *testing.T) {
	t.Parallel()
	dir := folder(t, nil)
	for name, text := range map[string]string{
		"plain":   `{"components":[{"appid":"wx0000000000000001","name":"平台😀 \\ud83d"}]}`,
		"escaped": `{"components":[{"appid":"wx0000000000000001","name":"\u5e73\u53f0\ud83d\ude00\u0020\\ud83d"}]}`,
		"tabs":    "{\n\t\"components\": [\n\t\t{\"appid\": \"wx0000000000000001\",\n\t\t\"name\": \"平台😀 \\\\ud83d\"}\n\t]\n}",
	} {
		if !json.Valid([]byte(text)) {
			t.Fatalf("%s is not JSON", name)
		}
		if w := load(t, dir, text); w.Components[0].Name != `平台😀 \ud83d` {
			t.Errorf("%s: the name is %q", name, w.Components[0].Name)
		}
	}
}

// Every key that is taken has an effect.
func TestWarnings(t *testing.T) {
	t.Parallel()
	if w := load(t, folder(t, nil), full); len(w.Warnings()) != 0 {
		t.Errorf("the warnings are %v", w.Warnings())
	}
}
