#include "account.h"

#include <stdlib.h>
#include <string.h>

enum { COMBINATIONS = 65536 };

int account_init(account *a, const tiers *t, mm_err *e)
{
    *a = (account){ .tiers = t };
    counts *all[] = { &a->table, &a->entity, &a->tier, &a->action, &a->modality, &a->lost, &a->shown };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        all[i]->most = COMBINATIONS;
    a->sources.most = ACCOUNT_SOURCES;
    a->by_source.most = COMBINATIONS;
    a->texts = mm_arena_new();
    a->example = calloc(ACCOUNT_EXAMPLES_ALL, sizeof *a->example);
    return a->texts && a->example ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

void account_free(account *a)
{
    counts *all[] = { &a->table, &a->entity, &a->tier, &a->action, &a->modality, &a->sources, &a->by_source, &a->lost, &a->shown };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        counts_free(all[i]);
    free(a->source_records);
    free(a->example);
    free(a->seen.v);
    mm_arena_free(a->texts);
    mm_buf_free(&a->key);
    mm_buf_free(&a->text);
}

/* ---- names that can be shown ---- */

/* Does a name of a file hold personal data itself? Then it must not stand in a report. */
static bool tells(account *a, mm_str name)
{
    a->seen.n = 0;
    for (size_t t = 0; t < a->tiers->n; t++) {
        const plan *p = &a->tiers->v[t].plan;
        subject s = { .p = name.p, .n = name.n };
        detect(&s, &p->on, &a->seen);
        for (size_t i = 0; i < a->seen.n; i++)
            if (a->seen.v[i].score >= p->rule[detector_index(a->seen.v[i].by)].threshold)
                return true;
    }
    return a->seen.failed || mm_simd()->utf8_check(name.p, name.n) != name.n;
}

static mm_str shown(account *a, mm_str name)
{
    return tells(a, name) ? MM_STR("(a name that holds personal data)") : name;
}

/* What was read to get the record: of "a.tar!x/y" the archive, of "t.csv#2" the table. */
static mm_str stem_of(mm_str src)
{
    const char *end = src.n ? memchr(src.p, '!', src.n) : NULL;
    if (end && end > src.p)
        return (mm_str){ src.p, (size_t)(end - src.p) };
    size_t i = src.n;
    while (i > 0 && is_digit(src.p[i - 1]))
        i--;
    return i > 1 && i < src.n && src.p[i - 1] == '#' ? (mm_str){ src.p, i - 1 } : src;
}

/* ---- counting ---- */

static void join(mm_buf *b, const mm_str *part, size_t n)
{
    b->n = 0;
    for (size_t i = 0; i < n; i++) {
        if (i)
            mm_buf_byte(b, '\x1f');
        mm_buf_str(b, part[i]);
    }
}

/* The place of the record's source, where it is counted as read; SIZE_MAX: with the others. */
static size_t enter_source(account *a, const mm_rec *r, const record_note *note)
{
    mm_str name = note && note->src.n ? stem_of(note->src) : mm_str_of(r->source && strcmp(r->source, "-") ? r->source : "standard input");
    size_t before = a->sources.by.n, at = counts_place(&a->sources, name);
    if (at == SIZE_MAX) {
        a->other_records++;
        return at;
    }
    if (at >= a->source_room) {
        size_t room = at + 64;
        uint64_t *more = realloc(a->source_records, room * sizeof *more);
        a->failed |= !more;
        if (!more)
            return SIZE_MAX;
        memset(more + a->source_room, 0, (room - a->source_room) * sizeof *more);
        a->source_records = more;
        a->source_room = room;
    }
    if (at == before)   /* new: kept under the name it is shown by */
        a->sources.name[at] = shown(a, a->sources.name[at]);
    a->source_records[at]++;
    return at;
}

typedef struct entry {
    mm_str entity, action, rule, field;
    int score;
    bool name, pending;
} entry;

static mm_str inside(mm_value v)
{
    return v.type == MM_JSON_STRING && v.raw.n >= 2 ? (mm_str){ v.raw.p + 1, v.raw.n - 2 } : MM_STR("");
}

static void read_entry(account *a, mm_value v, entry *f)
{
    double score = 0;
    *f = (entry){ 0 };
    mm_json_iter it = mm_json_each(v);
    while (mm_json_next(&it) == 1) {
        if (mm_str_eq(it.key, MM_STR("entity")))
            f->entity = inside(it.value);
        else if (mm_str_eq(it.key, MM_STR("action")))
            f->action = inside(it.value);
        else if (mm_str_eq(it.key, MM_STR("rule")))
            f->rule = inside(it.value);
        else if (mm_str_eq(it.key, MM_STR("field")) && it.value.type == MM_JSON_STRING)
            f->field = mm_json_text(it.value.raw, &a->text);
        else if (mm_str_eq(it.key, MM_STR("name")))
            f->name = it.value.type == MM_JSON_TRUE;
        else if (mm_str_eq(it.key, MM_STR("review")))
            f->pending = mm_str_eq(inside(it.value), MM_STR("pending"));
        else if (mm_str_eq(it.key, MM_STR("score")) && mm_json_double(it.value.raw, &score) == 0)
            f->score = (int)(score * 100 + 0.5);
    }
}

static mm_str keep(account *a, mm_str s)
{
    mm_str copy = mm_arena_copy(a->texts, s);
    a->failed |= !copy.p;
    return copy.p ? copy : MM_STR("");
}

/* The first few of each entity. */
static void take_example(account *a, const mm_rec *r, const entry *f)
{
    size_t at = counts_place(&a->shown, f->entity);
    if (a->examples == ACCOUNT_EXAMPLES_ALL || at == SIZE_MAX || a->shown.by.v[at].count == ACCOUNT_EXAMPLES)
        return;
    a->shown.by.v[at].count++;
    mm_str source = shown(a, mm_str_of(r->source ? r->source : "-"));
    a->key.n = 0;
    mm_buf_printf(&a->key, "%.*s:%llu", (int)source.n, source.p, (unsigned long long)r->position);
    a->example[a->examples++] = (example){ .entity = keep(a, f->entity), .at = keep(a, mm_buf_view(&a->key)), .field = keep(a, f->field),
                                           .rule = keep(a, f->rule), .action = keep(a, f->action), .name = f->name, .score = f->score };
}

static void count_finding(account *a, const mm_rec *r, const record_note *note, size_t source, const entry *f)
{
    mm_str of_tier = mm_str_of(note->tier->name ? note->tier->name : "");
    join(&a->key, (mm_str[]){ of_tier, f->entity, f->action, note->modality }, 4);
    counts_add(&a->table, mm_buf_view(&a->key), 1);
    counts_add(&a->entity, f->entity, 1);
    counts_add(&a->action, f->action, 1);
    counts_add(&a->modality, note->modality, 1);
    if (of_tier.n)
        counts_add(&a->tier, of_tier, 1);
    a->found++;
    a->pending += f->pending;
    if (source == SIZE_MAX) {
        a->other_findings++;
    } else {
        a->sources.by.v[source].count++;
        a->key.n = 0;
        mm_buf_printf(&a->key, "%zu\x1f%.*s", source, (int)f->entity.n, f->entity.p);
        counts_add(&a->by_source, mm_buf_view(&a->key), 1);
    }
    take_example(a, r, f);
}

/* Once for each payload that lost something of a class. */
static void count_lost(account *a, mm_str lost)
{
    if (!lost.n)
        return;
    mm_json_iter it = mm_json_each((mm_value){ .type = MM_JSON_ARRAY, .raw = lost });
    while (mm_json_next(&it) == 1) {
        mm_json_iter member = mm_json_each(it.value);
        while (mm_json_next(&member) == 1) {
            mm_json_iter kind = mm_json_each(member.value);
            while (mm_str_eq(member.key, MM_STR("removed")) && mm_json_next(&kind) == 1)
                counts_add(&a->lost, inside(kind.value), 1);
        }
    }
}

int account_record(account *a, const mm_rec *r, mm_err *e)
{
    const record_note *note = r->extra;
    size_t source = enter_source(a, r, note);
    uint64_t before = a->found;
    if (note && note->findings.n) {
        a->text.n = 0;
        mm_json_iter it = mm_json_each((mm_value){ .type = MM_JSON_ARRAY, .raw = note->findings });
        while (mm_json_next(&it) == 1) {
            entry f;
            read_entry(a, it.value, &f);
            count_finding(a, r, note, source, &f);
        }
    }
    if (note)
        count_lost(a, note->lost);
    a->records += a->found > before;
    const counts *all[] = { &a->table, &a->entity, &a->tier, &a->action, &a->modality, &a->sources, &a->by_source, &a->lost, &a->shown };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        a->failed |= all[i]->failed;
    return a->failed || a->key.failed || a->text.failed || a->seen.failed ? mm_fail(e, MM_ESYS, "counting for the report: out of memory") : 0;
}
