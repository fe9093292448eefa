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

.PHONY: race
race: ## Run the tests on SQLite and PostgreSQL under the race detector, in random order
	CGO_ENABLED=1 DRAFTBOX_TEST_REQUIRE=postgres .ci/with-postgres \
		$(GO) test -race -shuffle=on -timeout 15m $(PKG)

.PHONY: e2e
e2e: ## Run the command line end to end, as its tests and as a newcomer does
	$(GO) test -count=1 ./internal/cli/...
	.ci/newcomer

.PHONY: crash
crash: ## Kill servers during OPERATIONS uploads and additions, on SQLite and PostgreSQL
	DRAFTBOX_TEST_CRASH=$(OPERATIONS) DRAFTBOX_TEST_REQUIRE=postgres .ci/with-postgres $(GO) test -count=1 -v -timeout 10m ./internal/crashtest

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

.PHONY: clean
clean: ## Remove what the targets above made
	rm -rf bin bench/out conformance/*/node_modules conformance/*/.venv conformance/*/__pycache__
