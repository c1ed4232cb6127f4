# fuzz.mk - build and run the libFuzzer targets in t/fuzz.

FUZZTIME ?= 20
FUZZERS  := $(patsubst t/fuzz/%.c,$(BUILD)/t/fuzz/%,$(wildcard t/fuzz/*.c))

fuzz:  ## run each fuzz target for FUZZTIME=20 seconds
	$(MAKE) fuzz-build
	for f in $(notdir $(FUZZERS)); do \
	    mkdir -p build/fuzz/corpus/$$f && \
	    build/fuzz/t/fuzz/$$f -max_total_time=$(FUZZTIME) -max_len=4096 -verbosity=0 -print_final_stats=1 \
	        -artifact_prefix=build/fuzz/$$f- build/fuzz/corpus/$$f $$(ls -d t/fuzz/corpus/$$f) || exit 1; \
	done

fuzz-build:
	$(MAKE) CC=clang BUILD=build/fuzz SANITIZE=1 OPT="-O1 -g" CFLAGS=-fsanitize=fuzzer-no-link fuzzers
.PHONY: fuzz-build fuzzers

fuzzers: $(FUZZERS)

$(BUILD)/t/fuzz/%: $(BUILD)/obj/t/fuzz/%.o $(BUILD)/libmm.a
	@mkdir -p $(@D)
	$(CC) -fsanitize=fuzzer $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# A target named after a tool links the tool's files but main.
define tool_fuzz_rules
$(BUILD)/t/fuzz/$(1)-%: $(BUILD)/obj/t/fuzz/$(1)-%.o $$(filter-out %/main.o,$$($(1)_OBJ)) $(BUILD)/libmm.a
	@mkdir -p $$(@D)
	$$(CC) -fsanitize=fuzzer $$(SANFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)
$(BUILD)/obj/t/fuzz/$(1)-%.o: CPPFLAGS += -Icmd/$(1)
endef
$(foreach t,$(TOOLS),$(eval $(call tool_fuzz_rules,$(t))))
