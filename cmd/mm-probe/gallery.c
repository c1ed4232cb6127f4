/* gallery.c - cards and the page around them. */
#include "gallery.h"

#include <stdio.h>

#include "media/sheet.h"
#include "page/page.h"
#include "table.h"

enum { SIDE = 240, WAVE_HEIGHT = 64 };

/* ---- a card ----------------------------------------------------------------- */

static void put_base64(mm_buf *out, mm_str s)
{
    char *p = mm_buf_room(out, (s.n + 2) / 3 * 4);
    if (p)
        out->n += mm_simd()->base64_encode(s.p, s.n, p);
}

static void put_picture(mm_buf *out, const mm_sheet *s, uint32_t i, mm_str jpeg, mm_str name)
{
    mm_buf_printf(out, "<img width=\"%u\" height=\"%u\" loading=\"lazy\" alt=\"", s->picture[i].width, s->picture[i].height);
    if (s->picture[i].time_s >= 0) {
        mm_buf_str(out, MM_STR("frame at "));
        mm_page_number(out, s->picture[i].time_s);
        mm_buf_str(out, MM_STR(" s of "));
    }
    mm_page_text(out, name);
    mm_buf_str(out, MM_STR("\" src=\"data:image/jpeg;base64,"));
    put_base64(out, jpeg);
    mm_buf_str(out, MM_STR("\"/>\n"));
}

/* The upper edge from left to right, the lower one back. */
static void put_wave(mm_buf *out, const mm_sheet *s, mm_str name)
{
    mm_buf_printf(out, "<svg class=\"wave\" viewBox=\"0 0 %u %d\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"waveform of ",
                  s->n_wave, WAVE_HEIGHT);
    mm_page_text(out, name);
    mm_buf_str(out, MM_STR("\"><path class=\"bar\" d=\""));
    for (uint32_t i = 0; i < 2 * s->n_wave; i++) {
        uint32_t x = i < s->n_wave ? i : 2 * s->n_wave - 1 - i;
        int v = i < s->n_wave ? s->high[x] : s->low[x], y10 = WAVE_HEIGHT * 5 - v * (WAVE_HEIGHT - 2) * 5 / 127 + (i < s->n_wave ? -5 : 5);
        mm_buf_printf(out, "%c%u %d.%d", i ? 'L' : 'M', x, y10 / 10, y10 % 10);
    }
    mm_buf_str(out, MM_STR("Z\"/></svg>\n"));
}

/* What is to be seen of it, or why nothing is. */
static void put_media(mm_buf *out, subject *s, mm_str name)
{
    mm_sheet_args args = { .side = SIDE, .max_pixels = s->bench->max_pixels, .max_seconds = s->bench->max_audio_s };
    mm_err e = { 0 };
    mm_str bytes, jpeg[MM_SHEET_PICTURES];
    mm_sheet sheet;
    int r = subject_call(s, MM_MEDIA_SHEET, (mm_str){ (const char *)&args, sizeof args }, &bytes, &e);
    if (r != 0 || mm_sheet_take(bytes, &sheet, jpeg, &e) < 0) {
        mm_buf_str(out, MM_STR("<p class=\"lead\">"));
        mm_page_text(out, mm_str_of(e.text));
        mm_buf_str(out, MM_STR("</p>\n"));
        return;
    }
    mm_buf_str(out, sheet.n > 1 ? MM_STR("<div class=\"shots many\">\n") : MM_STR("<div class=\"shots\">\n"));
    for (uint32_t i = 0; i < sheet.n; i++)
        put_picture(out, &sheet, i, jpeg[i], name);
    if (sheet.n_wave)
        put_wave(out, &sheet, name);
    mm_buf_str(out, MM_STR("</div>\n"));
}

static void put_value(mm_buf *out, mm_str json)
{
    mm_buf text = { 0 };
    mm_page_text(out, json.p[0] == '"' ? mm_json_text(json, &text) : json);
    mm_buf_free(&text);
}

