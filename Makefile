# Fortyfold: every command a person types. `make help` lists them.
# Nothing is asked of pkg-config before ./setup has run: variables that need it are expanded late (=).

SANITIZE ?=
CONFIG   := $(if $(SANITIZE),sanitize,release)
BUILD    := build/$(CONFIG)
BIN      := $(if $(SANITIZE),$(BUILD)/bin,bin)
SETUP    := build/setup.stamp

PYTHON    = $(shell pkg-config --variable=exec_prefix python3-embed)/bin/python$(shell pkg-config --modversion python3-embed)
PY_CFLAGS = $(shell pkg-config --cflags python3-embed | sed 's/-I/-isystem /g')
VERSION  := 0.1.0

CC       ?= cc
OPT      ?= -O2 -g
WARN     := -std=c17 -Wall -Wextra -Wpedantic $(if $(CI),-Werror)
SANFLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer)
CPPFLAGS += -D_GNU_SOURCE -Iharness -I. -DFORTYFOLD_VERSION='"$(VERSION)"'
CFLAGS   += $(OPT) $(WARN) $(SANFLAGS)
DEPFLAGS  = -MMD -MP
# Strict IEEE arithmetic for what is true.
STRICT   := -O2 -ffp-contract=off -fno-fast-math -fexcess-precision=standard
JANSSON   = $(shell pkg-config --libs jansson)

HARNESS_C   := $(filter-out harness/main.c,$(wildcard harness/commands/*.c harness/plan/*.c harness/measure/*.c \
               harness/analyze/*.c harness/store/*.c harness/show/*.c harness/model/*.c harness/base/*.c))
REFERENCE_C := $(wildcard reference/*.c)
WORKER_C    := $(wildcard harness/worker/*.c) harness/base/wire.c harness/base/status.c harness/model/value.c
KERNEL_C    := $(wildcard kernels/*.c kernels/scalar/*.c)
TEST_C      := $(wildcard harness/tests/test_*.c kernels/tests/test_*.c reference/tests/test_*.c)

HARNESS_O   := $(HARNESS_C:%.c=$(BUILD)/%.o)
REFERENCE_O := $(REFERENCE_C:%.c=$(BUILD)/%.o)
WORKER_O    := $(WORKER_C:%.c=$(BUILD)/pic/%.o)
KERNEL_O    := $(KERNEL_C:%.c=$(BUILD)/pic/%.o)
TEST_BIN    := $(TEST_C:%.c=$(BUILD)/tests/%)
PROGRAMS    := $(BIN)/fortyfold $(BIN)/fortyfold-worker.so $(BIN)/python/kernels.so

.PHONY: all
all: $(PROGRAMS) ## build everything (the default)

$(SETUP): setup
	./setup
	@mkdir -p $(@D) && touch $@

$(BIN)/fortyfold: $(BUILD)/harness/main.o $(HARNESS_O) $(REFERENCE_O)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ $(JANSSON) -lm

$(BIN)/fortyfold-worker.so: $(WORKER_O)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -shared $^ -o $@ -ldl

$(BIN)/python/kernels.so: $(KERNEL_O)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -shared $^ -o $@ -lm

$(BUILD)/reference/%.o: CFLAGS += $(STRICT)
$(BUILD)/harness/%.o $(BUILD)/reference/%.o: CPPFLAGS += -DFORTYFOLD_PYTHON='"$(PYTHON)"' -DFORTYFOLD_CC='"$(shell $(CC) --version | head -n1)"' -DFORTYFOLD_CFLAGS='"$(OPT) $(SANFLAGS)"'

$(BUILD)/%.o: %.c | $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(DEPFLAGS) -c $< -o $@

$(BUILD)/pic/%.o: %.c | $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(DEPFLAGS) -fPIC $(PY_CFLAGS) -c $< -o $@

$(BUILD)/tests/%: %.c $(HARNESS_O) $(REFERENCE_O) $(KERNEL_O) | $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(DEPFLAGS) $(LDFLAGS) $< $(HARNESS_O) $(REFERENCE_O) $(filter-out %/pymodule.o,$(KERNEL_O)) -o $@ $(JANSSON) -lcriterion -lm

.PHONY: test-c
test-c: $(TEST_BIN)
	@for t in $(TEST_BIN); do echo "$$t"; $$t || exit 1; done

.PHONY: clean
clean: ## remove what was built (results stay)
	rm -rf build bin

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-zA-Z_%-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

-include $(shell find build -name '*.d' 2>/dev/null)
