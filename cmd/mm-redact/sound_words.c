#include "sound_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/member.h"
#include "spoken.h"

enum { MAX_WORDS = 1 << 20 };

typedef struct timed {
    double from_s, to_s;
    mm_str raw;     /* the element: [from,to,"word",...] */
    mm_str tail;    /* what follows the word in it, the bracket included */
    mm_str times;   /* what comes before the word */
} timed;

struct sound_words {
    mm_path *transcript;
    bool has;
    mm_value text_value, words_value;   /* in the header */
    mm_buf text, scratch, json, instead;
    timed *v;
    spoken_word *place;
    size_t n, room;
    spoken spoken;
    mm_span *span;
    size_t n_spans, spans_room;
    double heard_s;
    finding *kept;
    size_t n_kept, kept_room;
};

sound_words *sound_words_new(mm_err *e)
{
    sound_words *s = calloc(1, sizeof *s);
    if (!s) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    s->transcript = mm_path_new(MM_STR(SOUND_TRANSCRIPT), e);
    if (s->transcript)
        return s;
    sound_words_free(s);
    return NULL;
}

void sound_words_free(sound_words *s)
{
    if (!s)
        return;
    mm_path_free(s->transcript);
    mm_buf *all[] = { &s->text, &s->scratch, &s->json, &s->instead };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mm_buf_free(all[i]);
    spoken_free(&s->spoken);
    free(s->v);
    free(s->place);
    free(s->span);
    free(s->kept);
    free(s);
}

size_t sound_words_spans(const sound_words *s, const mm_span **span)
{
    *span = s->span;
    return s->n_spans;
}

double sound_words_heard(const sound_words *s)
{
    return s->heard_s;
}

/* ---- reading ---------------------------------------------------------------- */

