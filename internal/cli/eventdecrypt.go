package cli

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/pushtext"
	"draftbox/internal/cli/table"
	"draftbox/wxopen/wxcrypt"
)

// decryptFlags are what `event decrypt` is told.
type decryptFlags struct {
	aesKey, token string
	url           string
	signed        pushtext.Signed
}

func (a *app) eventDecryptCommand() *cobra.Command {
	var f decryptFlags
	cmd := &cobra.Command{
		Use: "decrypt [FILE]", Short: "Decrypt a push that stands in a log", Args: positional,
		Long: `Decrypt the body of a push and print the XML in it: the whole body with its Encrypt
element, whatever a log has around it, or only the base64 text. Without FILE, or
with -, it is read from standard input.

With --aes-key it works for pushes of the real service, too, and needs no server;
the platform's appid to compare with may be given as --component. Without one, key
and message token are those of the component on the running server. The signature
is checked when it is given.`,
		Example: `  draftbox event decrypt push.xml
  draftbox event decrypt --aes-key "$KEY" < push.xml
  draftbox event decrypt push.xml --url '/event?signature=…&timestamp=…&nonce=…&encrypt_type=aes&msg_signature=…'`,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveDefault
		},
		RunE: a.verb("decrypt the push", func(ctx context.Context, args []string) error { return a.decrypt(ctx, args, &f) }),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.aesKey, "aes-key", "", "the EncodingAESKey `KEY`, 43 characters")
	secretEnv(flags, "aes-key", "DRAFTBOX_ENCODING_AES_KEY")
	flags.StringVar(&f.token, "token", "", "check the signature with the message token `TOKEN`")
	secretEnv(flags, "token", "DRAFTBOX_MESSAGE_TOKEN")
	flags.StringVar(&f.url, "url", "", "take what is signed from the `URL` that was pushed to")
	flags.StringVar(&f.signed.Timestamp, "timestamp", "", "timestamp of the push, Unix `SECONDS`")
	flags.StringVar(&f.signed.Nonce, "nonce", "", "nonce of the push, a `NUMBER`")
	flags.StringVar(&f.signed.MsgSignature, "msg-signature", "", "signature of the push, 40 hex `DIGITS`")
	return cmd
}

func (a *app) decrypt(ctx context.Context, args []string, f *decryptFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	text, err := a.readPush(args)
	if err != nil {
		return err
	}
	push, err := pushtext.Find(text)
	if err != nil {
		return &fault{
			what: "this is no push", why: err.Error(),
			next: "give the whole body, <xml>…<Encrypt>…</Encrypt></xml>, or the text in Encrypt", code: exitRefused,
		}
	}
	appid, err := a.decryptWith(ctx, f, push)
	if err != nil {
		return err
	}
	if f.signed.MsgSignature != "" {
		if err := f.checkSignature(push); err != nil {
			return err
		}
	}
	msg, to, err := openPush(f.aesKey, push)
	switch {
	case err != nil:
		return err
	case appid != "" && to != appid:
		return &fault{
			what: "the push is for another platform", why: fmt.Sprintf("it was encrypted for %.64q, not for %s", to, appid),
			next: "name the right one with --component, or leave it out to see the text all the same with --aes-key", code: exitRefused,
		}
	}
	return a.printMessage(msg, to, f.signed.MsgSignature != "")
}

// check takes the URL apart and says what does not go together.
func (f *decryptFlags) check() error {
	if f.aesKey != "" {
		if _, err := wxcrypt.ParseKey(f.aesKey); err != nil {
			return usagef("the EncodingAESKey is wrong").withWhy("%s", strings.TrimPrefix(err.Error(), "wxcrypt: "))
		}
	}
	s := &f.signed
	if f.url != "" {
		if *s != (pushtext.Signed{}) {
			return usagef("either --url or --timestamp, --nonce and --msg-signature, not both")
		}
		var err error
		if *s, err = pushtext.FromURL(f.url); err != nil {
			return usagef("--url cannot be read").withWhy("%v", err)
		}
		if s.MsgSignature == "" {
			return usagef("--url has no msg_signature").
				withWhy("the parameter signature covers timestamp and nonce only, not the body").
				withNext("put the URL in quotes: a shell takes & for the end of a command")
		}
	}
	if *s == (pushtext.Signed{}) {
		return nil
	}
	if s.MsgSignature == "" || s.Timestamp == "" || s.Nonce == "" {
		return usagef("a signature needs timestamp, nonce and msg_signature").withNext("take them from the query of the push, or give all of it with --url")
	}
	if f.aesKey != "" && f.token == "" {
		return usagef("a signature cannot be checked without the message token").withNext("give it with --token or DRAFTBOX_MESSAGE_TOKEN")
	}
	return nil
}

