# mmtools: one Makefile for everything. `make help` lists the targets.
#
# New files under lib/*/, cmd/mm-*/ and t/unit/ are found by themselves. What a build
# leaves out is named in WITHOUT, e.g. `make WITHOUT="media charset"`.

VERSION := $(shell sed -n 's/^\#define MM_VERSION "\(.*\)"/\1/p' lib/mm.h)
PREFIX  ?= /usr/local
BUILD   ?= build
WITHOUT ?=
CC      ?= cc
OPT     ?= -O2 -g
WARN     = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wno-unused-parameter \
           -Wno-missing-field-initializers -Wvla
ARCH    := $(shell $(CC) -dumpmachine | sed 's/-.*//')

# ---- libraries: the first line is required, each further one can be left out ----
NEED := jansson libarchive libzstd libmagic libxxhash yaml-0.1 zlib
feature = $(if $(filter $(1),$(WITHOUT)),,$(shell pkg-config --exists $(2) 2>/dev/null && echo $(2)))
MEDIA   := $(call feature,media,libavformat libavcodec libavutil libswscale libswresample)
JAIL    := $(call feature,jail,libseccomp)
CHARSET := $(call feature,charset,uchardet)
CRYPTO  := $(call feature,crypto,libcrypto)
LOUDNESS := $(call feature,loudness,libebur128)
FINGERPRINT := $(call feature,fingerprint,libchromaprint)
REGEX   := $(call feature,regex,libpcre2-8)
HYPERSCAN := $(if $(REGEX),$(call feature,hyperscan,libhs))
OCR     := $(if $(MEDIA),$(call feature,ocr,tesseract lept))
BARCODE := $(call feature,barcode,zbar)
PAINT   := $(call feature,paint,libjpeg libpng libtiff-4 libwebp libwebpdemux libgif)
ASR     := $(if $(MEDIA),$(call feature,asr,pocketsphinx sphinxbase))
PKGS    := $(NEED) $(MEDIA) $(JAIL) $(CHARSET) $(CRYPTO) $(REGEX) $(HYPERSCAN) $(LOUDNESS) $(FINGERPRINT) $(OCR) $(BARCODE) $(PAINT) $(ASR)
HAVE    := $(if $(MEDIA),-DMM_HAVE_MEDIA) $(if $(JAIL),-DMM_HAVE_SECCOMP) \
           $(if $(CHARSET),-DMM_HAVE_UCHARDET) $(if $(CRYPTO),-DMM_HAVE_CRYPTO) \
           $(if $(REGEX),-DMM_HAVE_PCRE2) $(if $(HYPERSCAN),-DMM_HAVE_HYPERSCAN) \
           $(if $(LOUDNESS),-DMM_HAVE_EBUR128) $(if $(FINGERPRINT),-DMM_HAVE_CHROMAPRINT) \
           $(if $(OCR),-DMM_HAVE_OCR) $(if $(BARCODE),-DMM_HAVE_ZBAR) $(if $(PAINT),-DMM_HAVE_PAINT) \
           $(if $(ASR),-DMM_HAVE_ASR)

# Loaded when something is to be decoded, and not with the program: LAZY= links them as others are.
LAZY    ?= $(if $(filter x86_64 aarch64,$(ARCH)),$(MEDIA) $(LOUDNESS) $(FINGERPRINT) $(OCR) $(BARCODE) $(ASR))

comma := ,
SANFLAGS := $(if $(SANITIZE),-fsanitize=address$(comma)undefined$(comma)float-cast-overflow -fno-sanitize-recover=undefined$(comma)float-cast-overflow -fno-omit-frame-pointer)
CPPFLAGS += -D_GNU_SOURCE -Ilib $(HAVE) $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
ALL_CFLAGS = -std=gnu11 $(OPT) $(WARN) -fPIC -fvisibility=hidden -pthread $(SANFLAGS) $(CPPFLAGS) $(CFLAGS)
LDLIBS  += -Wl,--as-needed $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm -pthread
TOOL_LIBS := -Wl,--as-needed $(shell pkg-config --libs $(filter-out $(LAZY),$(PKGS)) 2>/dev/null) -lm -pthread

