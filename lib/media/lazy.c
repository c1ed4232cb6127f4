/* lazy.c - functions of shared libraries that are loaded late; linked into programs only.
 *
 * lazy.def, made by scripts/lazy from what the objects call, has LIBRARY("libavutil.so.57") and, behind it,
 * FUNCTION(av_malloc) for each. A function here is one jump: arguments stay where they are. */
#include "media/lazy.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((used)) static void missing(void)
{
    abort();
}

#if defined(__x86_64__)
#define JUMP(name) #name ": jmp *mm_lazy_" #name "(%rip)\n"
#elif defined(__aarch64__)
#define JUMP(name) #name ": adrp x16, mm_lazy_" #name "\n ldr x16, [x16, :lo12:mm_lazy_" #name "]\n br x16\n"
#endif

#define LIBRARY(file)
#define FUNCTION(name)                                                                     \
    __attribute__((used, visibility("hidden"))) void (*mm_lazy_##name)(void) = missing;    \
    __asm__(".text\n.globl " #name "\n.hidden " #name "\n.type " #name ", %function\n" JUMP(name));
#include "lazy.def"
#undef LIBRARY
#undef FUNCTION

#define LIBRARY(file) { file, NULL, NULL },
#define FUNCTION(name) { NULL, #name, &mm_lazy_##name },
static const struct {
    const char *library, *function;
    void (**slot)(void);
} table[] = {
#include "lazy.def"
};

void mm_lazy_load(void)
{
    static void *library;
    static bool loaded;
    if (loaded)
        return;
    loaded = true;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].library)
            library = dlopen(table[i].library, RTLD_LAZY | RTLD_GLOBAL);
        void *found = table[i].function && library ? dlsym(library, table[i].function) : NULL;
        if (found)
            *table[i].slot = (void (*)(void))found;
    }
}
