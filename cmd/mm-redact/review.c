#include "review.h"

#include <string.h>

enum { CONTEXT = 80 };   /* characters of the text before and behind */

static int digest_of(const plan *p, mm_str text, mm_str field, bool name, const finding *f, unsigned char out[DIGEST])
{
    mm_buf what = { 0 };
    unsigned char mac[32];
    mm_buf_printf(&what, "%s%c%s%c", p->rule[detector_index(f->by)].entity, 0, name ? "name" : "value", 0);
    mm_buf_str(&what, field);
    int got = what.failed ? -1
            : key_digest(p->keys->standard, KEY_REVIEW, mm_buf_view(&what), (mm_str){ text.p + f->from, f->to - f->from }, mac);
    mm_buf_free(&what);
    memcpy(out, mac, got < 0 ? 0 : DIGEST);
    return got;
}

static bool begins_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

/* The offset `by` characters from `at`, within the text. */
static size_t move(mm_str text, size_t at, int by)
{
    for (; by < 0 && at > 0; by++)
        for (at--; at > 0 && !begins_character(text.p[at]);)
            at--;
    for (; by > 0 && at < text.n; by--)
        for (at++; at < text.n && !begins_character(text.p[at]);)
            at++;
    return at;
}

/* An edit that would leave nothing leaves all. */
static void edit(const decision *d, mm_str text, finding *f)
{
    size_t from = move(text, f->from, d->from), to = move(text, f->to, d->to);
    f->by = detector_named(d->other);   /* as decisions_check saw */
    f->review = REVIEW_EDITED;
    if (from >= to)
        return;
    f->from = from;
    f->to = to;
}

int review_settle(const plan *p, mm_str text, mm_str field, bool name, findings *f)
{
    size_t n = 0;
    bool edited = false;
    for (size_t i = 0; i < f->n; i++) {
        finding one = f->v[i];
        unsigned char digest[DIGEST];
        const decision *d = NULL;
        if (rule_asks(&p->rule[detector_index(one.by)], one.score)) {
            one.review = REVIEW_PENDING;
            if (p->decided && digest_of(p, text, field, name, &one, digest) < 0)
                return -1;
            d = p->decided ? decisions_find(p->decided, digest) : NULL;
        }
        if (d && d->what == DECIDED_REJECT)
            continue;
        if (d && d->what == DECIDED_ACCEPT)
            one.review = REVIEW_ACCEPTED;
        if (d && d->what == DECIDED_EDIT)
            edit(d, text, &one);
        edited |= one.review == REVIEW_EDITED;
        f->v[n++] = one;
    }
    f->n = n;
    if (edited)
        findings_resolve(f);
    return 0;
}

static void put_text(mm_buf *b, const char *key, mm_str text)
{
    mm_buf_printf(b, ",\"%s\":", key);
    mm_json_put(b, text);
}

int review_tell(const plan *p, mm_str text, mm_str field, mm_str path, bool name, const finding *f, const size_t chars[2], mm_buf *out)
{
    unsigned char digest[DIGEST];
    size_t before = move(text, f->from, -CONTEXT), behind = move(text, f->to, CONTEXT);
    if (digest_of(p, text, field, name, f, digest) < 0)
        return -1;
    mm_buf_str(out, MM_STR("\"digest\":\""));
    digest_put(out, digest);
    mm_buf_byte(out, '"');
    put_text(out, "key", mm_str_of(p->keys->standard->id));
    put_text(out, "entity", mm_str_of(p->rule[detector_index(f->by)].entity));
    put_text(out, "path", path);
    put_text(out, "field", field);
    if (name)
        mm_buf_str(out, MM_STR(",\"name\":true"));
    mm_buf_printf(out, ",\"span\":[%zu,%zu],\"chars\":[%zu,%zu],\"score\":%d.%02d", f->from, f->to, chars[0], chars[1], f->score / 100,
                  f->score % 100);
    put_text(out, "rule", mm_str_of(f->rule));
    put_text(out, "before", (mm_str){ text.p + before, f->from - before });
    put_text(out, "value", (mm_str){ text.p + f->from, f->to - f->from });
    put_text(out, "behind", (mm_str){ text.p + f->to, behind - f->to });
    mm_buf_byte(out, '\n');
    return out->failed ? -1 : 0;
}