// readPush reads the text of a push. More than any body with a log around it is
// refused.
func (a *app) readPush(args []string) (string, error) {
	const most = 4 * wxcrypt.MaxBodyBytes
	from := a.stdio.In
	if len(args) > 0 && args[0] != "-" {
		file, err := os.Open(args[0])
		if err != nil {
			return "", usagef("the file %s cannot be read", args[0]).withWhy("%v", err)
		}
		defer file.Close()
		from = file
	} else if file, ok := from.(*os.File); ok && isTerminal(file) {
		fmt.Fprintln(a.stdio.Err, "note: paste the push, then end it with Ctrl-D (Ctrl-Z and Enter on Windows)")
	}
	text, err := io.ReadAll(io.LimitReader(from, most+1))
	if err == nil && len(text) > most {
		err = fmt.Errorf("it is over %s", showSize(most))
	}
	return string(text), err
}

// decryptWith fills in key and token of the component on the running server, unless
// there is a key, and returns the appid that the push must be for; empty for any.
func (a *app) decryptWith(ctx context.Context, f *decryptFlags, push pushtext.Push) (appid string, err error) {
	if f.aesKey != "" {
		return cmp.Or(a.target.component, push.AppID), nil
	}
	l, err := a.onlyLocal("the real service tells nobody a key; give it with --aes-key")
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	appid = cmp.Or(a.target.component, push.AppID)
	if appid == "" {
		if appid, err = a.component(ctx, l); err != nil {
			return "", err
		}
	}
	c, err := l.admin.Component(ctx, appid, true)
	if refusal, ok := errors.AsType[*adminclient.Error](err); ok && refusal.Code == "not_found" {
		return "", &fault{what: "the push is for a platform that the server does not have", why: refusal.Message, next: "give its key with --aes-key", code: exitRefused}
	}
	f.aesKey, f.token = c.EncodingAESKey, cmp.Or(f.token, c.Token)
	return appid, err
}

// checkSignature tells a wrong token from a wrong body, where the URL has the other
// signature, too.
func (f *decryptFlags) checkSignature(push pushtext.Push) error {
	s := &f.signed
	if same(s.MsgSignature, wxcrypt.Signature(f.token, s.Timestamp, s.Nonce, push.Encrypt)) {
		return nil
	}
	out := &fault{what: "the signature does not fit", why: "the message token is another one, or the body is not what was signed", code: exitRefused}
	switch {
	case push.Cut:
		out.why = "the body is cut off"
	case s.Signature == "":
	case same(s.Signature, wxcrypt.Signature(f.token, s.Timestamp, s.Nonce)):
		out.why = "the message token is right, so the body is not what was signed: something changed it, or it is of another push"
	default:
		out.why = "the message token is another one: not even the parameter signature fits, which covers no body"
	}
	return out
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// openPush decrypts a push and says why it cannot.
func openPush(aesKey string, push pushtext.Push) (msg []byte, appid string, err error) {
	key, err := wxcrypt.ParseKey(aesKey)
	if err != nil {
		return nil, "", err
	}
	msg, appid, err = key.Decrypt(push.Encrypt)
	if err == nil || errors.Is(err, wxcrypt.ErrTooLong) {
		return msg, appid, err
	}
	if head, ok := pushtext.DecryptHead(aesKey, push.Encrypt); ok {
		return nil, "", &fault{
			what: "the push is cut off",
			why:  fmt.Sprintf("%d of the %d bytes of its message are there, and begin with\n%s", len(head.Text), head.Size, head.Text),
			next: "copy all of it; some logs keep the first kilobytes only", code: exitRefused,
		}
	}
	if push.Cut || errors.Is(err, wxcrypt.ErrBase64) || errors.Is(err, wxcrypt.ErrCiphertext) {
		return nil, "", &fault{
			what: "the push is cut off, or changed", why: "its text is no whole number of blocks, and what is there does not fit the key",
			next: "copy all of it; some logs keep the first kilobytes only", code: exitRefused,
		}
	}
	out := &fault{what: "the EncodingAESKey is another one", why: "what it makes of the text is no message", code: exitRefused}
	out.next = "take the key of the platform that the push is for"
	if push.AppID != "" {
		out.next += ": " + push.AppID
	}
	return nil, "", out
}

// printMessage prints the XML inside, as it is unless a person reads it.
func (a *app) printMessage(msg []byte, appid string, checked bool) error {
	text := strings.TrimSuffix(string(msg), "\n")
	if isTerminal(a.stdio.Out) {
		lines := strings.Split(text, "\n")
		for i, line := range lines {
			lines[i] = table.OneLine(strings.TrimSuffix(line, "\r"))
		}
		text = strings.Join(lines, "\n")
	}
	if err := a.printf("%s\n", text); err != nil {
		return err
	}
	note := "for the platform " + appid
	if checked {
		note += "; the signature is right"
	}
	_, err := fmt.Fprintf(a.stdio.Err, "note: %s\n", table.OneLine(note))
	return err
}
