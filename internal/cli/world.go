package cli

import (
	"context"
	"net/http"
	"net/http/httptest"
	"time"

	"draftbox"
	"draftbox/examples"
	"draftbox/internal/adminclient"
)

// world tells what was made when the server started.
type world struct {
	summary  string
	warnings []string
}

func (a *app) makeWorld(ctx context.Context, f *serveFlags, dir *dataDir, server *draftbox.Server) (*world, error) {
	c := adminclient.New("http://admin", server.AdminToken(), &http.Client{Transport: inproc{server.AdminHandler()}})
	some, err := adminclient.Take(c.Components(ctx, 1), 1)
	if err != nil || len(some) > 0 {
		return &world{}, err
	}
	made, err := server.CreateComponent(ctx, draftbox.Component{Appid: "wx0000000000000001", Name: "示例平台", DevMiniprograms: []draftbox.DevMiniprogram{{Appid: "wx00000000000000d1", Name: "商城演示"}}})
	if err != nil {
		return nil, err
	}
	_, err = server.UploadDraft(ctx, draftbox.Upload{Component: made.Appid, Version: "1.0.0", Desc: "首个版本", Developer: "小明", CreateTime: time.Now()}, examples.MiniProgram())
	return &world{summary: "demo"}, err
}

type inproc struct{ http.Handler }

func (h inproc) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}
