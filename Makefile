# Everything here is a plain go or npm command; read it as documentation.
.DEFAULT_GOAL := help
LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: help run test lint web long

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## the server with the nine pilots, on 127.0.0.1:8080
	go run ./cmd/zhitu

test: ## every test; what a machine lacks is skipped with one loud line
	go test ./...

lint: ## gofmt, vet, golangci-lint
	@test -z "$$(gofmt -l cmd graph search seed *.go)" || (gofmt -l cmd graph search seed *.go; exit 1)
	go vet ./...
	go run $(LINT) run ./...

web: ## builds the page into cmd/zhitu/web/dist, which is committed
	cd cmd/zhitu/web && npm ci && npm run build

long: ## what takes hours: fuzzing, kills, races, the 1 M / 5 M benchmark
	.ci/long
