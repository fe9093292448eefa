package wxapi_test

import (
	"testing"

	"draftbox/internal/platform"
)

func TestOptionsOfTheTokensAccount(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	answered(t, b.asMerchant(getOptionPath, `{"option_name":"location_report"}`), `{"errcode":0,"errmsg":"ok","option_name":"location_report","option_value":"0"}`)
	b.ok(b.asMerchant(setOptionPath, `{"option_name":"location_report","option_value":"2"}`), nil)
	// Some programs send the value to the reading path, too.
	answered(t, b.asMerchant(getOptionPath, `{"option_name":"location_report","option_value":"1"}`), `{"errcode":0,"errmsg":"ok","option_name":"location_report","option_value":"2"}`)
	answered(t, b.asMerchant(oldGetOptionPath, `{"option_name":"location_report"}`),
		`{"errcode":0,"errmsg":"ok","authorizer_appid":"`+b.merchant().Appid+`","option_name":"location_report","option_value":"2"}`)
	b.refused(b.asMerchant(setOptionPath, `{"option_name":"voice_recognize","option_value":"2"}`), 61013, "invalid option value")
	b.refused(b.asMerchant(setOptionPath, `{"option_name":"voice_recognize"}`), 61013, "invalid option value")
	b.refused(b.asMerchant(setOptionPath, `{"option_name":"voice_recognize","option_value":1}`), 47001, "data format error")
	b.refused(b.asMerchant(setOptionPath, `{}`), 61012, "invalid option name")
	b.refused(b.asMerchant(getOptionPath, `{}`), 61012, "invalid option name")
	b.refused(b.asMerchant(getOptionPath, `{"option_name":[]}`), 47001, "data format error")
}

func TestOptionsOfAnAccountThatTheBodyNames(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	m := b.merchant().Appid
	named := `"component_appid":"` + b.comp.Appid + `","authorizer_appid":"` + m + `"`
	b.ok(b.post(oldSetOptionPath, `{`+named+`,"option_name":"customer_service","option_value":"1"}`), nil)
	answered(t, b.post(oldGetOptionPath, `{`+named+`,"option_name":"customer_service"}`),
		`{"errcode":0,"errmsg":"ok","authorizer_appid":"`+m+`","option_name":"customer_service","option_value":"1"}`)
	answered(t, b.post(getOptionPath, `{"authorizer_appid":"`+m+`","option_name":"customer_service"}`),
		`{"errcode":0,"errmsg":"ok","option_name":"customer_service","option_value":"1"}`)
	b.refused(b.post(oldGetOptionPath, `{"authorizer_appid":"`+m+`","option_name":"customer_service"}`), 41018, "missing component_appid")
	b.refused(b.post(oldGetOptionPath, `{"component_appid":"`+b.comp.Appid+`","option_name":"customer_service"}`), 40013, "invalid appid")
	b.refused(b.post(getOptionPath, `{"option_name":"customer_service"}`), 40013, "invalid appid")
	b.refused(b.post(getOptionPath, `{"authorizer_appid":"wxffffffffffffffff","option_name":"customer_service"}`), 61003, "component is not authorized by this account")
}

// With a merchant's token the body may name that merchant, and nobody else.
func TestAMerchantActsForItselfAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	other, err := b.service.PutAuthorizer(t.Context(), platform.Authorizer{ComponentAppid: b.comp.Appid, Authorized: true})
	b.must(err)
	for _, path := range []string{oldSetOptionPath, setOptionPath} {
		b.ok(b.asMerchant(path, b.optionBody()), nil)
		b.refused(b.asMerchant(path, `{"authorizer_appid":"`+other.Appid+`","option_name":"voice_recognize","option_value":"1"}`), 40013, "invalid appid")
		b.refused(b.asMerchant(path, `{"component_appid":"`+other.Appid+`","option_name":"voice_recognize","option_value":"1"}`), 40013, "invalid appid")
	}
	b.refused(b.asMerchant(clearQuotaPath, `{"appid":"`+other.Appid+`"}`), 40013, "invalid appid")
	b.refused(b.asMerchant(clearQuotaPath, `{"appid":"`+b.comp.Appid+`"}`), 40013, "invalid appid")
}
