/* transcript.c - words and their times from the files of recognisers. */
#include "transcript.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SECONDS = 100 * 24 * 3600 };

void transcript_free(transcript *t)
{
    mm_buf_free(&t->words);
    mm_buf_free(&t->text);
    mm_buf_free(&t->scratch);
}

static mm_str trim(mm_str s)
{
    while (s.n && isspace((unsigned char)s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && isspace((unsigned char)s.p[s.n - 1]))
        s.n--;
    return s;
}

static void put_number(mm_buf *b, double v)
{
    mm_json_put_double(b, round(v * 1000) / 1000);
}

/* confidence below 0: not known. */
static void add_word(transcript *t, double from, double to, mm_str word, double confidence)
{
    if (t->n++) {
        mm_buf_byte(&t->words, ',');
        mm_buf_byte(&t->text, ' ');
    }
    mm_buf_byte(&t->words, '[');
    put_number(&t->words, from);
    mm_buf_byte(&t->words, ',');
    put_number(&t->words, to);
    mm_buf_byte(&t->words, ',');
    mm_json_put(&t->words, word);
    if (confidence >= 0) {
        mm_buf_byte(&t->words, ',');
        put_number(&t->words, confidence);
    }
    mm_buf_byte(&t->words, ']');
    mm_buf_str(&t->text, word);
}

/* Where a cue alone has times each of its words gets them whole: who mutes a word then mutes enough. */
static void add_cue(transcript *t, double from, double to, mm_str text)
{
    t->by_cue = true;
    t->spoken_s += to - from;
    for (text = trim(text); text.n; text = trim(text)) {
        size_t n = 0;
        while (n < text.n && !isspace((unsigned char)text.p[n]))
            n++;
        add_word(t, from, to, (mm_str){ text.p, n }, -1);
        text.p += n;
        text.n -= n;
    }
}

static bool sound_times(double from, double to)
{
    return from >= 0 && to >= from && to <= MAX_SECONDS;
}

/* ---- lines ------------------------------------------------------------------ */

typedef struct lines {
    mm_str rest, line;
    unsigned long number;
} lines;

static bool next_line(lines *l)
{
    if (!l->rest.n)
        return false;
    const char *end = memchr(l->rest.p, '\n', l->rest.n);
    size_t n = end ? (size_t)(end - l->rest.p) : l->rest.n, step = end ? n + 1 : n;
    l->line = (mm_str){ l->rest.p, n && l->rest.p[n - 1] == '\r' ? n - 1 : n };
    l->rest = (mm_str){ l->rest.p + step, l->rest.n - step };
    l->number++;
    return true;
}

/* ---- WebVTT and SubRip ------------------------------------------------------ */

/* [hours:]minutes:seconds.thousandths, or a comma for the dot: the bytes it takes, 0 when it is none. */
static size_t read_time(mm_str s, double *seconds)
{
    double part[3] = { 0 }, scale = 0.1;
    int parts = 0;
    size_t i = 0, digits = 0;
    for (; i < s.n && parts < 3; i++) {
        if (isdigit((unsigned char)s.p[i]) && digits++ < 6)
            part[parts] = part[parts] * 10 + (s.p[i] - '0');
        else if (s.p[i] == ':' && digits) {
            parts++;
            digits = 0;
        } else
            break;
    }
    if (parts < 1 || parts > 2 || !digits || i >= s.n || (s.p[i] != '.' && s.p[i] != ','))
        return 0;
    *seconds = parts == 2 ? part[0] * 3600 + part[1] * 60 + part[2] : part[0] * 60 + part[1];
    size_t from = ++i;
    for (; i < s.n && isdigit((unsigned char)s.p[i]); i++, scale /= 10)
        *seconds += (s.p[i] - '0') * scale;
    return i > from ? i : 0;
}

static bool read_times(mm_str line, double *from, double *to)
{
    line = trim(line);
    size_t n = read_time(line, from);
    mm_str rest = trim((mm_str){ line.p + n, line.n - n });
    if (!n || rest.n < 3 || memcmp(rest.p, "-->", 3) != 0)
        return false;
    return read_time(trim((mm_str){ rest.p + 3, rest.n - 3 }), to) && sound_times(*from, *to);
}

/* The text of a cue's line without its tags, with the references of HTML that WebVTT has. */
static void put_plain(mm_buf *b, mm_str s)
{
    static const struct { const char *name, *is; } references[] = {
        { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&nbsp;", " " } };
    for (size_t i = 0; i < s.n; i++) {
        const char *end = s.p[i] == '<' ? memchr(s.p + i, '>', s.n - i) : NULL;
        if (end) {
            i = (size_t)(end - s.p);
            continue;
        }
        size_t k = 0, count = sizeof references / sizeof *references;
        for (; k < count; k++)
            if (s.n - i >= strlen(references[k].name) && !memcmp(s.p + i, references[k].name, strlen(references[k].name)))
                break;
        if (k < count) {
            mm_buf_str(b, mm_str_of(references[k].is));
            i += strlen(references[k].name) - 1;
        } else
            mm_buf_byte(b, s.p[i]);
    }
}

static int read_cues(transcript *t, mm_str file, mm_err *e)
{
    lines l = { .rest = file };
    while (next_line(&l)) {
        double from, to;
        if (!memmem(l.line.p, l.line.n, "-->", 3))
            continue;
        if (!read_times(l.line, &from, &to))
            return mm_fail(e, MM_EBAD, "line %lu: '%.*s' are no two times", l.number, l.line.n < 60 ? (int)l.line.n : 60, l.line.p);
        t->scratch.n = 0;
        while (next_line(&l) && trim(l.line).n) {
            put_plain(&t->scratch, l.line);
            mm_buf_byte(&t->scratch, ' ');
        }
        add_cue(t, from, to, mm_buf_view(&t->scratch));
    }
    return 0;
}

/* ---- CTM -------------------------------------------------------------------- */

enum { CTM_FIELDS = 6 };

/* recording channel start duration word [confidence] (NIST SCTK). */
static int split_ctm(mm_str line, mm_str *field)
{
    int n = 0;
    for (line = trim(line); line.n && n < CTM_FIELDS; n++, line = trim(line)) {
        size_t k = 0;
        while (k < line.n && !isspace((unsigned char)line.p[k]))
            k++;
        field[n] = (mm_str){ line.p, k };
        line.p += k;
        line.n -= k;
    }
    return n;
}

static bool is_comment(mm_str line)
{
    line = trim(line);
    return !line.n || (line.n >= 2 && line.p[0] == ';' && line.p[1] == ';');
}

static int number_of(mm_str s, double *v)
{
    /* NIST writes .5 for 0.5, which is no number of JSON */
    char text[32];
    int n = snprintf(text, sizeof text, "%s%.*s", s.n && s.p[0] == '.' ? "0" : "", s.n < 24 ? (int)s.n : 0, s.p);
    return n > 0 ? mm_json_double((mm_str){ text, (size_t)n }, v) : -1;
}

static int read_ctm(transcript *t, mm_str file, mm_str name, mm_err *e)
{
    lines l = { .rest = file };
    while (next_line(&l)) {
        mm_str f[CTM_FIELDS];
        double from, length, confidence = -1;
        if (is_comment(l.line))
            continue;
        int n = split_ctm(l.line, f);
        if (n < 5 || number_of(f[2], &from) < 0 || number_of(f[3], &length) < 0 || !sound_times(from, from + length))
            return mm_fail(e, MM_EBAD, "line %lu: not 'recording channel start duration word' as CTM has it", l.number);
        if (name.n && !mm_str_eq(f[0], name))
            continue;
        if (n == 6)
            (void)number_of(f[5], &confidence);
        t->spoken_s += length;
        add_word(t, from, from + length, f[4], confidence);
    }
    return 0;
}

/* ---- whisper ---------------------------------------------------------------- */

static bool find(mm_value in, const char *key, mm_value *out)
{
    mm_json_iter it = mm_json_each(in);
    while (in.type == MM_JSON_OBJECT && mm_json_next(&it) == 1)
        if (mm_str_eq(it.key, mm_str_of(key))) {
            *out = it.value;
            return true;
        }
    return false;
}

static bool find_times(mm_value in, double *from, double *to)
{
    mm_value a, b;
    return find(in, "start", &a) && find(in, "end", &b) && mm_json_double(a.raw, from) == 0 && mm_json_double(b.raw, to) == 0 &&
           sound_times(*from, *to);
}

static int read_words(transcript *t, mm_value words, mm_err *e)
{
    mm_json_iter it = mm_json_each(words);
    while (mm_json_next(&it) == 1) {
        mm_value word, p;
        double from, to, confidence = -1;
        /* WhisperX leaves words without times that it could not align. */
        if ((!find(it.value, "word", &word) && !find(it.value, "text", &word)) || word.type != MM_JSON_STRING)
            return mm_fail(e, MM_EBAD, "element %zu of words has no text in word", it.index);
        if (!find_times(it.value, &from, &to))
            continue;
        if (find(it.value, "probability", &p) || find(it.value, "score", &p))
            (void)mm_json_double(p.raw, &confidence);
        t->spoken_s += to - from;
        mm_str text = trim(mm_json_text(word.raw, &t->scratch));
        if (text.n)
            add_word(t, from, to, text, confidence);
    }
    return 0;
}

static int read_segment(transcript *t, const mm_json_iter *it, mm_err *e)
{
    mm_value words, text;
    double from, to;
    if (find(it->value, "words", &words) && words.type == MM_JSON_ARRAY)
        return read_words(t, words, e);
    if (!find_times(it->value, &from, &to) || !find(it->value, "text", &text) || text.type != MM_JSON_STRING)
        return mm_fail(e, MM_EBAD, "element %zu of segments has no start, end and text", it->index);
    add_cue(t, from, to, mm_json_text(text.raw, &t->scratch));
    return 0;
}

static int read_whisper(transcript *t, mm_str file, mm_err *e)
{
    mm_value all = { trim(file), MM_JSON_OBJECT }, list;
    size_t at = 0;
    if (mm_json_check(file, 0, &at, e) < 0)
        return mm_fail_at(e, "byte %zu", at);
    if (find(all, "segments", &list) && list.type == MM_JSON_ARRAY) {
        mm_json_iter it = mm_json_each(list);
        while (mm_json_next(&it) == 1)
            if (read_segment(t, &it, e) < 0)
                return -1;
        return 0;
    }
    if (find(all, "words", &list) && list.type == MM_JSON_ARRAY)
        return read_words(t, list, e);
    return mm_fail(e, MM_EBAD, "JSON without segments or words is no transcript of whisper");
}

/* ---- which ------------------------------------------------------------------ */

static bool begins(mm_str s, const char *with)
{
    return s.n >= strlen(with) && !memcmp(s.p, with, strlen(with));
}

int transcript_read(transcript *t, mm_str file, mm_str name, mm_err *e)
{
    if (begins(file, "\xef\xbb\xbf"))
        file = (mm_str){ file.p + 3, file.n - 3 };
    t->words.n = t->text.n = t->n = 0;
    t->by_cue = false;
    t->spoken_s = 0;
    mm_str s = trim(file);
    int r;
    if (begins(s, "{")) {
        t->by = "whisper";
        r = read_whisper(t, file, e);
    } else if (begins(s, "WEBVTT") || memmem(s.p, s.n, "-->", 3)) {
        t->by = begins(s, "WEBVTT") ? "webvtt" : "srt";
        r = read_cues(t, file, e);
    } else {
        t->by = "ctm";
        r = read_ctm(t, file, name, e);
    }
    if (r == 0 && (t->words.failed || t->text.failed || t->scratch.failed))
        return mm_fail(e, MM_ESYS, "out of memory");
    return r;
}

void transcript_put(const transcript *t, mm_buf *out)
{
    mm_buf_printf(out, "{\"text\":");
    mm_json_put(out, mm_buf_view(&t->text));
    mm_buf_printf(out, ",\"by\":\"%s\",\"times\":\"%s\",\"words\":[", t->by, t->by_cue ? "cue" : "word");
    mm_buf_str(out, mm_buf_view(&t->words));
    mm_buf_printf(out, "]}");
}
