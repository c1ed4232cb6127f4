/* dup_plan.c - the options of --dup, checked. */
#include "dup_plan.h"

#include <stdlib.h>
#include <string.h>

#include "dup_image.h"

static int read_kinds(const char *list, unsigned *kinds, mm_err *e)
{
    static const struct { const char *name; unsigned kind; } known[] = {
        { "exact", DUP_EXACT }, { "text", DUP_TEXT }, { "image", DUP_IMAGE }, { "audio", DUP_AUDIO },
        { "all", DUP_EXACT | DUP_TEXT | DUP_IMAGE | DUP_AUDIO },
    };
    for (const char *p = list;; p++) {
        mm_str name = { p, strcspn(p, ",") };
        size_t i = 0, n = sizeof known / sizeof *known;
        while (i < n && !mm_str_eq(name, mm_str_of(known[i].name)))
            i++;
        if (i == n)
            return mm_fail(e, MM_EUSAGE, "--dup: '%.*s' is none of exact, text, image, audio, all", (int)name.n, name.p);
        *kinds |= known[i].kind;
        p += name.n;
        if (!*p)
            return 0;
    }
}

static int read_bands(const char *text, minhash *m, mm_err *e)
{
    const char *x = strchr(text, 'x');
    int64_t bands = 0, rows = 0;
    bool read = x && mm_json_int((mm_str){ text, (size_t)(x - text) }, &bands) == 0 &&
                mm_json_int(mm_str_of(x + 1), &rows) == 0;
    if (!read || bands < 1 || rows < 1 || bands > MINHASH_MAX || rows > MINHASH_MAX || bands * rows > MINHASH_MAX)
        return mm_fail(e, MM_EUSAGE, "--dup-bands %s: give BANDSxROWS, such as 14x8, together at most %d hashes", text,
                       MINHASH_MAX);
    minhash_init(m, (unsigned)bands, (unsigned)rows);
    return 0;
}

static int check_share(const char *option, double v, mm_err *e)
{
    if (v > 0 && v <= 1)
        return 0;
    return mm_fail(e, MM_EUSAGE, "%s %g: give a share above 0 and up to 1", option, v);
}

/* Not /tmp: on many machines that is memory. */
static const char *default_dir(void)
{
    const char *dir = getenv("TMPDIR");
    return dir && *dir ? dir : "/var/tmp";
}

int dup_plan_init(dup_plan *p, const dup_opts *o, mm_err *e)
{
    *p = (dup_plan){ .drop = o->drop, .jaccard = o->jaccard, .match = o->match, .hamming = (int)o->hamming,
                     .memory = (uint64_t)o->memory, .dir = o->dir ? o->dir : default_dir() };
    if (o->drop && !o->kinds)
        return mm_fail(e, MM_EUSAGE, "--dup-drop needs --dup, which says what duplicates to look for");
    if (o->kinds && read_kinds(o->kinds, &p->kinds, e) < 0)
        return -1;
    if (shingling_parse(mm_str_of(o->shingle ? o->shingle : DUP_SHINGLE), &p->shingles, e) < 0 || read_bands(o->bands ? o->bands : DUP_BANDS, &p->minhash, e) < 0)
        return -1;
    return check_share("--dup-jaccard", o->jaccard, e) < 0 ? -1 : check_share("--dup-match", o->match, e);
}

unsigned dup_plan_distance(const dup_plan *p, unsigned bits)
{
    return p->hamming >= 0 ? (unsigned)p->hamming : bits == IMAGE_BITS_MAX ? 31 : 7;
}
