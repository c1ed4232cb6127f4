/* carry.c - where a payload travels. */
#include "record/carry.h"

#include "record/member.h"

#include <stdlib.h>
#include <string.h>

struct mm_carrier {
    mm_path *data;     /* mm.data */
    mm_edits *edits;
    mm_arena *arena;   /* decoded payload */
    mm_buf value;      /* mm.data to be set */
    mm_buf head;       /* header after edits */
};

mm_carrier *mm_carrier_new(mm_err *e)
{
    mm_carrier *c = calloc(1, sizeof *c);
    if (c) {
        c->data = mm_path_new(MM_STR("mm.data"), e);
        c->edits = mm_edits_new();
        c->arena = mm_arena_new();
    }
    if (!c || !c->data || !c->edits || !c->arena) {
        mm_carrier_free(c);
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    return c;
}

void mm_carrier_free(mm_carrier *c)
{
    if (!c)
        return;
    mm_path_free(c->data);
    mm_edits_free(c->edits);
    mm_arena_free(c->arena);
    mm_buf_free(&c->value);
    mm_buf_free(&c->head);
    free(c);
}

void mm_put_base64(mm_buf *out, mm_str bytes)
{
    mm_buf_byte(out, '"');
    char *to = mm_buf_room(out, (bytes.n + 2) / 3 * 4);
    if (to)
        out->n += mm_simd()->base64_encode(bytes.p, bytes.n, to);
    mm_buf_byte(out, '"');
}

/* Apply the edits begun on a header. */
static int apply(mm_carrier *c, mm_str *head, mm_err *e)
{
    c->head.n = 0;
    mm_edits_apply(c->edits, &c->head);
    if (c->head.failed || c->value.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    *head = mm_buf_view(&c->head);
    return 0;
}

static int set_data(mm_carrier *c, mm_str payload, mm_str *head, mm_err *e)
{
    c->value.n = 0;
    mm_put_base64(&c->value, payload);
    mm_edits_begin(c->edits, *head);
    if (mm_edits_set(c->edits, c->data, mm_buf_view(&c->value), e) < 0)
        return mm_fail_at(e, "the payload finds no place in the header");
    return apply(c, head, e);
}

static int remove_data(mm_carrier *c, mm_str *head, mm_err *e)
{
    mm_edits_begin(c->edits, *head);
    int r = mm_edits_remove(c->edits, c->data, e);
    return r <= 0 ? r : apply(c, head, e);
}

/* A line break between tokens means nothing in JSON and the end of a record in NDJSON. */
static int join_lines(mm_carrier *c, mm_str *head, mm_err *e)
{
    if (!head->n || !memchr(head->p, '\n', head->n))
        return 0;
    if (head->p != c->head.p) {
        c->head.n = 0;
        mm_buf_str(&c->head, *head);
        if (c->head.failed)
            return mm_fail(e, MM_ESYS, "out of memory");
    }
    for (size_t i = 0; i < c->head.n; i++)
        if (c->head.p[i] == '\n')
            c->head.p[i] = ' ';
    *head = mm_buf_view(&c->head);
    return 0;
}

int mm_carry_in_line(mm_carrier *c, const mm_rec *r, mm_str *line, mm_err *e)
{
    int done = 0;
    *line = r->head;
    if (r->payload.p)
        done = set_data(c, r->payload, line, e);
    else if (r->changed & MM_CHANGED_PAYLOAD)
        done = remove_data(c, line, e);
    if (done < 0)
        return mm_fail_at(e, "%s:%llu", r->source ? r->source : "a record made here",
                          (unsigned long long)r->position);
    return join_lines(c, line, e);
}

int mm_carry_in_frame(mm_carrier *c, const mm_rec *r, mm_str *head, mm_str *payload, mm_err *e)
{
    mm_value data;
    mm_err why = { 0 };
    int done = 0;
    *head = r->head;
    *payload = r->payload;
    if (mm_json_find(r->head, c->data, &data) != 1)
        return 0;
    if (!payload->p && !(r->changed & MM_CHANGED_PAYLOAD)) {
        mm_arena_reset(c->arena);
        done = mm_data_decode(data, c->arena, payload, &why);
    }
    if (done == 0)
        done = remove_data(c, head, &why);
    /* Readers refuse a payload behind a malformed header. */
    if (done >= 0 && payload->p && !r->payload.p)
        done = mm_json_check_record(*head, NULL, &why);
    if (done >= 0)
        return 0;
    if (why.code == MM_ESYS || r->changed & MM_CHANGED_PAYLOAD) {
        mm_fail(e, why.code, "%s", why.text);
        return -1;
    }
    *head = r->head;
    *payload = r->payload;
    return 0;
}
