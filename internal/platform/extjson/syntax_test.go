package extjson_test

import (
	"strings"
	"testing"

	"draftbox/internal/platform/extjson"
)

func TestTextThatIsNoJSONObject(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ext          string
		line, column int
		message      string
	}{
		"empty":                 {"", 1, 1, "ext_json is empty; write at least {}"},
		"blank":                 {" \n", 1, 1, "ext_json is empty; write at least {}"},
		"array":                 {"[1]", 1, 1, "ext_json must be an object, {…}, not an array"},
		"empty PHP array":       {" []", 1, 2, "ext_json must be an object, {…}, not an array; PHP writes an empty array so; use (object)[] or new stdClass"},
		"null":                  {"null", 1, 1, "ext_json must be an object, {…}, not null"},
		"number":                {"12", 1, 1, "ext_json must be an object, {…}, not a number"},
		"encoded twice":         {`"{\"ext\":{}}"`, 1, 1, "ext_json must be an object, {…}, not a string; it is encoded twice: ext_json is a string that holds the object"},
		"escaped twice":         {`{\"ext\":{}}`, 1, 2, `ext_json is not JSON: "\\" where a name in quotation marks is expected; the text seems to be escaped twice; give the request's encoder the plain text`},
		"trailing comma":        {"{\n  \"ext\": {\"店\": 1,}\n}", 2, 17, "ext_json is not JSON: a comma with nothing after it; take it off"},
		"trailing comma, array": {`{"pages":["a" , ]}`, 1, 15, "ext_json is not JSON: a comma with nothing after it; take it off"},
		"comment":               {"{\n  // 说明\n}", 2, 3, `ext_json is not JSON: "/" where a name in quotation marks is expected; comments are not allowed`},
		"comment after it":      {"{} /* x */", 1, 4, `ext_json is not JSON: "/" after the end of the JSON text; take it off; comments are not allowed`},
		"byte order mark":       {"\uFEFF{}", 1, 1, "ext_json is not JSON: a byte order mark where a value is expected; save the file as UTF-8 without one"},
		"single quotes":         {`{'ext':{}}`, 1, 2, `ext_json is not JSON: "'" where a name in quotation marks is expected; JSON takes double quotation marks only`},
		"bare name":             {`{ext:{}}`, 1, 2, `ext_json is not JSON: "e" where a name in quotation marks is expected; put names and strings in double quotation marks`},
		"full-width comma":      {`{"名":"值"，"b":1}`, 1, 9, `ext_json is not JSON: "，" where a comma or } is expected; it is a full-width or typographic sign; write the ASCII one`},
		"typographic quote":     {`{“ext”:{}}`, 1, 2, `ext_json is not JSON: "“" where a name in quotation marks is expected; it is a full-width or typographic sign; write the ASCII one`},
		"Python's True":         {`{"extEnable":True}`, 1, 14, `ext_json is not JSON: "T" where a value is expected; write true`},
		"undefined":             {`{"ext":undefined}`, 1, 8, `ext_json is not JSON: "u" where a value is expected; write null, or leave the member out`},
		"no colon":              {`{"ext" {}}`, 1, 8, `ext_json is not JSON: "{" where a colon is expected`},
		"cut off":               {`{"ext":{`, 1, 9, "ext_json is not JSON: the text ends where a name in quotation marks is expected; was it cut off?"},
		"open string":           {`{"ext":"a`, 1, 8, "ext_json is not JSON: a string that does not end; add its closing quotation mark"},
		"line break in string":  {"{\"a\":\"b\nc\"}", 1, 8, `ext_json is not JSON: a line break or another control character within a string; write it as \n, \t or \u00XX`},
		"bad escape":            {`{"a":"C:\d"}`, 1, 9, `ext_json is not JSON: not an escape sequence of JSON; write a backslash as \\`},
		"bad unicode escape":    {`{"a":"\u12g4"}`, 1, 7, `ext_json is not JSON: \u must be followed by four hex digits`},
		"leading zero":          {`{"a":01}`, 1, 6, "ext_json is not JSON: not a number of JSON; quote it if it is an id or a version"},
		"no fraction":           {`{"a":1.}`, 1, 6, "ext_json is not JSON: not a number of JSON; quote it if it is an id or a version"},
		"no exponent":           {`{"a":1e+}`, 1, 6, "ext_json is not JSON: not a number of JSON; quote it if it is an id or a version"},
		"lone minus":            {`{"a":-}`, 1, 6, "ext_json is not JSON: not a number of JSON; quote it if it is an id or a version"},
		"two values":            {"{}{}", 1, 3, `ext_json is not JSON: "{" after the end of the JSON text; take it off`},
		"wrong bracket":         {`{"pages":["a"}`, 1, 14, `ext_json is not JSON: "}" where a comma or ] is expected`},
		"not UTF-8":             {"{\"店\":\"\xb5\xea\"}", 1, 7, "ext_json is not JSON: not UTF-8; encode the text as UTF-8 before it goes into the request"},
		"513 levels":            {`{"ext":` + strings.Repeat("[", 512) + strings.Repeat("]", 512) + "}", 1, 519, "ext_json is not JSON: nested too deeply"},
		"over 1 MiB":            {`{"ext":"` + strings.Repeat("x", 1<<20) + `"}`, 1, 1, "ext_json is 1048586 bytes; at most 1048576 are taken"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, faults := extjson.Merge(c.ext, shop(), extjson.Rights{})
			want := extjson.Fault{Code: 85048, Path: "$", Line: c.line, Column: c.column, Message: c.message}
			if config != nil || len(faults) != 1 || faults[0] != want {
				t.Errorf("faults %+v\nwant %+v", faults, want)
			}
		})
	}
}

func TestTextAtTheLimits(t *testing.T) {
	t.Parallel()
	deep := `{"ext":` + strings.Repeat(`{"a":`, 510) + "{}" + strings.Repeat("}", 510) + "}"
	if c := merged(t, deep, shop()); string(c.Ext) != deep[7:len(deep)-1] {
		t.Error("512 levels did not come back as they were")
	}
	long := `{"ext":{"a":"` + strings.Repeat("x", 1<<20-len(`{"ext":{"a":""}}`)) + `"}}`
	if c := merged(t, long, shop()); len(c.Ext) != len(long)-len(`{"ext":}`) {
		t.Errorf("ext of %d bytes", len(c.Ext))
	}
	for _, ext := range []string{" \t\r\n{ } \n", `{"ext":{"a":"\ud800","b":-0.10E+2,"c":"\/\u0041","":1}}`} {
		merged(t, ext, shop())
	}
}

func TestTemplateThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for app, message := range map[string]string{
		``:           "app.json of the template: the text ends where a value is expected; was it cut off?; upload the code again and make a new template",
		`[]`:         "app.json of the template is no object; upload the code again and make a new template",
		`{"pages":[`: "app.json of the template: the text ends where a value is expected; was it cut off?; upload the code again and make a new template",
	} {
		_, faults := extjson.Merge("{}", extjson.Template{AppJSON: []byte(app)}, extjson.Rights{})
		want := extjson.Fault{Code: 85043, Path: "$", Message: message}
		if len(faults) != 1 || faults[0] != want {
			t.Errorf("%s: %+v, want %+v", app, faults, want)
		}
	}
	if _, faults := extjson.Merge("{}", extjson.Template{AppJSON: []byte("\uFEFF{\"pages\":[\"a\"]}")}, extjson.Rights{}); len(faults) > 0 {
		t.Errorf("an app.json with a byte order mark: %s", lines(faults))
	}
}