static int add_word(sound_words *s, const timed *w, mm_str text, mm_err *e)
{
    if (s->n == s->room) {
        size_t room = s->room ? 2 * s->room : 256;
        timed *v = realloc(s->v, room * sizeof *v);
        if (v)
            s->v = v;
        spoken_word *place = realloc(s->place, room * sizeof *place);
        if (place)
            s->place = place;
        if (!v || !place)
            return mm_fail(e, MM_ESYS, "out of memory");
        s->room = room;
    }
    if (s->n)
        mm_buf_byte(&s->text, ' ');
    s->place[s->n].from = (uint32_t)s->text.n;
    mm_buf_str(&s->text, text);
    s->place[s->n].to = (uint32_t)s->text.n;
    s->v[s->n++] = *w;
    return s->text.failed || s->text.n > INT32_MAX ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

static int bad_word(mm_err *e, size_t i)
{
    return mm_fail(e, MM_EBAD, SOUND_TRANSCRIPT ".words[%zu] is no [from, to, \"word\"]", i);
}

static int read_word(sound_words *s, mm_value v, size_t index, mm_err *e)
{
    mm_value part[3];
    size_t n = 0;
    timed w = { .raw = v.raw };
    if (v.type != MM_JSON_ARRAY)
        return bad_word(e, index);
    mm_json_iter it = mm_json_each(v);
    while (n < 3 && mm_json_next(&it) == 1)
        part[n++] = it.value;
    if (n < 3 || part[2].type != MM_JSON_STRING || mm_json_double(part[0].raw, &w.from_s) < 0 ||
        mm_json_double(part[1].raw, &w.to_s) < 0 || !(w.from_s >= 0 && w.to_s >= w.from_s))
        return bad_word(e, index);
    while (mm_json_next(&it) == 1)   /* how sure it was; a text there would be one that nobody looks at */
        if (it.value.type != MM_JSON_NUMBER && it.value.type != MM_JSON_NULL)
            return bad_word(e, index);
    w.times = (mm_str){ v.raw.p, (size_t)(part[2].raw.p - v.raw.p) };
    w.tail = (mm_str){ part[2].raw.p + part[2].raw.n, v.raw.n - w.times.n - part[2].raw.n };
    return add_word(s, &w, mm_json_text(part[2].raw, &s->scratch), e);
}

static int read_words(sound_words *s, mm_value list, mm_err *e)
{
    mm_json_iter it = mm_json_each(list);
    s->n = s->text.n = 0;
    if (list.type != MM_JSON_ARRAY)
        return mm_fail(e, MM_EBAD, SOUND_TRANSCRIPT ".words is no array");
    while (mm_json_next(&it) == 1)
        if (it.index >= MAX_WORDS || read_word(s, it.value, it.index, e) < 0)
            return it.index >= MAX_WORDS ? mm_fail(e, MM_EBAD, SOUND_TRANSCRIPT " has more than %d words", MAX_WORDS) : -1;
    return 0;
}

static mm_value member(mm_value of, const char *name)
{
    mm_json_iter it = mm_json_each(of);
    while (mm_json_next(&it) == 1)
        if (mm_key_is(it.key, name))
            return it.value;
    return (mm_value){ .type = MM_JSON_NULL };
}

/* ---- finding ---------------------------------------------------------------- */

static size_t word_at(const sound_words *s, size_t byte)
{
    size_t low = 0, high = s->n - 1;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (s->place[mid].to <= byte)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* Take over what w found, spread over whole words; through `map` where it was not found in the words themselves. */
static int keep_found(sound_words *s, const walker *w, const uint32_t *map, mm_err *e)
{
    for (size_t i = 0; i < w->found.n; i++) {
        finding f = w->found.v[i];
        size_t first = SIZE_MAX, last = 0;
        for (size_t b = f.from; b < f.to; b++) {
            size_t word = map ? map[b] : word_at(s, b);
            first = word < first ? word : first;
            last = word > last ? word : last;
        }
        if (f.from == f.to)
            continue;
        f.from = s->place[first].from;
        f.to = s->place[last].to;
        if (s->n_kept == s->kept_room) {
            size_t room = s->kept_room ? 2 * s->kept_room : 64;
            finding *more = realloc(s->kept, room * sizeof *more);
            if (!more)
                return mm_fail(e, MM_ESYS, "out of memory");
            s->kept = more;
            s->kept_room = room;
        }
        s->kept[s->n_kept++] = f;
    }
    return w->found.failed ? mm_fail(e, MM_EBAD, SOUND_TRANSCRIPT ": %s", w->why ? w->why : "out of memory") : 0;
}

static bool has_capitals(mm_str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (is_upper(text.p[i]))
            return true;
    return false;
}

/* The text with a capital at the start of each word, which keeps its places: names are told by theirs, and some recognisers write
 * none. */
static mm_str capitalised(sound_words *s, mm_str text)
{
    s->instead.n = 0;
    mm_buf_str(&s->instead, text);
    for (size_t i = 0; i < s->instead.n; i++)
        if ((i == 0 || text.p[i - 1] == ' ') && text.p[i] >= 'a' && text.p[i] <= 'z')
            s->instead.p[i] = (char)(text.p[i] - 'a' + 'A');
    return mm_buf_view(&s->instead);
}

/* Look at a text as it stands, and with capitals where there are none. */
static int find_in(sound_words *s, walker *w, mm_str text, const uint32_t *map, mm_err *e)
{
    walker_examine(w, text, MM_STR(SOUND_TRANSCRIPT ".text"));
    if (keep_found(s, w, map, e) < 0)
        return -1;
    if (has_capitals(text))
        return 0;
    mm_str with = capitalised(s, text);
    if (s->instead.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    walker_examine(w, with, MM_STR(SOUND_TRANSCRIPT ".text"));
    return keep_found(s, w, map, e);
}

static int find(sound_words *s, walker *w, mm_err *e)
{
    s->n_kept = 0;
    if (s->n == 0)
        return 0;
    if (find_in(s, w, mm_buf_view(&s->text), NULL, e) < 0)
        return -1;
    spoken_make(&s->spoken, s->text.p, s->place, s->n);
    if (s->spoken.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (!s->spoken.changed)
        return 0;
    return find_in(s, w, mm_buf_view(&s->spoken.text), s->spoken.word, e);
}

/* ---- when ------------------------------------------------------------------- */

static int add_span(sound_words *s, double from, double to, mm_err *e)
{
    if (s->n_spans == s->spans_room) {
        size_t room = s->spans_room ? 2 * s->spans_room : 64;
        mm_span *more = realloc(s->span, room * sizeof *more);
        if (!more)
            return mm_fail(e, MM_ESYS, "out of memory");
        s->span = more;
        s->spans_room = room;
    }
    s->span[s->n_spans++] = (mm_span){ fmax(from, 0), to };
    return 0;
}

static int time_them(sound_words *s, const walker *w, double padding_s, mm_err *e)
{
    s->n_spans = 0;
    for (size_t i = 0; i < w->found.n; i++) {
        size_t last = word_at(s, w->found.v[i].to - 1);
        double from = INFINITY, to = 0;
        for (size_t k = word_at(s, w->found.v[i].from); k <= last; k++) {
            from = fmin(from, s->v[k].from_s);
            to = fmax(to, s->v[k].to_s);
        }
        if (add_span(s, from - padding_s, to + padding_s, e) < 0)
            return -1;
    }
    s->n_spans = mm_spans_join(s->span, s->n_spans);
    return 0;
}

/* ---- replacing -------------------------------------------------------------- */

/* Of the words of a finding the first one's place takes what stands there instead, up to the end of the last one. */
static int put_words(sound_words *s, walker *w, mm_err *e)
{
    mm_buf *b = &s->json;
    size_t k = 0;
    b->n = s->scratch.n = 0;
    mm_buf_byte(b, '[');
    for (size_t i = 0; i < w->found.n + 1; i++) {
        bool rest = i == w->found.n;
        size_t first = rest ? s->n : word_at(s, w->found.v[i].from);
        for (; k < first; k++) {
            mm_buf_str(b, k ? MM_STR(",") : MM_STR(""));
            mm_buf_str(b, s->v[k].raw);
            mm_buf_str(&s->scratch, s->scratch.n ? MM_STR(" ") : MM_STR(""));
            mm_buf_put(&s->scratch, s->text.p + s->place[k].from, s->place[k].to - s->place[k].from);
        }
        if (rest)
            break;
        size_t last = word_at(s, w->found.v[i].to - 1);
        s->instead.n = 0;
        if (walker_instead(w, &w->found.v[i], s->text.p, &s->instead) < 0)
            return mm_fail(e, MM_EBAD, SOUND_TRANSCRIPT ": %s", w->why ? w->why : "out of memory");
        double to = s->v[first].to_s;
        for (k = first; k <= last; k++)
            to = fmax(to, s->v[k].to_s);
        mm_buf_str(b, first ? MM_STR(",[") : MM_STR("["));
        mm_json_put_double(b, s->v[first].from_s);
        mm_buf_byte(b, ',');
        mm_json_put_double(b, to);
        mm_buf_byte(b, ',');
        mm_json_put(b, mm_buf_view(&s->instead));
        mm_buf_byte(b, ']');
        mm_buf_str(&s->scratch, s->scratch.n ? MM_STR(" ") : MM_STR(""));
        mm_buf_str(&s->scratch, mm_buf_view(&s->instead));
    }
    mm_buf_byte(b, ']');
    return b->failed || s->scratch.failed || s->instead.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

static int splice(walker *w, mm_str head, mm_value old, mm_str with, mm_err *e)
{
    size_t at = (size_t)(old.raw.p - head.p);
    return mm_edits_replace(w->edits, at, at + old.raw.n, with) < 0 ? mm_fail(e, MM_EBAD, SOUND_TRANSCRIPT " was changed already") : 0;
}

static int replace(sound_words *s, walker *w, mm_str head, mm_err *e)
{
    if (walker_drops_field(w))
        return mm_edits_remove(w->edits, s->transcript, e) < 0 ? -1 : 0;
    if (put_words(s, w, e) < 0 || splice(w, head, s->words_value, mm_buf_view(&s->json), e) < 0)
        return -1;
    s->json.n = 0;
    mm_json_put(&s->json, mm_buf_view(&s->scratch));
    if (s->json.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    return s->text_value.type == MM_JSON_STRING ? splice(w, head, s->text_value, mm_buf_view(&s->json), e) : 0;
}

/* Does the text say the same as the words? Else it may say more, at times nobody knows. */
static bool agrees(sound_words *s, mm_value text)
{
    if (text.type == MM_JSON_NULL)
        return true;
    if (text.type != MM_JSON_STRING)
        return false;
    mm_str t = mm_json_text(text.raw, &s->scratch), u = mm_buf_view(&s->text);
    size_t i = 0, k = 0;
    while (i < t.n || k < u.n) {
        while (i < t.n && strchr(" \t\r\n", t.p[i]))
            i++;
        while (k < u.n && u.p[k] == ' ')
            k++;
        if (i == t.n || k == u.n)
            return i == t.n && k == u.n;
        if (t.p[i++] != u.p[k++])
            return false;
    }
    return true;
}

int sound_words_begin(sound_words *s, walker *w, mm_str head, bool insist, mm_err *e)
{
    const mm_str path = MM_STR(SOUND_TRANSCRIPT ".text");
    s->n_spans = 0;
    s->heard_s = INFINITY;
    s->text_value = s->words_value = (mm_value){ .type = MM_JSON_NULL };
    mm_value all;
    s->has = (insist || plan_wants(w->plan, path)) && !plan_column(w->plan, path) &&
             mm_json_find(head, s->transcript, &all) == 1;
    if (!s->has)
        return 0;
    if (all.type != MM_JSON_OBJECT)
        return mm_fail(e, MM_EBAD, SOUND_TRANSCRIPT " is no object");
    s->text_value = member(all, "text");
    s->words_value = member(all, "words");
    mm_value heard = member(all, "heard_s");
    if (heard.type != MM_JSON_NULL && (mm_json_double(heard.raw, &s->heard_s) < 0 || !(s->heard_s >= 0)))
        return mm_fail(e, MM_EBAD, SOUND_TRANSCRIPT ".heard_s is no number");
    walker_spare(w, s->text_value.raw, s->words_value.raw);
    return 1;
}

int sound_words_redact(sound_words *s, walker *w, mm_str head, double padding_s, mm_err *e)
{
    if (!s->has)
        return 0;
    if (read_words(s, s->words_value, e) < 0)
        return -1;
    if (!agrees(s, s->text_value))
        return mm_fail(e, MM_EBAD, "the text of " SOUND_TRANSCRIPT " is not its words");
    if (find(s, w, e) < 0)
        return -1;
    if (walker_take(w, s->kept, s->n_kept) < 0)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (w->found.n == 0)
        return 1;
    walker_report(w, mm_buf_view(&s->text), MM_STR(SOUND_TRANSCRIPT ".text"));
    return time_them(s, w, padding_s, e) < 0 || replace(s, w, head, e) < 0 ? -1 : 1;
}
