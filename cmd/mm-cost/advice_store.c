/* advice_store.c - where what is kept should lie, and how hard to compress it. */
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zstd.h>

#include "advice_store.h"
#include "price/when.h"

enum { DAY = 86400, CLASSES = 4 };
static const int class_from[CLASSES + 1] = { 30, 90, 180, 365, STORE_DAYS };   /* days that nothing was read */
static const double days_a_month = 730.0 / 24, gib = 1 << 30;

/* ---- an inventory ---- */

static const char *const words[STORE_COLUMNS][4] = { { "bytes", "size", "Size" }, { "accessed", "last_access", "LastAccessed" },
                                                     { "tier", "storage_class", "StorageClass" } };

bool store_columns(const mm_str *name, size_t n, size_t column[STORE_COLUMNS])
{
    for (int k = 0; k < STORE_COLUMNS; k++) {
        column[k] = SIZE_MAX;
        for (size_t i = 0; i < n; i++)
            for (int w = 0; words[k][w]; w++)
                if (mm_str_eq(name[i], mm_str_of(words[k][w])))
                    column[k] = i;
        if (column[k] == SIZE_MAX)
            return false;
    }
    return true;
}

static store_tier *tier_named(store *s, mm_str name)
{
    for (size_t i = 0; i < s->n; i++)
        if (mm_str_eq(mm_str_of(s->tier[i].name), name))
            return &s->tier[i];
    if (s->n == STORE_TIERS || name.n >= sizeof s->tier->name)
        return NULL;
    store_tier *t = &s->tier[s->n];
    if (!(t->bytes = calloc(STORE_DAYS, sizeof *t->bytes))) {
        s->failed = true;
        return NULL;
    }
    memcpy(t->name, name.p, name.n);
    s->n++;
    return t;
}

const char *store_row(store *s, mm_str bytes, mm_str accessed, mm_str tier)
{
    mm_money size;
    int64_t when;
    if (mm_money_read(bytes, &size) || size < 0 || size % MM_MONEY_ONE)
        return "no number of bytes";
    if (!mm_when_read(accessed, &when) || when < 0 || when / DAY >= STORE_DAYS)
        return "no time such as 2024-09-18T22:00:00Z";
    store_tier *t = tier_named(s, tier);
    if (!t)
        return "one tier more than can be told apart";
    t->bytes[when / DAY] += (uint64_t)(size / MM_MONEY_ONE);
    t->objects++;
    return NULL;
}

void store_merge(store *into, const store *from)
{
    into->failed |= from->failed;
    for (size_t i = 0; i < from->n; i++) {
        store_tier *t = tier_named(into, mm_str_of(from->tier[i].name));
        for (size_t d = 0; t && d < STORE_DAYS; d++)
            t->bytes[d] += from->tier[i].bytes[d];
        if (t)
            t->objects += from->tier[i].objects;
        into->failed |= !t;
    }
}

void store_free(store *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->tier[i].bytes);
    s->n = 0;
}

static bool holds(const advisor *x, const mm_rate *r, int64_t time)
{
    const char *region = x->o->like->region;
    return time >= r->of.from && time < r->of.until &&
           (strcmp(region, "any") == 0 || strcmp(r->of.region, "any") == 0 || strcmp(r->of.region, region) == 0);
}

/* What a GiB costs for a month, and what is read of it so often. */
static double kept(const mm_rate *r, double reads)
{
    return mm_money_near(r->price[MM_PRICE_GIB_MONTH]) + reads * mm_money_near(r->price[MM_PRICE_GIB_READ]);
}

static const mm_rate *cheapest(const advisor *x, double reads, int64_t time)
{
    size_t n;
    const mm_rate *r = mm_book_rates(x->o->like->book, MM_PRICED_STORAGE, &n), *best = NULL;
    for (size_t i = 0; i < n; i++)
        if (holds(x, &r[i], time) && (!best || kept(&r[i], reads) < kept(best, reads)))
            best = &r[i];
    return best;
}

static const mm_rate *price_of(const advisor *x, const char *tier, int64_t time)
{
    size_t n;
    const mm_rate *r = mm_book_rates(x->o->like->book, MM_PRICED_STORAGE, &n);
    for (size_t i = 0; i < n; i++)
        if (holds(x, &r[i], time) && fnmatch(r[i].of.name, tier, 0) == 0)
            return &r[i];
    return NULL;
}

