package console_test

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"draftbox/internal/browsertest"
)

// point moves the mouse to the middle of what a selector finds, and returns where that
// is. The place is looked up and used in one step: a live page may replace what stands
// there, but not where it stands.
func point(ctx context.Context, t *chromedp.Target, selector string) (x, y float64, err error) {
	if _, err := browsertest.Await(selector)(ctx, t); err != nil {
		return 0, 0, err
	}
	at, err := chromedp.Evaluate[[]float64](fmt.Sprintf(`(() => {
		const found = document.querySelector(%q);
		found.scrollIntoView({ block: "center", behavior: "instant" });
		const box = found.getClientRects()[0];
		return [box.x + box.width / 2, box.y + box.height / 2];
	})()`, selector))(ctx, t)
	if err != nil {
		return 0, 0, err
	}
	x, y = at[0], at[1]
	_, err = chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: x, Y: y})
	return x, y, err
}

// hover has the mouse rest on what a selector finds.
func hover(selector string) browsertest.Step {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, _, err := point(ctx, t, selector)
		return chromedp.Void{}, err
	}
}

// click clicks on what a selector finds, with the mouse.
func click(selector string) browsertest.Step {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		x, y, err := point(ctx, t, selector)
		if err != nil {
			return chromedp.Void{}, err
		}
		for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
			if _, err := chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{
				Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: 1,
			}); err != nil {
				return chromedp.Void{}, err
			}
		}
		return chromedp.Void{}, nil
	}
}

// drop drags files of this machine onto what a selector finds, and lets them go.
func drop(selector string, files ...string) browsertest.Step {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		x, y, err := point(ctx, t, selector)
		if err != nil {
			return chromedp.Void{}, err
		}
		for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
			if _, err := chromedp.Call(ctx, input.DispatchDragEvent, input.DispatchDragEventParams{
				Type: kind, X: x, Y: y, Data: &input.DragData{Files: files, DragOperationsMask: 1},
			}); err != nil {
				return chromedp.Void{}, err
			}
		}
		return chromedp.Void{}, nil
	}
}
