package console

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"draftbox/internal/platform"
)

// settingKind says how a setting is written in a form.
type settingKind string

const (
	kindChoice   settingKind = "choice"
	kindText     settingKind = "text"
	kindNumber   settingKind = "number"
	kindFlag     settingKind = "flag"
	kindDuration settingKind = "duration"
	kindList     settingKind = "list"  // one entry a line
	kindCodes    settingKind = "codes" // NAME=NUMBER, one a line
)

func kindOf(name string, t reflect.Type) settingKind {
	switch {
	case platform.SwitchChoices(name) != nil:
		return kindChoice
	case t == reflect.TypeFor[platform.Duration]():
		return kindDuration
	}
	switch t.Kind() {
	case reflect.Bool:
		return kindFlag
	case reflect.Int, reflect.Int64:
		return kindNumber
	case reflect.Slice:
		return kindList
	case reflect.Map:
		return kindCodes
	default:
		return kindText
	}
}

// write writes a setting as the form has it.
func (k settingKind) write(v reflect.Value) string {
	switch k {
	case kindNumber:
		return strconv.FormatInt(v.Int(), 10)
	case kindFlag:
		return strconv.FormatBool(v.Bool())
	case kindDuration:
		return durationText(platform.Duration(v.Int()))
	case kindList:
		var out []string
		for i := range v.Len() {
			out = append(out, v.Index(i).String())
		}
		return strings.Join(out, "\n")
	case kindCodes:
		var out []string
		for _, key := range v.MapKeys() {
			out = append(out, fmt.Sprint(key.String(), "=", v.MapIndex(key).Int()))
		}
		slices.Sort(out)
		return strings.Join(out, "\n")
	case kindChoice, kindText:
	}
	return v.String()
}

// read puts what a form has into a setting. Whether the value is allowed is the
// domain's to say.
func (k settingKind) read(text string, into reflect.Value) error {
	text = strings.TrimSpace(text)
	switch k {
	case kindNumber:
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return fmt.Errorf("%q is no whole number that will do", text)
		}
		into.SetInt(n)
	case kindFlag:
		into.SetBool(text == "true")
	case kindDuration:
		d, err := readDuration("", text)
		if err != nil {
			return fmt.Errorf("%q is no duration, write it like 90s, 5m or 2h", text)
		}
		into.SetInt(int64(d))
	case kindList:
		into.Set(reflect.ValueOf(lines(text)))
	case kindCodes:
		return readCodes(text, into)
	case kindChoice, kindText:
		into.SetString(text)
	}
	return nil
}

func readCodes(text string, into reflect.Value) error {
	out := reflect.MakeMap(into.Type())
	for _, line := range lines(text) {
		i := strings.LastIndexByte(line, '=')
		if i < 1 {
			return fmt.Errorf("%q is not like NAME=NUMBER", line)
		}
		n, err := strconv.ParseInt(strings.TrimSpace(line[i+1:]), 10, 32)
		if err != nil {
			return fmt.Errorf("%q is not like NAME=NUMBER", line)
		}
		value := reflect.New(into.Type().Elem()).Elem()
		value.SetInt(n)
		out.SetMapIndex(reflect.ValueOf(strings.TrimSpace(line[:i])), value)
	}
	into.Set(out)
	return nil
}
