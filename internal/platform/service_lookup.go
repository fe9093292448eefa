package platform

import "context"

// DevMiniprogram returns one development mini program of a component.
func (s *Service) DevMiniprogram(ctx context.Context, component, appid string) (DevMiniprogram, error) {
	return view(ctx, s.store, func(r Reader) (DevMiniprogram, error) {
		if _, err := r.Component(ctx, component); err != nil {
			return DevMiniprogram{}, orMissing(err, "there is no component %s", component)
		}
		d, err := r.DevMiniprogram(ctx, component, appid)
		if err != nil {
			return DevMiniprogram{}, orMissing(err, "component %s has no development mini program %s", component, appid)
		}
		return *d, nil
	})
}

// Authorizer returns one merchant's mini program of a component.
func (s *Service) Authorizer(ctx context.Context, component, appid string) (Authorizer, error) {
	return view(ctx, s.store, func(r Reader) (Authorizer, error) {
		if _, err := r.Component(ctx, component); err != nil {
			return Authorizer{}, orMissing(err, "there is no component %s", component)
		}
		a, err := r.Authorizer(ctx, component, appid)
		if err != nil {
			return Authorizer{}, orMissing(err, "component %s has no authorizer %s", component, appid)
		}
		return *a, nil
	})
}
