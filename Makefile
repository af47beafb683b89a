# `make demo` and `make test` are all that a newcomer needs; each installs missing Debian packages first.
# One set of build flags for the program and its tests, so that neither builds the other's work again.
FLAGS := -c release -Xswiftc -enable-testing
SEGSH := .build/release/segsh
OUT   ?= out
IMAGE ?=

.PHONY: help demo build test lint format docs check-docs examples evaluate fuzz bench bench-peers clean setup

help:  ## lists the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup:
	@Tools/install-packages

build: setup  ## builds the program in release mode
	@swift build $(FLAGS) --product segsh
	@swift build $(FLAGS) --product segsh-dicom

demo: build  ## segments the phantom (or IMAGE=file) and writes the overlay
	@mkdir -p $(OUT)
	@$(SEGSH) run scripts/examples/quick-look.seg $(if $(IMAGE),--image "$(abspath $(IMAGE))",) --out "$(OUT)/overlay.png"

test: setup  ## builds and runs all tests
	swift test $(FLAGS)

lint: setup  ## checks format and style
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Plugins Tools

format:  ## formats all sources
	swift format --in-place --recursive --parallel Package.swift Sources Tests Plugins Tools

clean:  ## removes what was built
	rm -rf .build $(OUT)
