# `make demo` and `make test` are all that a newcomer needs; each installs missing Debian packages first.
# One set of build flags for the program and its tests, so that neither builds the other's work again: testing is enabled here, not by `swift test`.
FLAGS := -c release -Xswiftc -enable-testing
SEGSH := .build/release/segsh
OUT   ?= out
IMAGE ?=

PREFIX ?= /usr/local

.PHONY: help setup build install package-programs deb tarball check-deb image site demo test test-fast check-package check-arm images fuzz fuzz-decoders torture lint format train-default evaluate bench count-instructions bench-peers bench-ops compare-ops clean

help:  ## lists the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup:
	@Tools/install-packages

build: setup  ## builds the program in release mode
	@swift build $(FLAGS) --product segsh
	@swift build $(FLAGS) --product segsh-dicom
	@swift build $(FLAGS) --product segsh-dicom-write

install: build  ## installs program, models, lessons and manual page under PREFIX
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/segsh/Models" "$(DESTDIR)$(PREFIX)/share/segsh/Lessons" \
	  "$(DESTDIR)$(PREFIX)/share/man/man1"
	install $(SEGSH) $(SEGSH)-dicom $(SEGSH)-dicom-write "$(DESTDIR)$(PREFIX)/bin"
	install -m 644 Models/* "$(DESTDIR)$(PREFIX)/share/segsh/Models"
	install -m 644 Lessons/*.seg "$(DESTDIR)$(PREFIX)/share/segsh/Lessons"
	install -m 644 Docs/segsh.1 "$(DESTDIR)$(PREFIX)/share/man/man1"

# A build of its own: with the Swift runtime inside, so that no Swift is needed where it is installed, and without testing.
package-programs: setup
	swift build -c release --static-swift-stdlib --scratch-path .build/package --product segsh
	swift build -c release --static-swift-stdlib --scratch-path .build/package --product segsh-dicom
	swift build -c release --static-swift-stdlib --scratch-path .build/package --product segsh-dicom-write

deb: package-programs  ## makes the Debian package, .build/dist/segsh_VERSION_ARCH.deb
	@Tools/make-package deb

tarball: setup  ## makes the portable archive, .build/dist/segsh-VERSION-linux-MACHINE.tar.xz, as root
	@Tools/install-packages --packaging
	@Tools/portable-programs
	@Tools/make-package tarball

check-deb:  ## installs and runs both in fresh Debian systems, as root
	@Tools/check-deb $(SUITES)

image: deb  ## makes an OCI image for containers, .build/dist/segsh-VERSION-oci.tar, as root
	@Tools/install-packages --packaging
	@Tools/make-image

site:  ## makes the documentation as a static site, .build/site/html, and checks its links and pages
	@Tools/install-packages --site
	swift build $(FLAGS) --product segsh
	@Tools/make-site
	@Tools/check-site

demo: build  ## segments the phantom (or IMAGE=file) and writes the overlay
	@mkdir -p $(OUT)
	@$(SEGSH) run scripts/examples/quick-look.seg $(if $(IMAGE),--image "$(abspath $(IMAGE))",) --out "$(OUT)/overlay.png"

test:  ## builds and runs all tests
	@Tools/install-packages --tests
	swift test $(FLAGS) --disable-testable-imports

test-fast: setup  ## compiles changed files alone and tests what differs from the last commit; TARGETS="SegLang ReportTests" for others
	@Tools/test-fast $(TARGETS)

check-package: setup  ## builds and runs a program that depends on the libraries of the last commit, as other packages would
	@Tools/check-package

check-arm:  ## compares the inner loops on 64-bit ARM, under qemu, with those of this machine
	@Tools/install-packages --tests
	@Tools/check-arm

images: setup  ## makes the pictures of Docs anew from phantoms, with Chromium
	@Tools/install-packages --tests
	SEGSH_UPDATE_IMAGES=1 swift test $(FLAGS) --disable-testable-imports --filter DocumentationImageTests

DATA      ?= ../shared/data
MORE      ?= $(wildcard ../shared/more)
TRAINING  ?= $(OUT)/training
train-default: build  ## trains and calibrates the shipped model from DATA=folder and MORE=folder (hours; TEACHER=resnet18 skips the first half); run again to continue
	@Tools/train-default "$(SEGSH)" "$(TRAINING)" "$(DATA)" "$(MORE)" $(TEACHER)

evaluate: build  ## judges the shipped model on DATA=folder
	@$(SEGSH) evaluate --data "$(DATA)"

FUZZ_INPUTS ?= 100000
FUZZ_FROM   ?= 0
fuzz: setup  ## feeds the language FUZZ_INPUTS programs, whole and spoilt; SANITIZE=--sanitize=address for memory errors
	@swift build $(FLAGS) $(SANITIZE) $(if $(SANITIZE),--scratch-path .build/sanitized,) --product FuzzLanguage
	@$(if $(SANITIZE),.build/sanitized,.build)/release/FuzzLanguage --from $(FUZZ_FROM) --count $(FUZZ_INPUTS)

SECONDS_EACH ?= 30
fuzz-decoders: setup  ## fuzzes every decoder and the language with libFuzzer for SECONDS_EACH; TARGETS="png lock" for some
	@Tools/fuzz-decoders $(SECONDS_EACH) $(TARGETS)

torture: build  ## kills segsh while it writes, fills the disk, lowers limits and uses odd names
	@Tools/torture $(SEGSH)

lint: setup  ## checks format and style
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Plugins Tools

format:  ## formats all sources
	swift format --in-place --recursive --parallel Package.swift Sources Tests Plugins Tools

BENCH     ?= $(OUT)/bench.json
ROUNDS    ?= 3
bench: build  ## times operations and networks in ROUNDS rounds and writes BENCH=file; Tools/compare-bench OLD NEW compares two of them
	@Tools/record-bench --segsh $(SEGSH) --out "$(BENCH)" --rounds $(ROUNDS) $(NAMES)

count-instructions: build  ## counts the instructions of fixed cases with valgrind and compares them with the recorded counts
	@Tools/count-instructions --segsh $(SEGSH)

bench-peers: build  ## times the engine beside PyTorch and ONNX Runtime, in an environment outside the repository
	@Tools/bench-peers

PEERS     ?= ../shared/peers
bench-ops: build  ## times the operations on pictures beside OpenCV, by the list in PEERS=folder, and ends with the worst ratio
	@PEERS="$(abspath $(PEERS))" Tools/bench-ops

compare-ops: build  ## compares what operations on pictures give with scikit-image, SciPy, OpenCV and SimpleITK, on X-rays too where DATA=folder has any
	@Tools/compare-ops $(if $(wildcard $(DATA)/opacity),--data "$(abspath $(DATA))",)

clean:  ## removes what was built
	rm -rf .build $(OUT)
