package wxopen_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"time"

	"draftbox/wxopen"
)

// From a template to a release, and back again.
func Example_release() {
	// A mini program whose orders pass at once, after a check that takes a while.
	service := newLifecycle()
	service.polls, service.decide = 2, wxopen.AuditPassed

	client, err := wxopen.New(wxopen.Config{
		ComponentAppid: "wx0000000000000001",
		HTTPClient:     &http.Client{Transport: service},            // leave it out for the real service
		Retry:          wxopen.RetryPolicy{Concurrent: time.Minute}, // where others work at the same mini programs
	})
	if err != nil {
		log.Fatal(err)
	}
	// With Config.Store the second argument is nil.
	account := client.Authorizer("wx00000000000000a1", wxopen.StaticToken("merchanttoken"))
	ctx := context.Background()

	ship := func(version string) error {
		err := account.Commit(ctx, wxopen.CommitRequest{
			TemplateID: 4,
			ExtJSON: wxopen.ExtJSON{
				ExtAppid: account.Appid(),
				Ext:      map[string]any{"shop": 7},
				Window:   map[string]any{"navigationBarTitleText": "示例商店"},
			},
			UserVersion: version,
			UserDesc:    "修复",
		})
		if err != nil {
			return err
		}
		checked, cancel := context.WithTimeout(ctx, 10*time.Minute)
		defer cancel()
		submission, err := account.SubmitWhenChecked(checked, wxopen.AuditRequest{VersionDesc: "修复"}, wxopen.SubmitOptions{
			FirstPause: time.Millisecond, // for the real service leave it out
			Waiting: func(_ int, refusal error) {
				fmt.Println("not yet:", errors.Is(refusal, wxopen.ErrPrivacyCheckRunning))
			},
		})
		if err != nil {
			return err
		}
		// An AuditEvent tells how the order ended; a program without pushes asks.
		status, err := account.AuditStatus(ctx, submission.AuditID)
		if err != nil {
			return err
		}
		fmt.Println(version, status.Status)
		return account.Release(ctx)
	}
	for _, version := range []string{"1.0.0", "1.1.0"} {
		if err := ship(version); err != nil {
			log.Fatal(err)
		}
	}
	show := func() {
		info, err := account.VersionInfo(ctx)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("online:", info.Release.Version)
	}
	show()

	versions, err := account.HistoryVersions(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("back to:", versions[0].UserVersion)
	if err := account.RevertRelease(ctx); err != nil {
		log.Fatal(err)
	}
	show()
	fmt.Println(errors.Is(account.RevertRelease(ctx), wxopen.ErrRevertForbidden))
	// Output:
	// not yet: true
	// not yet: true
	// 1.0.0 passed
	// not yet: true
	// not yet: true
	// 1.1.0 passed
	// online: 1.1.0
	// back to: 1.0.0
	// online: 1.0.0
	// true
}
