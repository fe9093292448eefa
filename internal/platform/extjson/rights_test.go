package extjson_test

import (
	"fmt"
	"strings"
	"testing"

	"draftbox/internal/platform/extjson"
)

func TestRequiredPrivateInfos(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ext  string
		held []string
		want []fault
	}{
		"all are held":  {`{"requiredPrivateInfos":["getLocation","chooseAddress"]}`, nil, nil},
		"held with wx.": {`{"requiredPrivateInfos":["getLocation"]}`, []string{"wx.getLocation"}, nil},
		"none is held":  {`{"requiredPrivateInfos":["choosePoi"]}`, []string{}, []fault{{85312, "choosePoi is not authorized", "$.requiredPrivateInfos[0]", 1, 26, "holds no permission for choosePoi"}}},
		"unknown":       {`{"requiredPrivateInfos":["getLocaton"]}`, nil, []fault{{85310, "getLocaton is wrong API name", "$.requiredPrivateInfos[0]", 1, 26, `did you mean "getLocation"?`}}},
		"with wx.":      {`{"requiredPrivateInfos":["wx.getLocation"]}`, nil, []fault{{85310, "wx.getLocation is wrong API name", "$.requiredPrivateInfos[0]", 1, 26, "write getLocation, without wx."}}},
		"no string":     {`{"requiredPrivateInfos":[1]}`, nil, []fault{{85310, "", "$.requiredPrivateInfos[0]", 1, 26, "must be a string, not a number"}}},
		"exclusive": {
			`{"requiredPrivateInfos":["getLocation","chooseLocation","getFuzzyLocation","onLocationChange"]}`,
			[]string{"getLocation", "getFuzzyLocation", "onLocationChange"},
			[]fault{
				{85311, "getLocation is mutually exclusive", "$.requiredPrivateInfos[0]", 1, 26, "exclude each other"},
				{85311, "onLocationChange is mutually exclusive", "$.requiredPrivateInfos[3]", 1, 76, "exclude each other"},
				{85312, "chooseLocation is not authorized", "$.requiredPrivateInfos[1]", 1, 40, "apply for it"},
			},
		},
		"the template's own": {`{}`, []string{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, faults := extjson.Merge(c.ext, shop(), extjson.Rights{PrivateInfos: c.held})
			checkFaults(t, faults, c.want)
		})
	}
}

func TestPlugins(t *testing.T) {
	t.Parallel()
	const weui = "wxfa43a4a7041a84de"
	rights := func(provider, version string) extjson.PluginRight {
		switch {
		case provider == weui || strings.HasPrefix(provider, "wxdd"):
			return extjson.PluginDenied
		case strings.HasPrefix(provider, "wxee"):
			return extjson.PluginUnknown
		case version == "9.9.9":
			return extjson.PluginVersionUnknown
		}
		return extjson.PluginGranted
	}
	plugin := func(provider, version string) string {
		return fmt.Sprintf(`{"plugins":{"p":{"provider":%q,"version":%q}}}`, provider, version)
	}
	denied := "miniprogram has no permission to plugin[wxdddddddddddddddd]"
	for name, c := range map[string]struct {
		ext  string
		want []fault
	}{
		"granted":         {plugin("wxaaaaaaaaaaaaaaaa", "1.2.3"), nil},
		"latest":          {plugin("wxaaaaaaaaaaaaaaaa", "latest"), nil},
		"dev":             {plugin("wxaaaaaaaaaaaaaaaa", "dev-1a2b"), nil},
		"denied":          {plugin("wxdddddddddddddddd", "1.2.3"), []fault{{80082, denied, "$.plugins.p", 1, 17, "has not added the plugin"}}},
		"not found":       {plugin("wxeeeeeeeeeeeeeeee", "1.2.3"), []fault{{80067, "", "$.plugins.p", 1, 17, "there is no plugin wxeeeeeeeeeeeeeeee"}}},
		"no appid":        {plugin("myPlugin", "1.2.3"), []fault{{80067, "", "$.plugins.p", 1, 17, "no provider that is an appid"}}},
		"nothing in it":   {`{"plugins":{"p":{}}}`, []fault{{80067, "", "$.plugins.p", 1, 17, "no provider"}}},
		"no version":      {`{"plugins":{"p":{"provider":"wxaaaaaaaaaaaaaaaa"}}}`, []fault{{80066, "", "$.plugins.p", 1, 17, "write it as 1.2.3"}}},
		"unknown version": {plugin("wxaaaaaaaaaaaaaaaa", "9.9.9"), []fault{{80066, "", "$.plugins.p", 1, 17, `has no version "9.9.9"`}}},
		"in a sub-package": {
			`{"subPackages":[{"root":"live","pages":["room"],"plugins":{"p":{"provider":"wxdddddddddddddddd","version":"1.0.0"}}}]}`,
			[]fault{{80082, denied, "$.subPackages[0].plugins.p", 1, 64, ""}},
		},
		"weui":         {`{"useExtendedLib":{"weui":true}}`, []fault{{80082, "miniprogram has no permission to plugin[" + weui + "]", "$.useExtendedLib.weui", 1, 27, "weui of useExtendedLib"}}},
		"weui not set": {`{"useExtendedLib":{"weui":false}}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, faults := extjson.Merge(c.ext, shop(), extjson.Rights{Plugin: rights})
			checkFaults(t, faults, c.want)
		})
	}

	own := extjson.Template{AppJSON: []byte(`{"pages":["a"],"plugins":{"q":{"provider":"wxdddddddddddddddd","version":"1.0.0"}},"useExtendedLib":{"weui":true}}`)}
	_, faults := extjson.Merge(`{"useExtendedLib":{"kbone":true}}`, own, extjson.Rights{Plugin: rights})
	checkFaults(t, faults, []fault{
		{80082, denied, "$.plugins.q", 0, 0, ""},
		{80082, "miniprogram has no permission to plugin[" + weui + "]", "$.useExtendedLib.weui", 0, 0, ""},
	})
	_, faults = extjson.Merge(`{"plugins":{},"useExtendedLib":{"weui":false}}`, own, extjson.Rights{Plugin: rights})
	checkFaults(t, faults, nil)
}