# ---- what there is ----
LIB_SRC  := $(filter-out lib/media/lazy.c lib/simd/avx2.c lib/simd/avx512.c lib/simd/neon.c,$(wildcard lib/*/*.c))
ifeq ($(ARCH),x86_64)
LIB_SRC  += $(wildcard lib/simd/avx2.c lib/simd/avx512.c)
endif
ifeq ($(ARCH),aarch64)
LIB_SRC  += $(wildcard lib/simd/neon.c)
endif
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
SO_OBJ   := $(filter-out $(BUILD)/obj/lib/run/jail%,$(foreach d,base simd json record run,$(filter $(BUILD)/obj/lib/$(d)/%,$(LIB_OBJ))))
TOOLS    := $(notdir $(patsubst %/,%,$(wildcard cmd/mm-*/)))
BINS     := $(patsubst cmd/%/main.c,$(BUILD)/bin/%,$(wildcard cmd/mm-*/main.c))
UNITS    := $(patsubst t/unit/%.c,$(BUILD)/t/unit/%.t,$(wildcard t/unit/*.c))
MAN      := $(wildcard man/*.[157])
POLICIES := $(wildcard policies/*.yaml)
READY    := $(BUILD)/share/mmtools/policies

all: $(BINS) lib $(POLICIES:policies/%=$(READY)/%)  ## build programs and libraries into build/
lib: $(BUILD)/libmm.a $(BUILD)/libmm.so
.PHONY: all lib check check-run unit bench asan demo install clean help setup fuzz

$(BUILD)/obj/lib/simd/avx2.o:   SIMD := -mavx2 -mbmi -mbmi2 -mlzcnt -mpopcnt -mpclmul
$(BUILD)/obj/lib/simd/avx512.o: SIMD := -mavx512f -mavx512bw -mavx512vl -mavx512vbmi -mavx512vbmi2 -mavx512dq -mbmi -mbmi2 -mlzcnt -mpopcnt -mpclmul
$(BUILD)/obj/lib/simd/%.o:      OPT += -O3

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(SIMD) -MMD -MP -c $< -o $@

# Rebuild all when the flags change.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D); echo '$(CC) $(ALL_CFLAGS) $(LDLIBS)' | cmp -s - $@ || echo '$(CC) $(ALL_CFLAGS) $(LDLIBS)' >$@
FORCE:

$(BUILD)/libmm.a: $(LIB_OBJ)
	@mkdir -p $(@D)
	rm -f $@; $(AR) rcs $@ $^

$(BUILD)/libmm.so: $(SO_OBJ) lib/libmm.map
	$(CC) -shared $(SANFLAGS) -Wl,-soname,libmm.so.0 -Wl,--version-script,lib/libmm.map -o $@ $(SO_OBJ) $(LDLIBS)
	ln -sf libmm.so $(BUILD)/libmm.so.0

# Where programs look for them, as when they are installed.
$(READY)/%.yaml: policies/%.yaml
	@mkdir -p $(@D)
	cp $< $@

# What stands for the libraries in LAZY.
$(BUILD)/lazy.scan: $(BUILD)/libmm.a scripts/lazy $(BUILD)/flags $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard cmd/mm-*/*.c))
	@CC='$(CC)' scripts/lazy "$(if $(LAZY),$(filter-out $(shell pkg-config --libs $(NEED) $(CRYPTO) $(REGEX) $(JAIL) 2>/dev/null),$(shell pkg-config --libs $(LAZY) 2>/dev/null)))" $(filter %.a %.o,$^) >$@
	@cmp -s $@ $(BUILD)/lazy.def || cp $@ $(BUILD)/lazy.def