static void put_move(advisor *x, const store_tier *t, const mm_rate *now, const mm_rate *to, int days, double amount, double saving)
{
    double month = mm_money_near(now->price[MM_PRICE_GIB_MONTH]) - mm_money_near(to->price[MM_PRICE_GIB_MONTH]);
    double read = mm_money_near(to->price[MM_PRICE_GIB_READ]) - mm_money_near(now->price[MM_PRICE_GIB_READ]);
    advice *a = advice_add(&x->list, "tier", saving, "month");
    mm_buf_printf(&a->about, "%.2f GiB of %s that nobody read for %d days or more: to %s", amount, t->name, days, to->of.name);
    if (read > 0)
        mm_buf_printf(&a->risk, "reading it back costs %.4g %s a GiB more: it pays while less than %.0f%% of it is read in a month; ", read, x->currency,
                      100 * month / read);
    mm_buf_printf(&a->risk, "a read may take hours there; the rule goes by days since writing, and moving costs %.2f %s once",
                  amount * mm_money_near(to->price[MM_PRICE_GIB_WRITTEN]), x->currency);
    mm_buf_printf(&a->how, "aws s3api put-bucket-lifecycle-configuration --bucket BUCKET --lifecycle-configuration '{\"Rules\":[{\"ID\":\"%s-%d\","
                  "\"Status\":\"Enabled\",\"Filter\":{},\"Transitions\":[{\"Days\":%d,\"StorageClass\":\"%s\"}]}]}'", to->of.name, days, days,
                  to->of.name);
    mm_buf_str(&a->set, MM_STR("\"from\":"));
    mm_json_put(&a->set, mm_str_of(t->name));
    mm_buf_str(&a->set, MM_STR(",\"tier\":"));
    mm_json_put(&a->set, mm_str_of(to->of.name));
    mm_buf_printf(&a->set, ",\"days\":%d,\"gib\":%.3f", days, amount);
}

/* What has not been read for a days was read at most once in a days: so often it is taken to be read on. */
static void advise_tier(advisor *x, const store_tier *t, int64_t today)
{
    const mm_rate *now = price_of(x, t->name, today * DAY), *to = NULL;
    double amount = 0, saving = 0;
    int days = 0;
    if (!now) {
        mm_app_note(x->app, "the price book has no price of tier %s", t->name);
        return;
    }
    for (int c = 0; c <= CLASSES; c++) {
        uint64_t bytes = 0;
        double reads = c < CLASSES ? days_a_month / class_from[c] : 0;
        for (int64_t d = 0; c < CLASSES && d <= today - class_from[c]; d++)
            bytes += d > today - class_from[c + 1] ? t->bytes[d] : 0;
        const mm_rate *best = c < CLASSES ? cheapest(x, reads, today * DAY) : NULL;
        if (best && kept(best, reads) >= kept(now, reads))
            best = now;
        if (best != to) {
            if (to && to != now && saving > 0)
                put_move(x, t, now, to, days, amount, saving);
            to = best;
            amount = saving = 0;
            days = c < CLASSES ? class_from[c] : 0;
        }
        if (best) {
            amount += (double)bytes / gib;
            saving += (double)bytes / gib * (kept(now, reads) - kept(best, reads));
        }
    }
}

int store_advise(advisor *x, const store *s, mm_err *e)
{
    int64_t today = 0;
    if (!x->o->like->book)
        return mm_fail(e, MM_EUSAGE, "an inventory is priced by a price book; name one with --book");
    for (size_t i = 0; i < s->n; i++)
        for (int64_t d = 0; d < STORE_DAYS; d++)
            today = s->tier[i].bytes[d] && d > today ? d : today;
    for (size_t i = 0; i < s->n; i++)
        advise_tier(x, &s->tier[i], today);
    return s->failed ? mm_fail(e, MM_ESYS, "out of memory, or more than %d tiers", STORE_TIERS) : 0;
}

/* ---- compression ---- */

static const char *const level_words[LEVEL_COLUMNS] = { "level", "bytes_in", "bytes_out", "cpu_s" };

bool level_columns(const mm_str *name, size_t n, size_t column[LEVEL_COLUMNS])
{
    for (int k = 0; k < LEVEL_COLUMNS; k++) {
        column[k] = SIZE_MAX;
        for (size_t i = 0; i < n; i++)
            if (mm_str_eq(name[i], mm_str_of(level_words[k])))
                column[k] = i;
        if (column[k] == SIZE_MAX)
            return false;
    }
    return true;
}

const char *levels_row(levels *l, const mm_str v[LEVEL_COLUMNS])
{
    double d[LEVEL_COLUMNS];
    size_t i = 0;
    for (int k = 0; k < LEVEL_COLUMNS; k++)
        if (mm_json_double(v[k], &d[k]) < 0 || d[k] < 0)
            return "no number of 0 or more";
    while (i < l->n && l->of[i].level != (int)d[0])
        i++;
    if (i == LEVELS || d[1] <= 0)
        return i == LEVELS ? "one level more than can be told apart" : "nothing was compressed";
    l->n += i == l->n;
    l->of[i].level = (int)d[0];
    l->of[i].in += d[1];
    l->of[i].out += d[2];
    l->of[i].cpu += d[3];
    return NULL;
}