static void put_facts(mm_buf *out, const answer *a)
{
    size_t told = 0;
    for (size_t k = 0; k < a->asked->n; k++) {
        const fact *f = fact_at(a->asked->order[k]);
        mm_str v = answer_value(a, a->asked->order[k]);
        if (!v.n)
            continue;
        if (!told++)
            mm_buf_str(out, MM_STR("<details><summary>Facts</summary><dl>\n"));
        mm_buf_printf(out, "<dt>%s</dt><dd>", f->name);
        put_value(out, v);
        if (*f->unit)
            mm_buf_printf(out, " %s", f->unit);
        mm_buf_str(out, MM_STR("</dd>\n"));
    }
    if (told)
        mm_buf_str(out, MM_STR("</dl></details>\n"));
}

static void put_warnings(mm_buf *out, const answer *a)
{
    mm_buf list = { 0 };
    mm_buf_printf(&list, "[%.*s]", (int)a->warnings.n, a->warnings.n ? a->warnings.p : "");
    mm_json_iter it = mm_json_each((mm_value){ mm_buf_view(&list), MM_JSON_ARRAY });
    while (a->n_warnings && mm_json_next(&it) == 1) {
        mm_buf_str(out, MM_STR("<p><strong>Warning:</strong> "));
        put_value(out, it.value.raw);
        mm_buf_str(out, MM_STR("</p>\n"));
    }
    mm_buf_free(&list);
}

const mm_str *gallery_card(subject *s, const answer *a, mm_str name, mm_arena *arena)
{
    mm_buf b = { 0 }, what = { 0 };
    mm_buf_str(&b, MM_STR("<figure class=\"card\">\n"));
    if (s->on & (ON_IMAGE | ON_AUDIO | ON_VIDEO))
        put_media(&b, s, name);
    mm_buf_str(&b, MM_STR("<figcaption>"));
    mm_page_text(&b, name);
    mm_buf_str(&b, MM_STR("</figcaption>\n"));
    table_summary(a, &what);
    if (what.n) {
        mm_buf_str(&b, MM_STR("<p>"));
        mm_page_text(&b, mm_buf_view(&what));
        mm_buf_str(&b, MM_STR("</p>\n"));
    }
    put_warnings(&b, a);
    put_facts(&b, a);
    mm_buf_str(&b, MM_STR("</figure>\n"));
    mm_str *card = mm_arena_alloc(arena, sizeof *card);
    if (card)
        *card = b.failed ? (mm_str){ 0 } : mm_arena_copy(arena, mm_buf_view(&b));
    mm_buf_free(&b);
    mm_buf_free(&what);
    return card && card->p ? card : NULL;
}

/* ---- the file --------------------------------------------------------------- */

static int write_text(gallery *g, mm_err *e)
{
    int failed = g->text.failed ? mm_fail(e, MM_ESYS, "out of memory") : mm_outfile_write(&g->file, mm_buf_view(&g->text), e);
    g->text.n = 0;
    return failed;
}

int gallery_begin(gallery *g, const char *name, mm_err *e)
{
    if (mm_outfile_open(&g->file, name, e) < 0)
        return -1;
    mm_page_begin(&g->text, "Contact sheet", NULL);
    mm_buf_str(&g->text, MM_STR("<div class=\"sheet\">\n"));
    return write_text(g, e);
}

int gallery_add(gallery *g, const mm_str *card, mm_err *e)
{
    g->cards++;
    return mm_outfile_write(&g->file, *card, e);
}

int gallery_end(gallery *g, bool whole, mm_err *e)
{
    char foot[96];
    int failed = 0;
    snprintf(foot, sizeof foot, "%llu record%s. Made by mm-probe " MM_VERSION ".", (unsigned long long)g->cards, g->cards == 1 ? "" : "s");
    mm_buf_str(&g->text, MM_STR("</div>\n"));
    mm_page_end(&g->text, foot);
    if (whole && g->file.fd >= 0)
        failed = write_text(g, e) < 0 || mm_outfile_commit(&g->file, e) < 0 ? -1 : 0;
    mm_outfile_discard(&g->file);
    mm_buf_free(&g->text);
    return failed;
}
