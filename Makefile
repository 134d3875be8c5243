# Fortyfold: every command a person types. `make help` lists them from the `##` lines.
VERSION := 0.1.0

# Several goals are carried out one after the other, each on all processors: measurements must not
# share the machine with a build, nor two reports the terminal.
ifneq ($(word 2,$(MAKECMDGOALS)),)
.NOTPARALLEL:
.PHONY: $(sort $(MAKECMDGOALS))
$(sort $(MAKECMDGOALS)):
	@$(MAKE) --no-print-directory $@
else

ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif
.DELETE_ON_ERROR:
# V=1 prints whole command lines instead of short ones.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $1 $2 >&2)

# Builds for `make SANITIZE=address,undefined …` stand apart from the released ones.
SANITIZE ?=
CONFIG   := $(if $(SANITIZE),sanitize,release)
BUILD    := build/$(CONFIG)
BIN      := $(if $(SANITIZE),$(BUILD)/bin,bin)
# `make SETUP=` skips ./setup, on systems where it cannot install.
SETUP    := build/setup.stamp
LINT_SETUP := $(if $(SETUP),build/setup-lint.stamp)
TEST_SETUP := $(if $(SETUP),build/setup-test.stamp)
PROF_SETUP := $(if $(SETUP),build/setup-profiling.stamp)

# once NAME,COMMAND: the command's output, asked for at the first use and kept. A bare clone has no
# pkg-config before ./setup has run, so these names may be used in recipes only.
once       = $(eval $1 := $(shell $2))$($1)
PYTHON     = $(call once,PYTHON,echo $$(pkg-config --variable=exec_prefix python3-embed)/bin/python$$(pkg-config --modversion python3-embed))
PY_CFLAGS  = $(call once,PY_CFLAGS,pkg-config --cflags python3-embed | sed 's/-I/-isystem /g')
JANSSON    = $(call once,JANSSON,pkg-config --libs jansson)
CC_VERSION = $(call once,CC_VERSION,$(CC) --version | head -n1)

# CFLAGS, CPPFLAGS and LDFLAGS are the user's; ours come first.
OPT      ?= -O2 -g
WARN     := -std=c17 -Wall -Wextra -Wpedantic $(if $(CI),-Werror)
SANFLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all)
ALL_CPPFLAGS = -D_GNU_SOURCE -Iharness -I. $(DEFINES) $(CPPFLAGS)
ALL_CFLAGS   = $(OPT) $(WARN) $(SANFLAGS) $(CFLAGS) $(STRICTLY)
DEPFLAGS     = -MMD -MP
# Strict IEEE arithmetic for what is true; it comes last, so that no CFLAGS undo it.
STRICT   := -ffp-contract=off -fno-fast-math -fexcess-precision=standard

