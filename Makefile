# Verbs only; each calls meson, npm or a script in tools/. `make help` lists them.
.PHONY: help run build test assure fuzz bench bench-documents bench-faces lint fmt models deps clean

help: ## say what can be asked for
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r verb does; do \
		printf '  make %-15s %s\n' "$$verb" "$$does"; done

run: ## install what is missing, build, and serve in demo mode on http://127.0.0.1:8080
	@tools/deps build run
	@tools/build
	@tools/models
	@exec tools/demo

build: ## build/bonin and build/bonin-vision
	@tools/deps build
	@tools/build

test: ## everything: unit, contract, end-to-end, browser, sanitizers, lint
	@tools/deps build run test
	@exec tests/run

assure: ## every row of docs/threat-model.md in full: takes hours
	@tools/deps build run test
	@exec tools/assure

fuzz: ## a minute of libFuzzer for each parser; tools/fuzz takes targets and seconds
	@tools/deps build test
	@exec tools/fuzz

bench: ## flows a second, CPU a flow, accuracy, memory, start-up
	@tools/deps build run test
	@exec tools/bench

bench-documents: ## how well documents are read, on specimens that it draws
	@tools/deps build run test bench
	@exec tools/bench documents mrz forgeries

bench-faces: ## how well faces are compared, and attacks found
	@tools/deps build run test bench
	@exec tools/bench faces attacks liveness

lint: ## direction of includes, formatter, clang-tidy, shellcheck
	@tools/deps build test
	@exec tools/lint

fmt: ## format the C files as .clang-format says
	@exec tools/fmt

models: ## put the face models into build/models
	@exec tools/models

deps: ## install the packages of tools/packages that are missing
	@tools/deps build run test

clean: ## remove what was built; data/ stays
	rm -rf build build-asan build-fuzz build-release build-tsan web/dist
