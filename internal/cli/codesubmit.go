package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"draftbox/wxopen"
)

// submitFlags are what `code submit` is told.
type submitFlags struct {
	request wxopen.AuditRequest
	items   string
	wait    bool
	timeout time.Duration
	quiet   bool
}

func (m *merchantCode) submitCommand() *cobra.Command {
	var f submitFlags
	cmd := &cobra.Command{
		Use: "submit [MERCHANT]", Short: "Submit the experience version for audit", Args: positional,
		Long: `Submit the experience version for audit (POST /wxa/submit_audit) and print the
auditid of the order (审核单). One order can be open at a time.

--items is a JSON list of 1 to 5 pages as the call takes them, in a file, - for the
standard input, or the JSON itself; they may be left out. Their categories are those
of "draftbox code categories". With --wait it waits until the check of privacy
interfaces has ended that the commit began.`,
		Example: `  draftbox code submit --wait
  id=$(draftbox code submit wx00000000000000a1 --quiet)
  draftbox code submit --items items.json`,
		ValidArgsFunction: completeFirst(m.completeAuthorizers()),
		RunE: func(cmd *cobra.Command, args []string) error {
			return m.explained(cmd.Context(), "submit the code", m.submit(cmd.Context(), args, &f))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.items, "items", "", "pages for the reviewers: a `FILE`, - for the standard input, or the JSON itself")
	flags.StringVar(&f.request.VersionDesc, "version-desc", "", "describe the version to the reviewers by `TEXT`, at most 200 characters")
	flags.BoolVar(&f.request.PrivacyAPINotUse, "privacy-api-not-use", false, "declare that the privacy interfaces that were found and not declared are not used")
	flags.BoolVar(&f.wait, "wait", false, "wait until the check that the commit began has ended")
	flags.DurationVar(&f.timeout, "timeout", 10*time.Minute, "with --wait, give up after `DURATION`")
	quietFlag(cmd, &f.quiet, "the auditid")
	_ = cmd.MarkFlagFilename("items", "json") // fails for unknown names only
	return cmd
}

func (m *merchantCode) submit(ctx context.Context, args []string, f *submitFlags) error {
	text, err := m.readJSONFlag(f.items)
	if err != nil {
		return err
	}
	if f.request.Items, err = parseItems(text); err != nil {
		return err
	}
	timeout := callTimeout
	if f.wait {
		timeout = f.timeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	c, err := m.client(ctx, args)
	if err != nil {
		return err
	}
	id, err := m.makeOrder(ctx, c, f)
	switch {
	case f.wait && errors.Is(err, context.DeadlineExceeded):
		return &fault{
			what: fmt.Sprintf("the code could not be submitted within %s", f.timeout), why: err.Error(), code: exitRefused,
			next: "wait longer with --timeout; the check goes on meanwhile",
		}
	case err != nil:
		return err
	case f.quiet:
		return m.printf("%d\n", id)
	}
	return m.printf("order %d was made\n", id)
}

func (m *merchantCode) makeOrder(ctx context.Context, c *wxopen.AuthorizerClient, f *submitFlags) (int64, error) {
	if !f.wait {
		return c.SubmitAudit(ctx, f.request)
	}
	made, err := c.SubmitWhenChecked(ctx, f.request, wxopen.SubmitOptions{
		Waiting: func(attempts int, refusal error) {
			if attempts == 1 && isTerminal(m.stdio.Err) {
				_, _ = fmt.Fprintf(m.stdio.Err, "waiting: %v\n", refusal)
			}
		},
	})
	if doubt, is := errors.AsType[*wxopen.UnconfirmedAuditError](err); is {
		return 0, &fault{
			what: "it is not known whether the code was submitted", why: doubt.Err.Error(), code: exitRefused,
			next: fmt.Sprintf("an order other than %d is what came of it: draftbox code status", doubt.After),
		}
	}
	return made.AuditID, err
}

// itemJSON is a page for reviewers as submit_audit takes it.
type itemJSON struct {
	Address     string `json:"address"`
	Tag         string `json:"tag"` // words with blanks between them
	FirstClass  string `json:"first_class"`
	SecondClass string `json:"second_class"`
	ThirdClass  string `json:"third_class"`
	FirstID     int64  `json:"first_id"`
	SecondID    int64  `json:"second_id"`
	ThirdID     int64  `json:"third_id"`
	Title       string `json:"title"`
}

// parseItems reads --items: the list, or an object whose item_list it is.
func parseItems(text string) ([]wxopen.AuditItem, error) {
	if text == "" {
		return nil, nil
	}
	var list []itemJSON
	var into any = &list
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		into = &struct {
			Items *[]itemJSON `json:"item_list"`
		}{&list}
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.DisallowUnknownFields() // a misspelled member would be left out without a word
	if err := dec.Decode(into); err != nil {
		return nil, usagef("--items cannot be read").withWhy("%v", err).
			withNext(`write a list of objects like {"address": "pages/index/index", "tag": "效率", "first_class": "工具", "second_class": "效率", "first_id": 1, "second_id": 2, "title": "首页"}`)
	}
	items := make([]wxopen.AuditItem, len(list))
	for i, item := range list {
		items[i] = wxopen.AuditItem{
			Address: item.Address, Tags: strings.Fields(item.Tag), Title: item.Title,
			Category: wxopen.AuditCategory{
				FirstClass: item.FirstClass, FirstID: item.FirstID, SecondClass: item.SecondClass, SecondID: item.SecondID,
				ThirdClass: item.ThirdClass, ThirdID: item.ThirdID,
			},
		}
	}
	return items, nil
}