$(BUILD)/lazy.def: $(BUILD)/lazy.scan
	@:
$(BUILD)/lazy.o: lib/media/lazy.c lib/media/lazy.h $(BUILD)/lazy.def
	$(CC) $(ALL_CFLAGS) -I$(BUILD) -c $< -o $@

define tool_rules
$(1)_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard cmd/$(1)/*.c))
$(BUILD)/bin/$(1): $$($(1)_OBJ) $(if $(LAZY),$(BUILD)/lazy.o) $(BUILD)/libmm.a
	@mkdir -p $$(@D)
	$(CC) $(SANFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(TOOL_LIBS)
$(BUILD)/t/unit/$(1)-%.t: $(BUILD)/obj/t/unit/$(1)-%.o $$(filter-out %/main.o,$$($(1)_OBJ)) $(BUILD)/libmm.a
	@mkdir -p $$(@D)
	$(CC) $(SANFLAGS) $$(LDFLAGS) -o $$@ $$^ -lcmocka $$(LDLIBS)
$(BUILD)/obj/t/unit/$(1)-%.o: CPPFLAGS += -Icmd/$(1)
endef
$(foreach t,$(TOOLS),$(eval $(call tool_rules,$(t))))

# A unit test named after a tool (t/unit/mm-redact-card.c) links the tool's files but main.
$(BUILD)/t/unit/%.t: $(BUILD)/obj/t/unit/%.o $(BUILD)/libmm.a
	@mkdir -p $(@D)
	$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS)

-include $(wildcard t/*.mk)

unit: $(UNITS)  ## build the C unit tests

setup:  ## install what building, demo and tests need (apt; sudo when not root)
	scripts/setup all

check:  ## set up this machine, build, and run every test
	scripts/setup all
	$(MAKE) all unit check-run

TESTS ?= $(wildcard t/[0-9]*.t) $(UNITS)
check-run: all unit $(EXTRA_UNITS)
	MM_BUILD=$(abspath $(BUILD)) prove --failures $(PROVEFLAGS) -j2 --exec t/run $(TESTS) $(EXTRA_UNITS)

asan:  ## run every test under the address, undefined and leak sanitizers
	$(MAKE) BUILD=build/asan SANITIZE=1 OPT="-O1 -g" check-run

bench: all  ## measure ours beside the peers (ONLY=select|redact|ingest|probe|bias)
	scripts/bench/run $(ONLY)

demo:  ## the main job on a sample made here, or on DATA=/some/folder
	scripts/setup all
	$(MAKE) all
	scripts/demo $(if $(DATA),"$(DATA)")

install: all  ## install to $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include
	install -m 755 $(BINS) $(DESTDIR)$(PREFIX)/bin
	install -m 644 lib/mm.h $(DESTDIR)$(PREFIX)/include
	install -m 644 $(BUILD)/libmm.a $(DESTDIR)$(PREFIX)/lib
	install -m 755 $(BUILD)/libmm.so $(DESTDIR)$(PREFIX)/lib/libmm.so.$(VERSION)
	ln -sf libmm.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/libmm.so.0
	ln -sf libmm.so.0 $(DESTDIR)$(PREFIX)/lib/libmm.so
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' lib/libmm.pc.in >$(DESTDIR)$(PREFIX)/lib/pkgconfig/libmm.pc
	for m in $(MAN); do s=$${m##*.}; install -D -m 644 $$m $(DESTDIR)$(PREFIX)/share/man/man$$s/$${m##*/}; done
	install -d $(DESTDIR)$(PREFIX)/share/mmtools/policies
	install -m 644 $(POLICIES) $(DESTDIR)$(PREFIX)/share/mmtools/policies
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	for b in $(BINS); do $$b --completion bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/$${b##*/}; done

clean:  ## remove everything made
	rm -rf build

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*##  *\(.*\)/  make \1\t\2/p' Makefile $(wildcard t/*.mk) | expand -t 18

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
