package config

import (
	"draftbox/examples"
)

// Names of the demo world.
const (
	DemoComponent      = "wx0000000000000001"
	DemoDevMiniprogram = "wx00000000000000d1"
)

// Demo returns the world that a server without a world file starts with: one
// component with one development mini program and one draft, the sample mini
// program. Its secrets are made up when it is applied.
func Demo() *World {
	return &World{Components: []Component{{
		Appid:           DemoComponent,
		Name:            "示例平台",
		DevMiniprograms: []DevMiniprogram{{Appid: DemoDevMiniprogram, Name: "商城演示"}},
		Drafts: []Upload{{
			Source: DemoDevMiniprogram, Version: "1.0.0", Desc: "首个版本", Developer: "小明", Project: examples.MiniProgram(),
		}},
	}}}
}
