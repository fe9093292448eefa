package miniprogram

import (
	"encoding/json"
	"path"
	"regexp"
	"strings"

	"draftbox/internal/platform"
)

// projectConfig is what project.config.json says of the choice of files.
// https://developers.weixin.qq.com/miniprogram/dev/devtools/projectconfig.html
type projectConfig struct {
	appid       string // empty if it is none
	compileType string
	root        string   // miniprogramRoot without slashes at its ends; empty for the project folder
	foreign     []string // folders that are deployed by other ways, in the same form
	pack        packOptions
}

var appidPattern = regexp.MustCompile(`^wx[0-9a-f]{16}$`)

func parseProjectConfig(data []byte, maxPathLen int) (*projectConfig, error) {
	const name = "project.config.json"
	object, _, err := decodeObject(name, data)
	if err != nil {
		return nil, err
	}
	text := func(key string) (value string, ok bool) {
		raw, there := object[key]
		return value, !there || json.Unmarshal(raw, &value) == nil
	}
	c := &projectConfig{}
	// What the choice of files does not depend on is DevTools' affair: a value of
	// another type there is as good as none.
	if appid, _ := text("appid"); appidPattern.MatchString(appid) {
		c.appid = appid
	}
	c.compileType, _ = text("compileType")

	root, ok := text("miniprogramRoot")
	if !ok {
		return nil, platform.Invalidf(`%s: "miniprogramRoot" must be a string, the folder of app.json`, name)
	}
	c.root = cleanFolder(root)
	if c.root != "" {
		if why := pathFault(c.root, maxPathLen); why != "" {
			return nil, platform.Invalidf("%s: miniprogramRoot %s %s", name, quotePath(root), why)
		}
	}
	for _, key := range []string{"cloudfunctionRoot", "cloudbaseRoot", "cloudcontainerRoot", "pluginRoot", "qcloudRoot"} {
		folder, _ := text(key)
		folder = cleanFolder(folder)
		// One that holds the mini program itself cannot be meant.
		if folder != "" && !within(c.root, folder) {
			c.foreign = append(c.foreign, folder)
		}
	}
	c.pack, err = parsePackOptions(object["packOptions"])
	return c, err
}

// cleanFolder turns the ways to write a folder ("./dist/", "dist", "") into one.
func cleanFolder(folder string) string {
	cleaned := strings.Trim(path.Clean("./"+folder), "/")
	if cleaned == "." {
		return ""
	}
	return cleaned
}

// within says whether the named file or folder is the folder or lies in it.
func within(name, folder string) bool {
	return strings.HasPrefix(name, folder) && (len(name) == len(folder) || name[len(folder)] == '/')
}
