package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/wxopen"
)

// merchantCode makes the verbs on the code of one merchant's mini program.
type merchantCode struct {
	*app
	authorizer string // as the flag has it
}

func (a *app) codeCommand() *cobra.Command {
	m := &merchantCode{app: a}
	cmd := group("code", "A merchant's code: commit, submit, release, roll back and what is between",
		`From template to release: a template is committed to a merchant's mini program as
its experience version (体验版), submitted for audit (提审), released, rolled back.

MERCHANT is the appid of the mini program, also as --authorizer; it may be left out
where the component has only one. These verbs are calls of the emulated API, and with
--endpoint of the real one: there --access-token says whose code it is.`,
		m.commitCommand(), m.pagesCommand(), m.qrcodeCommand(), m.privacyCommand(),
		m.categoriesCommand(), m.submitCommand(), m.statusCommand(), m.undoCommand(), m.speedupCommand(), m.quotaCommand(),
		m.releaseCommand(), m.grayCommand(), m.rollbackCommand(), m.historyCommand(), m.versionsCommand(), m.visitCommand(),
		m.showCommand())
	a.targetFlags(cmd, localOrReal)
	flags := cmd.PersistentFlags()
	token := flags.Lookup("access-token")
	token.Usage = strings.Replace(token.Usage, "component_access_token", "authorizer_access_token", 1)
	flags.StringVar(&m.authorizer, "authorizer", "", "`APPID` of the merchant's mini program; not needed where there is only one")
	env(flags, "authorizer", "DRAFTBOX_AUTHORIZER")
	_ = cmd.RegisterFlagCompletionFunc("authorizer", a.completeAuthorizers()) // fails for unknown names only
	return cmd
}

// client returns a client of the merchant's calls, with a token that the local server
// gives, or with the one of the flags. Args may name the merchant.
func (m *merchantCode) client(ctx context.Context, args []string) (*wxopen.AuthorizerClient, error) {
	token, endpoint, appid := m.target.accessToken, m.target.endpoint, m.merchant(args)
	if endpoint == "" {
		l, err := m.findLocal()
		if err != nil {
			return nil, err
		}
		endpoint = l.ready.APIURL
		if token == "" {
			if token, err = m.localToken(ctx, l, appid); err != nil {
				return nil, err
			}
		}
	}
	if token == "" {
		return nil, usagef("--endpoint needs an access token").
			withWhy("a server that is not the local one gives none away").
			withNext("put the authorizer_access_token of the merchant into DRAFTBOX_ACCESS_TOKEN (or --access-token)")
	}
	c, err := newWire(endpoint, token)
	if err != nil {
		return nil, err
	}
	return c.Authorizer(appid, wxopen.StaticToken(token)), nil
}

// merchant returns the appid that an argument or the flag names; empty if none does.
func (m *merchantCode) merchant(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return m.authorizer
}

func (m *merchantCode) localToken(ctx context.Context, l *local, appid string) (string, error) {
	component, err := m.component(ctx, l)
	if err != nil {
		return "", err
	}
	if appid == "" {
		if appid, err = onlyAuthorizer(ctx, l, component); err != nil {
			return "", err
		}
	}
	issued, err := l.admin.IssueAuthorizerTokens(ctx, component, appid)
	return issued.AccessToken, err
}

// merchantVerb is [app.verb] for one call or a few with the merchant's client. The
// first argument names the merchant if its place in the usage line is the first.
func (m *merchantCode) merchantVerb(doing string, work func(ctx context.Context, c *wxopen.AuthorizerClient, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		merchant := args
		if !strings.Contains(cmd.Use, " [MERCHANT]") {
			merchant = nil
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), callTimeout)
		defer cancel()
		c, err := m.client(ctx, merchant)
		if err == nil {
			err = work(ctx, c, args)
		}
		return m.explained(cmd.Context(), doing, err)
	}
}

// explained is [app.explain] with what to do next about refusals of code calls.
func (m *merchantCode) explained(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	f := m.explain(ctx, doing, err)
	refusal, is := errors.AsType[*wxopen.Error](err)
	if !is {
		return f
	}
	if refusal.Code.TokenRejected() {
		f.next = "use a fresh authorizer_access_token; a local server issues one: draftbox authorizer token"
	}
	for next, codes := range nextAfterCode {
		for _, code := range codes {
			if code == refusal.Code {
				f.next = next
			}
		}
	}
	return f
}

// nextAfterCode says what to do about a refusal.
var nextAfterCode = map[string][]wxopen.Code{
	`"draftbox template list" shows what there is`: {wxopen.ErrTemplateNotExist},
	"find every fault of the ext_json with its line: draftbox ext lint FILE --template ID": {
		wxopen.ErrExtJSONParse, wxopen.ErrExtJSONInvalid, wxopen.ErrExtJSONPath, wxopen.ErrPagesEmpty, wxopen.ErrTabBarPath,
		wxopen.ErrPrivateInfoName, wxopen.ErrPrivateInfoExclusive, wxopen.ErrPrivateInfoForbidden,
		wxopen.ErrPluginVersion, wxopen.ErrPluginNotFound, wxopen.ErrPluginForbidden, wxopen.ErrStandardExtJSON,
	},
	"the check that a commit begins has to end first; to wait for it: draftbox code submit --wait": {wxopen.ErrPrivacyCheckRunning},
	"see what the check found: draftbox code privacy":                                              {wxopen.ErrPrivacyInterface},
	"try again when the other change of this mini program has ended":                               {wxopen.ErrConcurrent},
	"commit a template first: draftbox code commit --template ID --version VERSION":                {wxopen.ErrNotCommitted, wxopen.ErrNoExperienceVersion},
	`wait for its end, or withdraw it: draftbox code undo (a local server's orders are decided by "draftbox audit approve")`: {
		wxopen.ErrAuditInProgress,
	},
	`"draftbox code pages" lists the pages that an item can name`:   {wxopen.ErrPageFormat},
	`"draftbox code categories" lists those that an item can have`:  {wxopen.ErrCategoryFormat},
	"submit a version first: draftbox code submit":                  {wxopen.ErrNoAudit, wxopen.ErrNothingAudited},
	`"draftbox code status" tells how the last order stands`:        {wxopen.ErrNotReleasable, wxopen.ErrNotApproved},
	"commit and submit another version":                             {wxopen.ErrAlreadyReleased},
	`"draftbox code history" and "draftbox code status" tell more`:  {wxopen.ErrRevertForbidden},
	"cancel it with \"draftbox code gray --cancel\", or release it": {wxopen.ErrGrayReleaseRunning},
}
