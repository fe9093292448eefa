package console

import (
	"cmp"
	"encoding/json"
	"slices"

	"draftbox/internal/apidoc"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// advice is what the OpenAPI document tells of a return code of a call.
type advice struct {
	Name            string // of the call
	Cause, Solution string
	Page            string // official documentation
}

// returnCodes is the official list of return codes, for paths that have no page.
const returnCodes = "https://developers.weixin.qq.com/doc/oplatform/Return_codes/Return_code_descriptions_new.html"

// adviceOn tells what a return code of a call means and what to do about it.
func adviceOn(t *texts, path string, code int) advice {
	doc, out := apidoc.WeChat(), advice{Page: returnCodes}
	rows := doc.Errors
	if op, ok := doc.Find(path); ok {
		out.Name, out.Page, rows = op.Name.In(t.name), cmp.Or(op.Page, returnCodes), slices.Concat(op.Errors, rows)
	}
	if code == 0 {
		return out
	}
	if i := slices.IndexFunc(rows, func(e apidoc.ErrorCode) bool { return e.Code == code }); i >= 0 {
		out.Cause, out.Solution = rows[i].Cause.In(t.name), rows[i].Solution.In(t.name)
	}
	return out
}

// errmsgOf is the errmsg that was answered. A list's answer may be cut, and has none.
func errmsgOf(e *journal.Entry) string {
	var sent struct {
		Errmsg string `json:"errmsg"`
	}
	if json.Unmarshal(e.ResponseBody, &sent) == nil && sent.Errmsg != "" {
		return journal.MaskText(sent.Errmsg)
	}
	return platform.CodeText(e.ErrCode)
}
