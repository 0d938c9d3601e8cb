# Wick's build. `make run` and `make test` install what is missing and do everything; `make` only builds.
#
#   make             build/wick, optimised
#   make run         install what is missing, build, run the demonstration
#   make test        install what is missing, build, run all tests
#   make test-asan   the same suite under AddressSanitizer and UndefinedBehaviorSanitizer
#   make test-stress the same suite with a collection at every allocation
#   make fuzz        build the fuzzers into build/fuzz (clang)
#   make bench       Wick beside the installed peers, in one run
#   make pgo         build/pgo/wick, optimised by a profile and at link time (gcc)
#   make install     PREFIX=/usr/local: wick, and luma and vint as names of it
#
# BUILD chooses another folder for what is built.

BUILD  ?= build
PREFIX ?= /usr/local
CC     ?= cc

CFLAGS   ?= -O2 -g
# A function that fails returns false by a call (return vm_raise(…)), which gcc cannot see through: so no
# maybe-uninitialized. A row of a table may leave out its last fields.
WARNINGS := -Wall -Wextra -Wno-unused-parameter -Wno-maybe-uninitialized -Wno-missing-field-initializers
# The folder's own path is in nothing that is built, so that the same sources give the same bytes anywhere.
SAME     := -ffile-prefix-map=$(CURDIR)=.
CPPFLAGS := -D_GNU_SOURCE -Isrc -Iinclude $(SAME)
LDLIBS   := -luv -lhttp_parser -lutf8proc -lm -ldl -lpthread
STANDARD := -std=c17

# One variant a folder, so that they can stand side by side.
VARIANT ?= release
ifeq ($(VARIANT),release)
  CPPFLAGS += -DNDEBUG
  # A slow path never shares a tail with the dispatch of a hot one, so each keeps its own jump.
  INTERP_FLAGS := -fno-gcse -fno-crossjumping
else ifeq ($(VARIANT),fuzz)
  CFLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address -Wno-unknown-warning-option
else ifeq ($(VARIANT),asan)
  CFLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
endif

# What every start would have to find and map is in the program itself where the system has it as an archive (make
# SHARED=1: not). Only in the release build: so linked, libuv ends its threads after OpenSSL has ended, which a leak
# checker sees.
ifeq ($(VARIANT)$(SHARED),release)
  archive = $(or $(firstword $(filter /%,$(foreach a,$(2),$(shell $(CC) -print-file-name=$(a))))),-l$(1))
  LDLIBS := $(call archive,uv,libuv.a libuv_a.a) $(call archive,http_parser,libhttp_parser.a) \
    $(call archive,utf8proc,libutf8proc.a) -lm -ldl -lpthread
endif
# Relative relocations are packed where the system's loader can read that.
LDFLAGS += $(shell grep -qs GLIBC_ABI_DT_RELR "$$($(CC) -print-file-name=libc.so.6)" && echo -Wl,-z,pack-relative-relocs)

