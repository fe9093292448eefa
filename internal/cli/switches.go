package cli

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/platform"
)

// A componentSwitch is a switch of a component as the command line takes it.
type componentSwitch struct {
	name   string
	values []string // what shells offer; the first is the default, or an example where there is no list
	// read makes of a value what the management API takes. Before is what an earlier
	// flag gave, nil if none did.
	read func(value string, before any) (any, error)
}

// componentSwitches lists those that the management API tells of. Which values are
// good is the server's to say.
func componentSwitches() []componentSwitch {
	offered := map[string][]string{
		"draft_slot":          {"dev", "dev_and_robot"},
		"list_order":          {"ascending", "descending", "shuffled"},
		"empty_list":          {"ok", "85064"},
		"standard_templates":  {"allow", "retired"},
		"token_grace":         {"5m", "0s", "2h"},
		"ticket_each_push":    {"same", "new"},
		"stray_token":         {"ignore", "check"},
		"unauthorized_apis":   {"/wxa/gettemplatedraftlist"},
		"push_tries":          {"3", "1", "10"},
		"push_format":         {string(platform.PushXML), string(platform.PushCloudJSON)},
		"registrations":       {"pass", "manual"},
		"registration_refuse": refusals(),
		"published":           {"yes", "no"},
		"jump_domain_check":   {"skip", "fail"},
		"privacy_check":       {"0s", "1m"},
		"commit_time":         {"0s", "5s"},
		"jump_list":           {"ignore", "check"},
		"no_icp_domains":      {"example.com"},
		"tester_refuse":       {"*=85001", "*=85003"},
		"denied_plugins":      {"wx0000000000000000"},
	}
	var out []componentSwitch
	for field := range reflect.TypeFor[adminclient.Switches]().Fields() {
		s := componentSwitch{name: field.Tag.Get("json"), read: readWord}
		s.values = offered[s.name]
		switch field.Type.Kind() {
		case reflect.Int:
			s.read = readNumber
		case reflect.Slice:
			s.read = readList
		case reflect.Map:
			s.read = readCodes
		default:
		}
		out = append(out, s)
	}
	return out
}

// example is how the switch may be written.
func (s *componentSwitch) example() string {
	value := "VALUE"
	if len(s.values) > 0 {
		value = s.values[0]
	}
	return s.name + "=" + value
}

func findSwitch(name string) *componentSwitch {
	all := componentSwitches()
	i := slices.IndexFunc(all, func(s componentSwitch) bool { return s.name == name })
	if i < 0 {
		return nil
	}
	return &all[i]
}

func switchNames() []string {
	var out []string
	for _, s := range componentSwitches() {
		out = append(out, s.name)
	}
	return out
}

// refusals are all codes, for whatever is registered.
func refusals() []string {
	var out []string
	for _, code := range platform.RegistrationRefusals() {
		out = append(out, "*="+strconv.Itoa(code))
	}
	return out
}

func readWord(value string, _ any) (any, error) { return value, nil }

func readNumber(value string, _ any) (any, error) {
	n, err := strconv.Atoi(value)
	if err != nil {
		return nil, fmt.Errorf("%q is no whole number", value)
	}
	return n, nil
}

func readList(value string, before any) (any, error) {
	list, _ := before.([]string)
	return append(list, strings.Split(value, ",")...), nil
}

// readCodes reads VALUE=CODE. A value may hold a comma or an equals sign, so each
// has a flag of its own.
func readCodes(value string, before any) (any, error) {
	codes, _ := before.(map[string]any)
	if codes == nil {
		codes = map[string]any{}
	}
	i := strings.LastIndexByte(value, '=')
	if i < 1 {
		return nil, fmt.Errorf("%q is not like VALUE=CODE", value)
	}
	if value[i+1:] == "" {
		codes[value[:i]] = nil // takes it out
		return codes, nil
	}
	code, err := readNumber(value[i+1:], nil)
	if err != nil {
		return nil, err
	}
	codes[value[:i]] = code
	return codes, nil
}

// completeSwitches completes names, and after the equals sign values.
func completeSwitches(_ *cobra.Command, _ []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	const none = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	name, _, found := strings.Cut(toComplete, "=")
	var out []string
	if !found {
		for _, s := range componentSwitches() {
			out = append(out, s.name+"=\t"+strings.Join(s.values[:min(len(s.values), 3)], ", "))
		}
		return out, none | cobra.ShellCompDirectiveNoSpace
	}
	if s := findSwitch(name); s != nil {
		for _, value := range s.values {
			out = append(out, name+"="+value)
		}
	}
	return out, none
}