HARNESS_C   := $(filter-out harness/main.c,$(wildcard harness/commands/*.c harness/plan/*.c harness/measure/*.c \
               harness/analyze/*.c harness/store/*.c harness/show/*.c harness/profile/*.c harness/model/*.c harness/base/*.c))
REFERENCE_C := $(wildcard reference/*.c)
WORKER_C    := $(wildcard harness/worker/*.c) harness/base/wire.c harness/base/status.c harness/base/clock.c harness/model/value.c
# One folder of kernels for each instruction set, with flags of its own (below).
KERNEL_SETS := scalar autovec avx2 avx512 neon openmp
KERNEL_C    := $(wildcard kernels/*.c $(KERNEL_SETS:%=kernels/%/*.c))
# Programs of the labs in other languages: labs/LAB/NAME.c, .rs and .pyx become $(BIN)/python/NAME.so,
# Rust's and Cython's where their compilers are (./setup --all). Not instrumented: no test of theirs runs then.
LAB_C       := $(wildcard labs/*/*.c)
# The distribution's own: another one on PATH may be a stand-in (rustup's), or another version.
RUSTC       := /usr/bin/rustc
CYTHON      := /usr/bin/cython3
LAB_SOURCES := $(if $(SANITIZE),,$(LAB_C)) $(if $(wildcard $(RUSTC)),$(wildcard labs/*/*.rs)) $(if $(wildcard $(CYTHON)),$(wildcard labs/*/*.pyx))
LAB_SO      := $(foreach source,$(LAB_SOURCES),$(BIN)/python/$(basename $(notdir $(source))).so)
TEST_C      := $(wildcard harness/tests/test_*.c kernels/tests/test_*.c reference/tests/test_*.c)
# What tests share (a fake clock, …): linked into each of them.
BENCH_C     := $(wildcard harness/tests/bench_*.c kernels/tests/bench_*.c kernels/tests/fuzz_*.c) harness/tests/flame/bare_look.c
TEST_AID_C  := $(filter-out $(TEST_C) $(BENCH_C),$(wildcard harness/tests/*.c kernels/tests/*.c reference/tests/*.c))
CROSS_C     := kernels/tests/cross/main.c
ALL_C       := $(wildcard harness/main.c) $(HARNESS_C) $(REFERENCE_C) $(wildcard $(WORKER_C)) $(KERNEL_C) $(LAB_C) $(TEST_C) $(TEST_AID_C) $(BENCH_C) $(CROSS_C)

HARNESS_O   := $(HARNESS_C:%.c=$(BUILD)/%.o)
REFERENCE_O := $(REFERENCE_C:%.c=$(BUILD)/%.o)
WORKER_O    := $(WORKER_C:%.c=$(BUILD)/pic/%.o)
KERNEL_O    := $(KERNEL_C:%.c=$(BUILD)/pic/%.o)
# The kernels without Python.
PLAIN_O     := $(filter-out %/pymodule.o,$(KERNEL_O))
TEST_AID_O  := $(TEST_AID_C:%.c=$(BUILD)/%.o)
TEST_O      := $(TEST_C:%.c=$(BUILD)/%.o)
TEST_BIN    := $(TEST_C:%.c=$(BUILD)/tests/%)
PROGRAMS    := $(BIN)/fortyfold $(BIN)/fortyfold-worker.so $(BIN)/python/kernels.so

##@ Build and measure
.PHONY: all
all: $(PROGRAMS) $(LAB_SO) ## build everything (the default)

$(SETUP): setup
	@./setup
	@mkdir -p $(@D) && touch $@

$(LINT_SETUP): setup
	@./setup --lint
	@mkdir -p $(@D) && touch $@

# Not every system's apt has a browser (Ubuntu's is a snap): without one the tests that need it say so.
$(TEST_SETUP): setup | $(SETUP)
	@./setup --test || echo "make test: no browser; the report is not rendered in the tests" >&2
	@mkdir -p $(@D) && touch $@

# A profiler that cannot be installed here is missed by its own target only, which says so.
$(PROF_SETUP): setup | $(SETUP)
	@./setup --profiling || echo "make: some profilers are not there; what needs them will say so" >&2
	@mkdir -p $(@D) && touch $@

.PHONY: FORCE
FORCE:

lab-%: all FORCE ## measure a lab, show its table and curve: make lab-mds, lab-particles, …; ARGS="--preset full" adds options
	@$(BIN)/fortyfold run $* $(ARGS)

check-%: all FORCE ## is your exercise right, and fast enough: make check-mds; FILE=mine.py checks another file, ARGS adds options
	@$(BIN)/fortyfold check $* $(FILE) $(ARGS)

hint-%: all FORCE ## the next hint for an exercise: make hint-mds
	@$(BIN)/fortyfold hint $* $(ARGS)

.PHONY: ladder
ladder: all ## measure every rung of the ladders of mds and particles (a quarter of an hour); ARGS="--blocks 3" adds options
	@$(BIN)/fortyfold run mds particles --preset ladder $(ARGS)

.PHONY: claims
claims: all ## compare the published figures with this machine (minutes; can be interrupted and resumed)
	@$(BIN)/fortyfold claims

# npm is asked for by the slides alone, and may come from elsewhere than Debian (it does with newer Node.js).
REVEAL := slides/node_modules/reveal.js/package.json
$(REVEAL): slides/package.json slides/package-lock.json | $(SETUP)
	@command -v npm >/dev/null || $(if $(SETUP),./setup --slides,{ echo "make slides: npm is not installed; it fetches reveal.js" >&2; false; })
	@cd slides && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2 \
	    || { echo "make slides: npm could not fetch reveal.js (its words are above); is there a network?" >&2; false; }
	@touch $@

.PHONY: slides
slides: $(REVEAL) ## make the slide decks from measured runs; SLIDES="--baselines" takes the committed ones
	@$(PYTHON) slides/build.py $(SLIDES)

BASELINES ?= mds-quick particles-quick profiling-quick mds-claim mds-ladder particles-ladder profiling-distortion profiling-flame
.PHONY: baselines
baselines: all ## measure the committed runs anew (minutes, on a quiet machine); BASELINES="mds-quick" names some, ARGS="--blocks 2" tries
	@$(PYTHON) results/baselines/measure.py $(BASELINES) -- $(ARGS)
	@$(PYTHON) slides/build.py --readme
	@$(PYTHON) slides/build.py --readme labs/profiling/README.md

.PHONY: readme
readme: | $(SETUP) ## bring the tables in README.md and the handouts up to date with the committed runs and ./setup
	@$(PYTHON) slides/build.py --readme
	@$(PYTHON) slides/build.py --readme labs/profiling/README.md

##@ Profile
# A profiler looks at LAB=mds VARIANT=naive SIZE=100 PRESET=full; without these, at what shows best what it is good for.
LOOK = $(PYTHON) labs/profiling/tools/look.py $1 --lab='$(LAB)' --variant='$(VARIANT)' --size='$(SIZE)' --preset='$(PRESET)'

.PHONY: profile-cprofile
profile-cprofile: all ## time by function: LAB=mds VARIANT=naive SIZE=100 say of what, SORT=cumulative how it is sorted
	@$(call LOOK,cprofile) --sort='$(SORT)'

.PHONY: profile-callgrind
profile-callgrind: all | $(PROF_SETUP) ## who called whom, for KCachegrind (opened where there is a display)
	@$(call LOOK,callgrind)

.PHONY: profile-lines
profile-lines: all | $(PROF_SETUP) ## time by line, with line_profiler
	@$(call LOOK,lines)

.PHONY: profile-memory
profile-memory: all | $(PROF_SETUP) ## memory over time and by line, with memory_profiler; FUNCTION=solve names which lines
	@$(call LOOK,memory) --function='$(FUNCTION)'

.PHONY: profile-tracemalloc
profile-tracemalloc: all ## what Python has allocated, by line, with tracemalloc
	@$(call LOOK,tracemalloc)

.PHONY: profile-perf
profile-perf: all | $(PROF_SETUP) ## time by compiled function, with perf (where the machine allows it)
	@$(call LOOK,perf)

.PHONY: flame
flame: all ## a flame graph: LAB=mds VARIANT=naive SIZE=100; DURATION=10 samples for so many seconds
	@$(call LOOK,flame) --duration='$(DURATION)'

.PHONY: profile-diff
profile-diff: all ## what two flame graphs differ in: LAB=mds OLD=naive NEW=numpy SIZE=100
	@$(call LOOK,diff) --old='$(OLD)' --new='$(NEW)'

.PHONY: profile-distortion
profile-distortion: all ## the same program by its own clock, by cProfile and by sampling: half a minute
	@$(PYTHON) labs/profiling/tools/distortion.py $(ARGS)

##@ Check
.PHONY: test
test: all $(TEST_BIN) $(BIN)/bench-draw | $(TEST_SETUP) ## run every test; SANITIZE=address,undefined runs them on an instrumented build
	@PYTHON=$(PYTHON) FORTYFOLD=$(CURDIR)/$(BIN)/fortyfold BUILD=$(BUILD) SANITIZE=$(SANITIZE) harness/tests/all.sh $(TEST_BIN)

.PHONY: test-c
test-c: $(TEST_BIN) ## run the unit tests of the C modules only
	@BUILD=$(BUILD) harness/tests/all.sh $(TEST_BIN)

# Another architecture's kernels, by Debian's cross compiler, in an emulator.
CROSS_CC   ?= aarch64-linux-gnu-gcc
CROSS_RUN  ?= qemu-aarch64
.PHONY: test-neon
test-neon: ## run the NEON kernels in an emulator of AArch64 (./setup --all installs compiler and emulator)
	@command -v $(CROSS_CC) $(CROSS_RUN) >/dev/null || \
	    { echo "make test-neon: $(CROSS_CC) or $(CROSS_RUN) is missing; ./setup --all installs them" >&2; false; }
	@mkdir -p build/cross
	$(Q)$(CROSS_CC) -D_GNU_SOURCE -I. $(WARN) $(STRICT) -O3 -fopenmp -static \
	    $(filter-out kernels/pymodule.c,$(KERNEL_C)) $(CROSS_C) -o build/cross/kernels -lm
	@OMP_NUM_THREADS=2 $(CROSS_RUN) build/cross/kernels

# valgrind 3.19 knows no AVX-512: the kernels of that set, and what the compiler makes vectors of with
# it, are left out by dispatch (the list says which ran); the sanitizers see them in `make test-c
# SANITIZE=address,undefined`.
VALGRIND ?= valgrind
.PHONY: test-valgrind
test-valgrind: $(PLAIN_O) ## the kernels up to AVX2 under valgrind, every array ending at its block's end (./setup --profiling installs it)
	@command -v $(VALGRIND) >/dev/null || \
	    { echo "make test-valgrind: valgrind is missing; ./setup --profiling installs it" >&2; false; }
	@mkdir -p build/valgrind
	$(Q)$(CC) -D_GNU_SOURCE -I. -DGUARD=0 $(WARN) $(STRICT) -g -O1 -c $(CROSS_C) -o build/valgrind/main.o
	$(Q)$(CC) build/valgrind/main.o $(PLAIN_O) -fopenmp -lm -o build/valgrind/kernels
	@OMP_NUM_THREADS=2 $(VALGRIND) -q --error-exitcode=9 --leak-check=full --show-leak-kinds=definite \
	    --errors-for-leak-kinds=definite build/valgrind/kernels

.PHONY: test-bare-root
test-bare-root: ## try the first two commands of README in a bare Debian system (root, network, minutes)
	@harness/tests/bare_root.sh

.PHONY: bench-time
bench-time: all ## compare time with hyperfine, bash and GNU time, and timeit with python3 -m timeit
	@$(PYTHON) harness/tests/bench_time.py

.PHONY: bench-exercise
bench-exercise: all ## must all slow spots of the profiling exercise be mended, and do profilers show them (2 minutes)
	@$(PYTHON) labs/tests/bench_exercise.py

.PHONY: bench-ladder
bench-ladder: all ## the top rungs of the ladders against lower ones, with goals (12 minutes); ROWS="closed naive" names some, ROWS=--quick tries all
	@$(PYTHON) harness/tests/bench_ladder.py $(ROWS)

.PHONY: bench-parity
bench-parity: all ## time the same functions by the harness and by python3 -m timeit
	@$(PYTHON) harness/tests/bench_parity.py

# Every benchmark of kernels/tests in turn; the greatest exit status is the answer.
.PHONY: bench-kernels
bench-kernels: all $(BIN)/bench-mds ## the kernels against the naive programs, their limits and their goals (5 minutes); ROUNDS=3 is shorter
	@answer=0; for bench in $(wildcard kernels/tests/bench_*.py); do \
	    $(PYTHON) $$bench $(ROUNDS) || { status=$$?; [ $$status -le $$answer ] || answer=$$status; }; done; exit $$answer

SECONDS ?= 600
.PHONY: fuzz-mds
fuzz-mds: $(BIN)/fuzz-mds ## random problems for all MDS kernels against the oracle, ten minutes; SECONDS=60 for one
	@$(BIN)/fuzz-mds $(SECONDS)

.PHONY: bench-trust
bench-trust: all $(BIN)/bench-cost ## are the intervals true, what does the harness cost, is anything lost (20 minutes)
	@$(PYTHON) harness/tests/bench_cost.py $(BIN)/bench-cost; cost=$$?; \
	    $(PYTHON) harness/tests/bench_trust.py && exit $$cost

.PHONY: bench-flame-svg
bench-flame-svg: $(BIN)/bench-draw | $(TEST_SETUP) ## how soon a flame graph of 50,000 distinct stacks is open in a browser
	@$(PYTHON) harness/tests/bench_flame_svg.py

.PHONY: bench-flame
bench-flame: all $(BIN)/bare-look ## are flame graphs true, what does sampling cost (13 minutes; FLAME=--quick: two)
	@$(PYTHON) harness/tests/bench_flame.py $(FLAME)

SCRIPTS = setup .ci/run $(shell git ls-files -co --exclude-standard '*.sh')
LINT_FLAGS = -std=c17 $(ALL_CPPFLAGS) -DFORTYFOLD_VERSION='""' -DFORTYFOLD_PYTHON='""' -DFORTYFOLD_CC='""' -DFORTYFOLD_CFLAGS='""' -DFORTYFOLD_PRELOAD='""'
HEADERS = $(shell git ls-files -co --exclude-standard '*.h')
.PHONY: lint
lint: $(LINT_SETUP) ## check layout, house rules and likely mistakes of C code and scripts
	@echo "clang-format"; clang-format --dry-run -Werror $(ALL_C) $(HEADERS)
	@echo "house rules"; harness/tests/house_rules.sh
	@echo "shellcheck"; shellcheck $(SCRIPTS)
	@echo "cppcheck"; cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --suppressions-list=.cppcheck \
	    --error-exitcode=1 -j $$(nproc) -Iharness -I. -D_GNU_SOURCE $(filter-out $(TEST_C),$(ALL_C))
	@echo "clang-tidy"; printf '%s\n' $(ALL_C) | xargs -P $$(nproc) -I FILE \
	    clang-tidy --quiet --warnings-as-errors='*' FILE -- $(LINT_FLAGS) $(call X86,$(AVX512_FLAGS)) $(PY_CFLAGS) 2>build/clang-tidy.log
	@echo "lint: nothing found"

.PHONY: format
format: $(LINT_SETUP) ## lay out the C code by .clang-format
	clang-format -i $(ALL_C) $(HEADERS)

##@ The rest
.PHONY: clean
clean: ## remove what was built (results stay)
	rm -rf --one-file-system build bin

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^##@ / { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z%-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# Two stamps change only when their words do: the flags rebuild every object, a list of objects relinks.
define stamp # FILE,WORDS
@mkdir -p $(dir $1) && printf '%s\n' '$(subst ','\'',$2)' >$1.new
@if cmp -s $1.new $1; then rm $1.new; else mv $1.new $1; fi
endef
$(BUILD)/flags: FORCE | $(SETUP)
	$(call stamp,$@,$(CC_VERSION) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS) $(STRICT) $(AVX512_FLAGS) $(PYTHON) $(PY_CFLAGS) $(VERSION))
$(BUILD)/objects: FORCE | $(SETUP)
	$(call stamp,$@,$(ALL_C))

$(PROGRAMS): $(BUILD)/objects
$(BIN)/bench-draw: $(BUILD)/harness/tests/profiles.o
$(BIN)/bench-cost $(BIN)/bench-draw: $(BIN)/bench-%: $(BUILD)/harness/tests/bench_%.o $(HARNESS_O) $(REFERENCE_O) $(PLAIN_O)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ -o $@ $(JANSSON) -fopenmp -lm

$(BIN)/bare-look: $(BUILD)/harness/tests/flame/bare_look.o
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ -o $@

$(BIN)/fuzz-mds: $(BUILD)/kernels/tests/fuzz_mds.o $(BUILD)/kernels/tests/mds_problems.o
$(BIN)/bench-mds: $(BUILD)/kernels/tests/bench_mds.o $(BUILD)/kernels/tests/mds_problems.o
$(BIN)/fuzz-mds $(BIN)/bench-mds: $(HARNESS_O) $(REFERENCE_O) $(PLAIN_O)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ -o $@ $(JANSSON) -fopenmp -lm

$(BIN)/fortyfold: $(BUILD)/harness/main.o $(HARNESS_O) $(REFERENCE_O) $(PLAIN_O)
$(BIN)/fortyfold: private LIBS = $(JANSSON) -fopenmp -lm
$(BIN)/fortyfold-worker.so: $(WORKER_O)
$(BIN)/fortyfold-worker.so: private LIBS = -shared -ldl
$(BIN)/python/kernels.so: $(KERNEL_O)
$(BIN)/python/kernels.so: private LIBS = -shared -fopenmp -lm

$(PROGRAMS):
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(filter %.o,$^) -o $@ $(LIBS)

# A program of a lab names its own flags in a comment, "flags: -O3 …". They are for compiling it
# alone: linking with -ffast-math would add start-up code (crtfastmath.o) that makes the processor
# round denormal numbers to 0 in the whole process, NumPy's and everybody's.
flags_of = $$(sed -n 's/^.*flags: *\([^*]*\).*/\1/p' $<)
LAB_OUT  = $(BUILD)/lab-programs/$(basename $(notdir $@))
define link_lab
$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) $(flags_of) -fPIC $1 -o $(LAB_OUT).o
$(Q)$(CC) $(LDFLAGS) -shared $(LAB_OUT).o -o $@ -lm
endef

vpath %.c $(sort $(dir $(LAB_C)))
vpath %.rs $(sort $(dir $(wildcard labs/*/*.rs)))
vpath %.pyx $(sort $(dir $(wildcard labs/*/*.pyx)))

$(LAB_SO): $(BUILD)/flags | $(SETUP)

$(patsubst %.c,$(BIN)/python/%.so,$(notdir $(filter %.c,$(LAB_SOURCES)))): $(BIN)/python/%.so: %.c
	$(call say,CC,$<)
	@mkdir -p $(@D) $(BUILD)/lab-programs
	$(call link_lab,-c $<)

$(patsubst %.rs,$(BIN)/python/%.so,$(notdir $(filter %.rs,$(LAB_SOURCES)))): $(BIN)/python/%.so: %.rs
	$(call say,RUST,$<)
	@mkdir -p $(@D)
	$(Q)MAKEFLAGS= $(RUSTC) --edition=2021 --crate-type=cdylib $(flags_of) $< -o $@

$(patsubst %.pyx,$(BIN)/python/%.so,$(notdir $(filter %.pyx,$(LAB_SOURCES)))): $(BIN)/python/%.so: %.pyx
	$(call say,CYTH,$<)
	@mkdir -p $(@D) $(BUILD)/lab-programs
	$(Q)PYTHONWARNINGS=ignore $(CYTHON) -3 $< -o $(LAB_OUT).c
	$(call link_lab,-w $(PY_CFLAGS) -c $(LAB_OUT).c)

# The sanitizers' libraries must come before any other preloaded object, hence before the worker.
PRELOAD = $(if $(findstring address,$(SANITIZE)),$(shell $(CC) -print-file-name=libasan.so):$(shell $(CC) -print-file-name=libubsan.so))
# "private" keeps these from the prerequisites, of which the flags stamp is one.
$(BUILD)/harness/%.o $(BUILD)/reference/%.o: private DEFINES = -DFORTYFOLD_VERSION='"$(VERSION)"' -DFORTYFOLD_PYTHON='"$(PYTHON)"' \
    -DFORTYFOLD_CC='"$(CC_VERSION)"' -DFORTYFOLD_CFLAGS='"$(strip $(OPT) $(SANFLAGS) $(CFLAGS))"'
$(BUILD)/harness/measure/%.o: private DEFINES += -DFORTYFOLD_PRELOAD='"$(PRELOAD)"'
$(BUILD)/reference/%.o: private STRICTLY = $(STRICT)

# Kernels' flags, a folder each. All are strict, and what is fused is written as fused; only autovec
# leaves order and fusing to the compiler. None is linked with these flags: linking with -ffast-math
# would change the floating-point environment of every program that loads the result. An
# architecture's folders are empty elsewhere.
ARCH = $(call once,ARCH,$(CC) -dumpmachine | cut -d- -f1)
X86  = $(if $(filter x86_64,$(ARCH)),$1)
AVX2_FLAGS   := -mavx2 -mfma
AVX512_FLAGS := $(AVX2_FLAGS) -mavx512f -mavx512dq -mavx512bw -mavx512vl
$(BUILD)/pic/kernels/%.o:         private STRICTLY = $(STRICT)
$(BUILD)/pic/kernels/avx2/%.o:    private STRICTLY = $(STRICT) -O3 $(call X86,$(AVX2_FLAGS))
$(BUILD)/pic/kernels/avx512/%.o:  private STRICTLY = $(STRICT) -O3 $(call X86,$(AVX512_FLAGS))
$(BUILD)/pic/kernels/autovec/%.o: private STRICTLY = -O3 -ffp-contract=fast -fno-math-errno -fno-trapping-math \
    -fno-signed-zeros -fassociative-math $(call X86,$(AVX512_FLAGS) -mprefer-vector-width=512)
$(BUILD)/pic/kernels/neon/%.o:    private STRICTLY = $(STRICT) -O3
$(BUILD)/pic/kernels/openmp/%.o:  private STRICTLY = $(STRICT) -O3 -fopenmp

$(BUILD)/%.o: %.c $(BUILD)/flags | $(SETUP)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(DEPFLAGS) -c $< -o $@

$(BUILD)/pic/%.o: %.c $(BUILD)/flags | $(SETUP)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(DEPFLAGS) -fPIC -fvisibility=hidden $(PY_CFLAGS) -c $< -o $@

$(TEST_BIN): $(BUILD)/tests/%: $(BUILD)/%.o $(TEST_AID_O) $(HARNESS_O) $(REFERENCE_O) $(KERNEL_O) $(BUILD)/objects
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(filter-out %/pymodule.o,$(filter %.o,$^)) -o $@ $(JANSSON) -lcriterion -fopenmp -lm

-include $(patsubst %.o,%.d,$(BUILD)/harness/main.o $(HARNESS_O) $(REFERENCE_O) $(WORKER_O) $(KERNEL_O) $(TEST_AID_O) $(TEST_O) $(BENCH_C:%.c=$(BUILD)/%.o))
endif
