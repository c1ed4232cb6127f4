#include "advice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice_parts.h"
#include "sheet.h"

advice *advice_add(advices *a, const char *kind, double saving, const char *per)
{
    static advice nowhere;
    if (a->n == a->room) {
        size_t room = a->room ? 2 * a->room : 16;
        advice *more = realloc(a->item, room * sizeof *more);
        if (!more) {
            a->failed = true;
            nowhere = (advice){ .kind = kind };
            return &nowhere;
        }
        a->item = more;
        a->room = room;
    }
    a->item[a->n] = (advice){ .kind = kind, .saving = saving, .per = per, .number = a->n };
    return &a->item[a->n++];
}

/* The greatest saving first; what is not known last. */
static int by_saving(const void *a, const void *b)
{
    const advice *x = a, *y = b;
    double p = isnan(x->saving) ? -1 : x->saving, q = isnan(y->saving) ? -1 : y->saving;
    return p != q ? (p < q) - (p > q) : (x->number > y->number) - (x->number < y->number);
}

/* ---- reading ---- */

/* Is it the answer of a Prometheus server? What was looked at is read again. */
static int looks_asked(mm_bytes *in, bool *answer, mm_err *e)
{
    enum { LOOK = 64 };
    mm_buf text = { 0 };
    for (ssize_t got = 1; got > 0 && text.n < LOOK; text.n += (size_t)got) {
        char *room = mm_buf_room(&text, LOOK);
        if (!room)
            return mm_fail(e, MM_ESYS, "out of memory");
        if ((got = mm_bytes_read(in, room, LOOK, e)) < 0)
            return -1;
    }
    *answer = false;
    for (size_t i = 1; i + 8 <= text.n && (text.p[i] == '"' || strchr(" \t\r\n", text.p[i])); i++)
        if (text.p[i] == '"') {
            *answer = memcmp(text.p + i, "\"status\"", 8) == 0;
            break;
        }
    return mm_bytes_unread(in, &text, e);
}

static int read_file(advisor *x, const char *name, mm_err *e)
{
    mm_bytes in;
    bool answer = false;
    mm_buf text = { 0 };
    if (mm_bytes_open(&in, name, &x->app->bytes_read, e) < 0)
        return -1;
    int rc = 0;
    if (mm_bytes_first(&in) != '{') {
        rc = advise_table(x, &in, e);
    } else if ((rc = looks_asked(&in, &answer, e)) == 0 && !answer) {
        rc = advise_ledger(x, &in, e);
    } else if (rc == 0 && (rc = sheet_take(&in, &text, e)) == 0) {
        rc = advise_idle(x, in.source.name, mm_buf_view(&text), e);
    }
    mm_buf_free(&text);
    mm_bytes_close(&in);
    return rc;
}

/* ---- telling ---- */

static const char *per_words(const advice *a)
{
    return strcmp(a->per, "month") == 0 ? "a month" : strcmp(a->per, "TiB") == 0 ? "a TiB" : "on what was read";
}

static void put_text(mm_buf *b, const char *what, const mm_buf *text)
{
    if (text->n)
        mm_buf_printf(b, "    %s%.*s\n", what, (int)text->n, text->p);
}

static void put_table(mm_buf *b, const advisor *x)
{
    for (size_t i = 0; i < x->list.n; i++) {
        const advice *a = &x->list.item[i];
        if (isnan(a->saving))
            mm_buf_printf(b, "%s: ", a->kind);
        else
            mm_buf_printf(b, "%s: saves %s %.2f %s: ", a->kind, x->currency, a->saving, per_words(a));
        mm_buf_printf(b, "%.*s\n", (int)a->about.n, a->about.p ? a->about.p : "");
        put_text(b, "risk: ", &a->risk);
        put_text(b, "do:   ", &a->how);
    }
    if (!x->list.n)
        mm_buf_str(b, MM_STR("nothing to advise\n"));
}

static void put_member(mm_buf *b, const char *key, const mm_buf *text)
{
    mm_buf_printf(b, ",\"%s\":", key);
    mm_json_put(b, mm_buf_view(text));
}

static void put_json(mm_buf *b, const advisor *x)
{
    mm_buf_str(b, MM_STR("{\"version\":1,\"currency\":"));
    if (x->currency[0])
        mm_json_put(b, mm_str_of(x->currency));
    else
        mm_buf_str(b, MM_STR("null"));
    mm_buf_str(b, MM_STR(",\"advice\":["));
    for (size_t i = 0; i < x->list.n; i++) {
        const advice *a = &x->list.item[i];
        mm_buf_printf(b, "%s\n{\"kind\":\"%s\",\"saving\":", i ? "," : "", a->kind);
        mm_buf_printf(b, isnan(a->saving) ? "null" : "\"%.6f\"", a->saving);
        mm_buf_printf(b, ",\"per\":\"%s\"", a->per);
        put_member(b, "about", &a->about);
        put_member(b, "risk", &a->risk);
        put_member(b, "do", &a->how);
        mm_buf_printf(b, ",\"set\":{%.*s}}", (int)a->set.n, a->set.p ? a->set.p : "");
    }
    mm_buf_str(b, MM_STR("]}\n"));
}

static int tell(advisor *x, mm_err *e)
{
    mm_buf out = { 0 };
    if (x->list.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (x->list.n)
        qsort(x->list.item, x->list.n, sizeof *x->list.item, by_saving);
    (strcmp(x->o->form, "json") == 0 ? put_json : put_table)(&out, x);
    int rc = mm_app_write(x->app, &out, e);
    mm_buf_free(&out);
    return rc;
}

int advice_run(mm_app *a, const advice_opts *o, const char *const *file, size_t n, mm_err *e)
{
    advisor x = { .app = a, .o = o };
    int rc = 0;
    if (strcmp(o->form, "table") != 0 && strcmp(o->form, "json") != 0)
        return mm_fail(e, MM_EUSAGE, "--format %s: advice tells table or json", o->form);
    if (o->committed < 0 || o->committed >= 1 || !(o->interrupted >= 0 && o->interrupted <= 1) || !(o->months > 0))
        return mm_fail(e, MM_EUSAGE, "--committed and --interrupted take a share, such as 0.6, and --months a number above 0");
    if (o->like->book)
        snprintf(x.currency, sizeof x.currency, "%s", mm_book_currency(o->like->book));
    if (o->measure)
        rc = advise_measured(&x, o->measure, e);
    for (size_t i = 0; rc == 0 && i < n && !mm_app_stopped(); i++)
        rc = read_file(&x, file[i], e);
    if (rc == 0)
        rc = advise_work(&x, e);
    rc = rc == 0 ? tell(&x, e) : rc;
    a->totals.in = x.rows;
    a->totals.bad = x.refused;
    a->totals.out = x.rows - x.refused;
    for (size_t i = 0; i < x.list.n; i++) {
        mm_buf_free(&x.list.item[i].about);
        mm_buf_free(&x.list.item[i].risk);
        mm_buf_free(&x.list.item[i].how);
        mm_buf_free(&x.list.item[i].set);
    }
    free(x.list.item);
    work_free(&x.work);
    return rc;
}
