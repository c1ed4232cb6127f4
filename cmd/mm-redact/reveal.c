#include "reveal.h"

#include <stdlib.h>
#include <string.h>

#include "json/scan.h"
#include "token.h"
#include "walk.h"

typedef struct worker {
    revealer *r;
    media *media;
    mm_edits *edits;
    mm_buf text, opened, raw, out;
    uint64_t here, tokens, records;   /* here: in this record */
} worker;

int revealer_init(revealer *r, mm_err *e)
{
    r->media = r->plan->media;
    r->media.strip = false;
    r->media.pass_opaque = true;
    r->count_path = mm_path_new(MM_STR("mm.redact.revealed"), e);
    r->via_path = mm_path_new(MM_STR("mm.via"), e);
    return r->count_path && r->via_path ? 0 : -1;
}

void revealer_free(revealer *r)
{
    mm_path_free(r->count_path);
    mm_path_free(r->via_path);
}

void *reveal_open(void *tool, int index, mm_err *e)
{
    worker *w = calloc(1, sizeof *w);
    if (!w) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    w->r = tool;
    w->edits = mm_edits_new();
    w->media = w->edits ? media_new(&w->r->media, w->r->roots, w->r->jail, e) : NULL;
    if (w->media)
        return w;
    if (!w->edits)
        mm_fail(e, MM_ESYS, "out of memory");
    reveal_close(w);
    return NULL;
}

void reveal_close(void *state)
{
    worker *w = state;
    w->r->tokens += w->tokens;
    w->r->records += w->records;
    mm_edits_free(w->edits);
    media_free(w->media);
    mm_buf *all[] = { &w->text, &w->opened, &w->raw, &w->out };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i]->p)
            explicit_bzero(all[i]->p, all[i]->cap);
        mm_buf_free(all[i]);
    }
    free(w);
}

/* Where the next token of the text begins, at i or behind it; text.n when there is none. */
static size_t next_token(mm_str text, size_t i)
{
    const char *at = memmem(text.p + i, text.n - i, TOKEN_START, sizeof TOKEN_START - 1);
    return at ? (size_t)(at - text.p) : text.n;
}

/* ---- strings of the header ---- */

/* The tokens of the string whose bytes between the quotes stand at `base` of the header. -1: *why. */
static int reveal_string(worker *w, mm_str body, size_t base, const char **why)
{
    mm_str text = mm_json_text((mm_str){ body.p - 1, body.n + 2 }, &w->text);
    size_t t = 0, r = 0, used;
    *why = NULL;
    for (size_t i = next_token(text, 0); i < text.n; i = next_token(text, i + used)) {
        w->opened.n = w->raw.n = 0;
        if (token_open(w->r->plan->keys, (mm_str){ text.p + i, text.n - i }, &used, &w->opened, why) < 0)
            return -1;
        size_t from = raw_offset(body, i, &t, &r), to = raw_offset(body, i + used, &t, &r);
        mm_json_put(&w->raw, mm_buf_view(&w->opened));
        mm_str quoted = mm_buf_view(&w->raw);
        if (w->raw.failed || w->opened.failed || w->text.failed ||
            mm_edits_replace(w->edits, base + from, base + to, (mm_str){ quoted.p + 1, quoted.n - 2 }) < 0)
            return -1;
        w->here++;
    }
    return w->text.failed ? -1 : 0;
}

/* Every string of the header, names too; nothing in JSON holds a quote but strings. */
static int reveal_head(worker *w, mm_str head, const char **why)
{
    const char *end = head.p + head.n;
    for (const char *p = head.p; (p = memchr(p, '"', (size_t)(end - p))) != NULL;) {
        const char *close = mm_string_end(p + 1, end);
        if (!close)
            return -1;
        mm_str body = { p + 1, (size_t)(close - p) - 2 };
        /* One with neither has no token in it, however it is spelled. */
        if ((memchr(body.p, '<', body.n) || memchr(body.p, '\\', body.n)) &&
            reveal_string(w, body, (size_t)(body.p - head.p), why) < 0)
            return -1;
        p = close;
    }
    return 0;
}

/* ---- payloads ---- */

static int reveal_text(void *ctx, mm_str text, const char *where, mm_arena *a, mm_str *out, mm_err *e)
{
    worker *w = ctx;
    const char *why = NULL;
    size_t at = 0, used;
    *out = text;
    if (next_token(text, 0) == text.n)
        return 0;
    w->out.n = 0;
    for (size_t i = next_token(text, 0); i < text.n; i = next_token(text, at)) {
        mm_buf_put(&w->out, text.p + at, i - at);
        if (token_open(w->r->plan->keys, (mm_str){ text.p + i, text.n - i }, &used, &w->out, &why) < 0)
            return mm_fail(e, MM_EBAD, "%s: %s", where, why ? why : "out of memory");
        at = i + used;
        w->here++;
    }
    mm_buf_put(&w->out, text.p + at, text.n - at);
    *out = w->out.failed ? (mm_str){ 0 } : mm_arena_copy(a, mm_buf_view(&w->out));
    return out->p ? 0 : mm_fail(e, MM_EBAD, "%s: out of memory", where);
}

/* ---- records ---- */

mm_verdict reveal_work(void *tool, void *state, mm_rec *r, mm_arena *a)
{
    worker *w = state;
    mm_err e = { 0 };
    size_t at = 0;
    const char *why = NULL;
    (void)tool;
    if (mm_json_check_head(r->head, &at, &e) < 0) {
        r->bad_byte = (int64_t)at;
        return mm_rec_bad(r, a, "%s", e.text);
    }
    w->here = 0;
    mm_edits_begin(w->edits, r->head);
    if (reveal_head(w, r->head, &why) < 0)
        return mm_rec_bad(r, a, "%s", why ? why : "out of memory");
    const media_text text = { reveal_text, w };
    if (media_redact(w->media, r, a, w->edits, &text, NULL, &e) < 0)
        return mm_rec_bad(r, a, "%s", e.text);
    if (w->here == 0)
        return MM_KEEP;
    w->tokens += w->here;
    w->records++;
    w->out.n = 0;
    mm_buf_u64(&w->out, w->here);
    if (mm_edits_set(w->edits, w->r->count_path, mm_buf_view(&w->out), &e) < 0 ||
        mm_edits_append(w->edits, w->r->via_path, w->r->via, &e) < 0)
        return mm_rec_bad(r, a, "%s", e.text);
    w->out.n = 0;
    mm_edits_apply(w->edits, &w->out);
    mm_str head = w->out.failed ? (mm_str){ 0 } : mm_arena_copy(a, mm_buf_view(&w->out));
    if (!head.p)
        return mm_rec_bad(r, a, "out of memory");
    mm_rec_set_head(r, head);
    return MM_KEEP;
}