void levels_merge(levels *into, const levels *from)
{
    for (size_t k = 0; k < from->n; k++) {
        size_t i = 0;
        while (i < into->n && into->of[i].level != from->of[k].level)
            i++;
        if (i == LEVELS)
            return;
        into->n += i == into->n;
        into->of[i].level = from->of[k].level;
        into->of[i].in += from->of[k].in;
        into->of[i].out += from->of[k].out;
        into->of[i].cpu += from->of[k].cpu;
    }
}

/* A TiB, compressed and then kept. */
static double level_cost(const advisor *x, const level *l, double cpu_hour, double gib_month)
{
    return 1024 * gib * l->cpu / l->in * cpu_hour / 3600 + 1024 * l->out / l->in * gib_month * x->o->months;
}

int levels_advise(advisor *x, const levels *l, mm_err *e)
{
    enum { USUAL = 3 };
    const spend *like = x->o->like;
    size_t n;
    if (!like->book)
        return mm_fail(e, MM_EUSAGE, "compression is priced by a price book; name one with --book");
    const mm_rate *storage = mm_book_rates(like->book, MM_PRICED_STORAGE, &n), *machine = mm_book_rates(like->book, MM_PRICED_MACHINES, &n);
    if (!storage || !machine)
        return mm_fail(e, MM_EUSAGE, "the price book has no machines or no storage, and compression is a trade between both");
    double cpu_hour = mm_money_near(machine->price[MM_PRICE_CPU_HOUR]), gib_month = mm_money_near(storage->price[MM_PRICE_GIB_MONTH]);
    const level *now = &l->of[0], *best = &l->of[0];
    for (size_t i = 0; i < l->n; i++) {
        now = l->of[i].level == USUAL ? &l->of[i] : now;
        best = level_cost(x, &l->of[i], cpu_hour, gib_month) < level_cost(x, best, cpu_hour, gib_month) ? &l->of[i] : best;
    }
    if (!l->n || best->level == now->level)
        return 0;
    advice *a = advice_add(&x->list, "compression", level_cost(x, now, cpu_hour, gib_month) - level_cost(x, best, cpu_hour, gib_month), "TiB");
    mm_buf_printf(&a->about, "level %d in place of %d: %.1f%% of the size in place of %.1f%%, for %.4g in place of %.4g processor hours a TiB, kept for %.4g months",
                  best->level, now->level, 100 * best->out / best->in, 100 * now->out / now->in, 1024 * gib * best->cpu / best->in / 3600,
                  1024 * gib * now->cpu / now->in / 3600, x->o->months);
    mm_buf_str(&a->risk, MM_STR("measured on a sample: other data compresses otherwise; what is deleted earlier saves less"));
    mm_buf_printf(&a->how, "-Z %d", best->level);
    mm_buf_printf(&a->set, "\"zstd\":%d", best->level);
    return 0;
}

static double processor_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int advise_measured(advisor *x, const char *file, mm_err *e)
{
    enum { SAMPLE = 16 << 20 };
    static const int tried[] = { 1, 3, 6, 9, 12, 15, 19 };
    mm_buf text = { 0 };
    mm_bytes in;
    levels l = { 0 };
    if (mm_bytes_open(&in, file, &x->app->bytes_read, e) < 0)
        return -1;
    int rc = 0;
    char *p = mm_buf_room(&text, SAMPLE);
    for (ssize_t got = 1; p && got > 0 && text.n < SAMPLE; text.n += got > 0 ? (size_t)got : 0)
        if ((got = mm_bytes_read(&in, p + text.n, SAMPLE - text.n, e)) < 0)
            rc = -1;
    char *packed = malloc(ZSTD_compressBound(text.n));
    for (size_t i = 0; rc == 0 && p && packed && text.n && i < sizeof tried / sizeof *tried && !mm_app_stopped(); i++) {
        double began = processor_time();
        size_t n = ZSTD_compress(packed, ZSTD_compressBound(text.n), text.p, text.n, tried[i]);
        if (!ZSTD_isError(n))
            l.of[l.n++] = (level){ tried[i], (double)text.n, (double)n, processor_time() - began };
    }
    rc = rc < 0 ? rc : !p || !packed ? mm_fail(e, MM_ESYS, "out of memory") : levels_advise(x, &l, e);
    free(packed);
    mm_buf_free(&text);
    mm_bytes_close(&in);
    return rc;
}
