# Everything a contributor runs, by name. `make` alone lists it.
# `.ci/run` goes through the same targets, so what passes here passes there.

SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS   += --no-print-directory

GO        ?= go
BIN       ?= bin/draftbox
ARGS      ?=
PKG       ?= ./...
FUZZTIME  ?= 10s
OPERATIONS ?= 10000
REQUIRE   ?=
PICTURES  ?= $(CURDIR)/bin/pages

# One static file without a C compiler is a promise to users, so the build says so.
export CGO_ENABLED ?= 0

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build bin/draftbox
	$(GO) build -trimpath -o $(BIN) ./cmd/draftbox

.PHONY: run
run: ## Start a server from the source; ARGS="--listen 127.0.0.1:0" goes to `serve`
	$(GO) run ./cmd/draftbox serve $(ARGS)

.PHONY: test
test: ## Run the tests with nothing but Go; PKG=./wxopen/... narrows it
	$(GO) test $(PKG)

# SQLite is C that was made Go by a program, with locks of its own: watching each of its
# memory accesses takes more than half the time of the tests (internal/platform: 151 s
# with, 64 s without) and says nothing about draftbox.
UNWATCHED := -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false -gcflags=modernc.org/memory=-race=false

.PHONY: race
race: ## Run the tests on both databases under the race detector, in random order; REQUIRE="curl runtimes" fails without them
	CGO_ENABLED=1 DRAFTBOX_TEST_REQUIRE="postgres $(REQUIRE)" GORACE=atexit_sleep_ms=0 GOGC=$${GOGC:-400} .ci/with-postgres \
		$(GO) test -race $(UNWATCHED) -shuffle=on -timeout 15m $(PKG)

.PHONY: browser
browser: ## Look at every page in Chromium, and have axe-core (from npm) check it; pictures stay in bin/pages; PICTURES= takes none
	DRAFTBOX_TEST_ARTIFACTS="$(PICTURES)" DRAFTBOX_TEST_REQUIRE="chromium axe" \
		$(GO) test -count=1 . ./internal/authpage ./internal/console ./internal/screenshots

.PHONY: e2e
e2e: ## Run the command line end to end, as its tests and as a newcomer does
	$(GO) test -count=1 ./internal/cli/...
	.ci/newcomer

# All six tests at once, however few the cores: each mostly waits for its server to start.
.PHONY: crash
crash: ## Kill servers during OPERATIONS uploads and additions, as many authorizations, and as many calls of a roll-out, on SQLite and PostgreSQL
	DRAFTBOX_TEST_CRASH=$(OPERATIONS) DRAFTBOX_TEST_REQUIRE=postgres .ci/with-postgres $(GO) test -count=1 -v -parallel 6 -timeout 10m ./internal/crashtest

.PHONY: fuzz
fuzz: ## Fuzz every parser for FUZZTIME each
	.ci/fuzz $(FUZZTIME)

.PHONY: lint
lint: ## Run go vet and golangci-lint
	$(GO) vet $(PKG)
	"$$(.ci/tool golangci-lint)" run $(PKG)

.PHONY: fmt
fmt: ## Format the Go code
	"$$(.ci/tool gofumpt)" -w .

.PHONY: verify
verify: ## Check what must not drift: go.mod, format, other systems' builds
	.ci/verify

.PHONY: bench
bench: ## Measure against the yardsticks and print the table
	$(GO) run ./bench $(ARGS)

.PHONY: cover
cover: ## Write coverage to bin/cover.html and print the total
	@mkdir -p bin
	$(GO) test -coverpkg=./... -coverprofile=bin/cover.out $(PKG)
	$(GO) tool cover -html=bin/cover.out -o bin/cover.html
	$(GO) tool cover -func=bin/cover.out | tail -n 1

.PHONY: conformance
conformance: build ## Drive a server with other people's SDKs and with malformed requests
	.ci/with-server conformance/run

.PHONY: screenshots
screenshots: ## Take the pictures of the console in docs/images anew; needs Chromium
	@mkdir -p docs/images
	DRAFTBOX_SCREENSHOTS="$(CURDIR)/docs/images" DRAFTBOX_TEST_REQUIRE=chromium $(GO) test -count=1 -run TestScreenshots ./internal/screenshots

.PHONY: clean
clean: ## Remove what the targets above made
	rm -rf bin bench/out conformance/*/node_modules conformance/*/.venv conformance/*/__pycache__
