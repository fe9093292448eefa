package main

import (
	"context"
	"slices"
	"time"
)

// warmUp comes before the first pair: connections, caches, the garbage
// collector's pace, and a just-in-time compiler where there is one.
const warmUp = 3 * time.Second

// compare drives two targets by turns, one second each, and compares them pair
// by pair: what else happens on the machine hits both. It returns a row without
// target and verdict.
func (b *bench) compare(ctx context.Context, name string, ours, yard target) (row, error) {
	for _, t := range []target{ours, yard} {
		if _, err := t.drive(ctx, warmUp); err != nil {
			return row{}, err
		}
	}
	var rates, yardRates, ratios, cpus, yardCPUs, cpuRatios, others []float64
	for range b.pairs {
		o, err := ours.drive(ctx, time.Second)
		if err != nil {
			return row{}, err
		}
		y, err := yard.drive(ctx, time.Second)
		if err != nil {
			return row{}, err
		}
		rates, yardRates, ratios = append(rates, o.rate), append(yardRates, y.rate), append(ratios, o.rate/y.rate)
		cpus, yardCPUs, cpuRatios = append(cpus, o.cpu), append(yardCPUs, y.cpu), append(cpuRatios, y.cpu/o.cpu)
		others = append(others, o.others, y.others)
	}
	r := row{
		Case: name, Unit: "req/s", Ours: median(rates), Yardstick: median(yardRates), Ratio: median(ratios),
		CPUOurs: median(cpus), CPUYard: median(yardCPUs), CPURatio: median(cpuRatios),
	}
	if !ours.helped {
		b.others = max(b.others, median(others))
	}
	b.say("%s: %.0f to %.0f req/s, ratio %.3f, CPU ratio %.3f", name, r.Ours, r.Yardstick, r.Ratio, r.CPURatio)
	return r, nil
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	n := len(v)
	if n == 0 {
		return 0
	}
	return (v[(n-1)/2] + v[n/2]) / 2
}