OUT     := $(BUILD)/$(VARIANT)
SOURCES := $(sort $(wildcard src/*/*.c))
OBJECTS := $(SOURCES:src/%.c=$(OUT)/%.o)
LIBRARY := $(OUT)/libwick.a
ifeq ($(VARIANT),release)
  WICK := $(BUILD)/wick
else
  WICK := $(OUT)/wick
endif
UNIT_TESTS := $(patsubst tests/unit/%_test.c,$(OUT)/unit/%_test,$(wildcard tests/unit/*_test.c))

.PHONY: all run test test-asan test-stress fuzz bench pgo install clean setup unit format
all: $(WICK)

# What is done is said in a word and a file; make V=1 shows the commands.
ifeq ($(V),1)
  say = @:
  Q :=
else
  say = @printf '  %-4s %s\n' $(1) $(2)
  Q := @
endif

$(WICK): $(OUT)/cli.stamp $(LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter $(OUT)/cli/%.o,$(OBJECTS)) $(LIBRARY) $(LDLIBS)

$(OUT)/cli.stamp: $(filter $(OUT)/cli/%.o,$(OBJECTS))
	@touch $@

$(LIBRARY): $(filter-out $(OUT)/cli/%.o,$(OBJECTS))
	$(call say,AR,$@)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(OUT)/vm/interp.o $(OUT)/vm/interp_watched.o: override CFLAGS += $(INTERP_FLAGS)
$(OUT)/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(STANDARD) $(CFLAGS) $(WARNINGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/unit/%_test: tests/unit/%_test.c $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(STANDARD) $(CFLAGS) $(WARNINGS) $(CPPFLAGS) -Itests/unit -MMD -MP -o $@ $< $(LIBRARY) $(LDLIBS)

# The scheduler's model and the driver that plays beside it, for a test and for fuzzing.
MODEL_OBJECTS := $(patsubst tests/unit/%.c,$(OUT)/model/%.o,$(filter-out %_test.c,$(wildcard tests/unit/sched_*.c)))
FUZZ_OBJECTS  := $(patsubst tests/fuzz/%.c,$(OUT)/fuzz/%.o,$(wildcard tests/fuzz/*.c))
$(OUT)/model/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(STANDARD) $(CFLAGS) $(WARNINGS) $(CPPFLAGS) -Itests/unit -MMD -MP -c -o $@ $<
$(OUT)/fuzz/%.o: tests/fuzz/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(STANDARD) $(CFLAGS) $(WARNINGS) $(CPPFLAGS) -Itests/unit -MMD -MP -c -o $@ $<

# Tests of more than one file: $(call linked_test,NAME,OBJECTS).
define linked_test
$(OUT)/unit/$(1): tests/unit/$(1).c $(2) $(LIBRARY)
	@mkdir -p $$(@D)
	$$(call say,CC,$$<)
	$(Q)$(CC) $(STANDARD) $(CFLAGS) $(WARNINGS) $(CPPFLAGS) -Itests/unit -MMD -MP -o $$@ $$< $(2) $(LIBRARY) $(LDLIBS)
endef
$(eval $(call linked_test,sched_model_test,$(MODEL_OBJECTS)))
$(eval $(call linked_test,sched_fuzz_test,$(OUT)/fuzz/sched_fuzz.o $(MODEL_OBJECTS)))
$(eval $(call linked_test,source_fuzz_test,$(OUT)/fuzz/source_fuzz.o))

# Not part of the tests: libFuzzer needs clang and its runtime (Debian: clang, libclang-rt-14-dev).
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/*_fuzz.c))
fuzz:
	@command -v clang >/dev/null || { echo "make fuzz needs clang, which is not installed (Debian: clang libclang-rt-14-dev)" >&2; exit 1; }
	@$(MAKE) --no-print-directory VARIANT=fuzz CC=clang $(FUZZERS)
	@tests/fuzz/make_corpus $(BUILD)/fuzz
	@echo "built; for example:  $(firstword $(FUZZERS)) -max_total_time=60 $(firstword $(FUZZERS))_corpus"

$(BUILD)/fuzz/%_fuzz: $(OUT)/fuzz/%_fuzz.o $(MODEL_OBJECTS) $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) -fsanitize=fuzzer -o $@ $< $(MODEL_OBJECTS) $(LIBRARY) $(LDLIBS)

unit: $(UNIT_TESTS)

setup:
	@tests/setup

run: setup
	@$(MAKE) --no-print-directory -j4 all
	@examples/demo/run $(WICK)

test: setup
	@$(MAKE) --no-print-directory -j4 all unit
	@tests/run $(WICK) $(OUT)/unit

test-asan: setup
	@$(MAKE) --no-print-directory -j4 VARIANT=asan all unit
	@UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=detect_stack_use_after_return=0 \
	  tests/run $(BUILD)/asan/wick $(BUILD)/asan/unit

test-stress: setup
	@$(MAKE) --no-print-directory -j4 VARIANT=debug all
	@WICK_GC_STRESS=1 TEST_SECONDS=60 SCRIPT_SECONDS=400 tests/run $(BUILD)/debug/wick

bench: setup
	@$(MAKE) --no-print-directory -j4 all
	@bench/run $(WICK)

# The same folder twice: what was counted lies beside the objects. Neither the values that variables had nor the order of
# first calls is counted, and of the files in UNSTEADY nothing: they measure time, ask what another thread has done, or
# look things up by address. So the same sources give the same bytes in any folder.
STEADY   := -fno-profile-values -fno-profile-reorder-functions
UNSTEADY := api/wick heap/pauses heap/ahead heap/warm sched/clock base/name base/strmap check/scope check/types vint/vint_lexer
pgo:
	@rm -rf $(BUILD)/pgo
	@$(MAKE) --no-print-directory -j4 BUILD=$(BUILD)/pgo CFLAGS='$(CFLAGS) -fprofile-generate $(STEADY)' all
	@bench/train $(BUILD)/pgo/wick
	@cd $(BUILD)/pgo && find . -name '*.[oa]' -delete && rm wick $(UNSTEADY:%=release/%.gcda)
	@$(MAKE) --no-print-directory -j4 BUILD=$(BUILD)/pgo \
	  CFLAGS='$(CFLAGS) -fprofile-use $(STEADY) -Wno-missing-profile -flto=auto -frandom-seed=$$< $(SAME)' all

install: all
	install -D $(WICK) $(DESTDIR)$(PREFIX)/bin/wick
	ln -sf wick $(DESTDIR)$(PREFIX)/bin/luma
	ln -sf wick $(DESTDIR)$(PREFIX)/bin/vint
	install -D -m 644 include/wick.h $(DESTDIR)$(PREFIX)/include/wick.h

format:
	clang-format -i src/*/*.c src/*/*.h include/*.h tests/unit/*.c tests/unit/*.h

clean:
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(UNIT_TESTS:=.d) $(MODEL_OBJECTS:.o=.d) $(FUZZ_OBJECTS:.o=.d)
