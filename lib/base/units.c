/* units.c - sizes and durations as people write them. */
#include "base/opt.h"

#include <string.h>

/* A decimal with an optional fraction, scaled by 10^9, and where it ended; -1 when there is none or
 * it is too big. */
static int number(mm_str s, int64_t *whole, int64_t *nano, size_t *end)
{
    size_t i = 0;
    *whole = *nano = 0;
    for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
        if (__builtin_mul_overflow(*whole, 10, whole) ||
            __builtin_add_overflow(*whole, s.p[i] - '0', whole))
            return -1;
    if (i == 0) return -1;
    if (i + 1 < s.n && s.p[i] == '.' && s.p[i + 1] >= '0' && s.p[i + 1] <= '9') {
        int64_t place = 100000000;
        for (i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++, place /= 10)
            *nano += (s.p[i] - '0') * place;
    }
    *end = i;
    return 0;
}

typedef struct unit {
    const char *name;
    int64_t factor;
} unit;

static int scaled(mm_str text, const unit *units, int64_t *out)
{
    int64_t whole, nano;
    size_t end;
    if (number(text, &whole, &nano, &end) < 0) return -1;
    mm_str name = { text.p + end, text.n - end };
    for (; units->name; units++) {
        if (!mm_str_eq(name, mm_str_of(units->name))) continue;
        if (units->factor == 1 && nano) return -1;
        int64_t part = (int64_t)((__int128)nano * units->factor / 1000000000);
        return __builtin_mul_overflow(whole, units->factor, &whole) ||
               __builtin_add_overflow(whole, part, out) ? -1 : 0;
    }
    return -1;
}

int mm_parse_size(mm_str text, int64_t *bytes)
{
    static const unit units[] = {
        { "", 1 }, { "B", 1 },
        { "K", 1LL << 10 }, { "k", 1LL << 10 }, { "KiB", 1LL << 10 }, { "kB", 1000 }, { "KB", 1000 },
        { "M", 1LL << 20 }, { "MiB", 1LL << 20 }, { "MB", 1000000 },
        { "G", 1LL << 30 }, { "GiB", 1LL << 30 }, { "GB", 1000000000 },
        { "T", 1LL << 40 }, { "TiB", 1LL << 40 }, { "TB", 1000000000000 },
        { NULL, 0 },
    };
    return scaled(text, units, bytes);
}

int mm_parse_duration(mm_str text, int64_t *ns)
{
    static const unit units[] = {
        { "ns", 1 }, { "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 },
        { "m", 60000000000 }, { "min", 60000000000 }, { "h", 3600000000000 }, { "d", 86400000000000 },
        { NULL, 0 },
    };
    return scaled(text, units, ns);
}
