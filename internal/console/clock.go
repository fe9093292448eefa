package console

import (
	"context"
	"net/http"
	"time"
)

// changeClock advances, freezes or resumes the virtual clock.
func (a *Console) changeClock(ctx context.Context, c *call) (*answer, error) {
	next := localPath(c.form.Get("next"))
	var err error
	switch do := c.form.Get("do"); do {
	case "freeze":
		err = a.service.FreezeClock(ctx)
	case "resume":
		err = a.service.ResumeClock(ctx)
	default:
		d, parseErr := time.ParseDuration(do)
		if parseErr != nil {
			return nil, &refusal{http.StatusUnprocessableEntity, "told.form"}
		}
		err = a.service.AdvanceClock(ctx, d)
	}
	if err != nil {
		return nil, err
	}
	return seeOther(next), nil
}
