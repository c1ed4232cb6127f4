#include "media/sight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/codes.h"
#include "media/faces.h"
#include "media/ocr.h"
#include "media/shots.h"

enum { LONGEST = 2048 };  /* side of a picture faces are looked for in */

struct mm_sight_seen {
    uint32_t what;
    mm_sight found;                /* counts and size */
    mm_buf faces, codes, words;    /* mm_sight_box */
    mm_buf text;
    uint8_t *turned, *luma;
    size_t turned_room, luma_room;
    /* the picture being looked at */
    int width, height, orientation;
    uint32_t page;
};

mm_sight_seen *mm_sight_begin(uint32_t what, mm_err *e)
{
    mm_sight_seen *s = calloc(1, sizeof *s);
    if (!s)
        mm_fail(e, MM_ESYS, "out of memory");
    else
        s->what = what;
    return s;
}

void mm_sight_want(mm_sight_seen *s, uint32_t what)
{
    s->what = what;
}

void mm_sight_free(mm_sight_seen *s)
{
    if (!s)
        return;
    mm_buf *all[] = { &s->faces, &s->codes, &s->words, &s->text };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mm_buf_free(all[i]);
    free(s->turned);
    free(s->luma);
    free(s);
}

/* ---- the way it is shown ---------------------------------------------------- */

/* Where the pixel shown at x, y is stored; width and height as stored. EXIF 2.32, tag 0112. */
static void stored(int orientation, int width, int height, int x, int y, int *sx, int *sy)
{
    bool swapped = orientation >= 5;
    int a = swapped ? y : x, b = swapped ? x : y;
    *sx = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8 ? width - 1 - a : a;
    *sy = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7 ? height - 1 - b : b;
}

static uint8_t *room(uint8_t **p, size_t *have, size_t need, mm_err *e)
{
    if (need > *have) {
        free(*p);
        *p = malloc(need);
        *have = *p ? need : 0;
    }
    if (!*p)
        mm_fail(e, MM_EBAD, "not looked at: too large for the memory there is");
    return *p;
}

static const uint8_t *turn(mm_sight_seen *s, const uint8_t *rgb, int *width, int *height, mm_err *e)
{
    if (s->orientation < 2 || s->orientation > 8)
        return rgb;
    size_t n = (size_t)s->width * (size_t)s->height * 3;
    uint8_t *to = room(&s->turned, &s->turned_room, n, e);
    if (!to)
        return NULL;
    *width = s->orientation >= 5 ? s->height : s->width;
    *height = s->orientation >= 5 ? s->width : s->height;
    for (int y = 0; y < *height; y++)
        for (int x = 0; x < *width; x++, to += 3) {
            int sx, sy;
            stored(s->orientation, s->width, s->height, x, y, &sx, &sy);
            memcpy(to, rgb + ((size_t)sy * (size_t)s->width + (size_t)sx) * 3, 3);
        }
    return s->turned;
}

static void put_box(mm_sight_seen *s, mm_buf *to, int x, int y, int width, int height, mm_sight_box b)
{
    int x0, y0, x1, y1;
    stored(s->orientation, s->width, s->height, x, y, &x0, &y0);
    stored(s->orientation, s->width, s->height, x + width - 1, y + height - 1, &x1, &y1);
    b.x = x0 < x1 ? x0 : x1;
    b.y = y0 < y1 ? y0 : y1;
    b.width = abs(x1 - x0) + 1;
    b.height = abs(y1 - y0) + 1;
    b.page = s->page;
    mm_buf_put(to, &b, sizeof b);
}

/* ---- looking ---------------------------------------------------------------- */

static int look_for_faces(mm_sight_seen *s, const uint8_t *luma, int width, int height, mm_err *e)
{
    enum { LEAST = 1 };
    mm_face face[MM_FACES_MAX];
    mm_faces_opts o = { .neighbours = LEAST, .longest = LONGEST };
    const char *why;
    const mm_cascade *c = mm_faces_cascade(&why);
    if (!c)
        return mm_fail(e, MM_EBAD, "faces can not be looked for: %s", why);
    int n = mm_faces_find(c, luma, width, height, &o, face, MM_FACES_MAX);
    if (n < 0)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (n == MM_FACES_MAX)
        return mm_fail(e, MM_EBAD, "more than %d faces in a picture", MM_FACES_MAX);
    for (int i = 0; i < n; i++)
        put_box(s, &s->faces, face[i].x, face[i].y, face[i].width, face[i].height,
                (mm_sight_box){ .score = 100 * face[i].neighbours / (face[i].neighbours + 4) });
    s->found.n_faces += (uint32_t)n;
    return 0;
}

static int look_for_codes(mm_sight_seen *s, const uint8_t *luma, int width, int height, mm_err *e)
{
    mm_code_box code[MM_CODES_MAX];
    int n = mm_codes_find(luma, width, height, code, MM_CODES_MAX, e);
    if (n == MM_CODES_MAX)
        return mm_fail(e, MM_EBAD, "more than %d bar codes in a picture", MM_CODES_MAX);
    for (int i = 0; i < n; i++) {
        mm_sight_box b = { .score = 100 };
        snprintf(b.kind, sizeof b.kind, "%s", code[i].kind);
        put_box(s, &s->codes, code[i].x, code[i].y, code[i].width, code[i].height, b);
    }
    s->found.n_codes += n > 0 ? (uint32_t)n : 0;
    return n < 0 ? -1 : 0;
}

static void take_word(void *ctx, const mm_ocr_word *w)
{
    mm_sight_seen *s = ctx;
    if (s->text.n)
        mm_buf_byte(&s->text, w->line ? '\n' : ' ');
    mm_sight_box b = { .score = w->sure < 0 ? 0 : w->sure > 100 ? 100 : w->sure, .from = (uint32_t)s->text.n };
    mm_buf_str(&s->text, mm_str_of(w->text));
    b.to = (uint32_t)s->text.n;
    put_box(s, &s->words, w->x, w->y, w->width, w->height, b);
    s->found.n_words++;
}

int mm_sight_look(mm_sight_seen *s, const uint8_t *rgb, int width, int height, int orientation, uint32_t page, mm_err *e)
{
    s->width = width;
    s->height = height;
    s->orientation = orientation;
    s->page = page;
    if (!s->found.width) {
        s->found.width = width;
        s->found.height = height;
    }
    const uint8_t *shown = turn(s, rgb, &width, &height, e);
    uint8_t *luma = shown ? room(&s->luma, &s->luma_room, (size_t)width * (size_t)height, e) : NULL;
    if (!luma)
        return -1;
    mm_simd()->rgb_luma(shown, (size_t)width * (size_t)height, luma);
    if ((s->what & MM_SIGHT_FACES) && look_for_faces(s, luma, width, height, e) < 0)
        return -1;
    if ((s->what & MM_SIGHT_CODES) && look_for_codes(s, luma, width, height, e) < 0)
        return -1;
    if ((s->what & MM_SIGHT_WORDS) && mm_ocr_read(shown, width, height, take_word, s, e) < 0)
        return -1;
    return 0;
}

int mm_sight_end(mm_sight_seen *s, bool is_indexed, mm_buf *out, mm_err *e)
{
    s->found.n_text = (uint32_t)s->text.n;
    s->found.is_indexed = is_indexed;
    mm_buf_put(out, &s->found, sizeof s->found);
    const mm_buf *all[] = { &s->faces, &s->codes, &s->words, &s->text };
    bool failed = false;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        mm_buf_str(out, mm_buf_view(all[i]));
        failed |= all[i]->failed;
    }
    s->faces.n = s->codes.n = s->words.n = s->text.n = 0;
    s->found = (mm_sight){ 0 };
    return failed || out->failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

int mm_sight_read(mm_str bytes, const mm_sight_args *a, mm_buf *out, mm_err *e)
{
    mm_image_facts f;
    mm_shot shot;
    if (mm_image_facts_read(bytes, &f, e) < 0)
        return -1;
    mm_shots *shots = mm_shots_open(bytes, a->max_pixels, e);
    mm_sight_seen *s = shots ? mm_sight_begin(a->what, e) : NULL;
    int r = s ? 1 : -1;
    while (r == 1 && (r = mm_shots_next(shots, &shot, e)) == 1)
        if (mm_sight_look(s, shot.rgb, shot.width, shot.height, (int)f.orientation, (uint32_t)shot.page, e) < 0)
            r = -1;
    if (r == 0)
        r = mm_sight_end(s, !strcmp(f.color_space, "palette"), out, e);
    mm_sight_free(s);
    mm_shots_close(shots);
    return r;
}

void mm_sight_warm(void)
{
    mm_simd();
    mm_av_warm();
    mm_faces_warm();
    mm_codes_warm();
    mm_ocr_warm();
}

/* ---- the answer ------------------------------------------------------------- */

int mm_sight_take(mm_str answer, mm_arena *a, mm_sight *s, mm_err *e)
{
    if (answer.n < sizeof *s)
        return mm_fail(e, MM_EBAD, "the decoder answered %zu bytes, which is no look at a picture", answer.n);
    memcpy(s, answer.p, sizeof *s);
    bool few = s->n_faces <= MM_SIGHT_MAX && s->n_codes <= MM_SIGHT_MAX && s->n_words <= MM_SIGHT_MAX;
    size_t n = few ? (size_t)s->n_faces + s->n_codes + s->n_words : 0;
    if (!few || answer.n != sizeof *s + n * sizeof(mm_sight_box) + s->n_text)
        return mm_fail(e, MM_EBAD, "the decoder answered with what does not add up");
    mm_sight_box *boxes = mm_arena_alloc(a, n * sizeof *boxes + 1);
    mm_str text = mm_arena_copy(a, (mm_str){ answer.p + answer.n - s->n_text, s->n_text });
    if (!boxes || !text.p)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (n)
        memcpy(boxes, answer.p + sizeof *s, n * sizeof *boxes);
    s->face = boxes;
    s->code = s->face + s->n_faces;
    s->word = s->code + s->n_codes;
    s->text = text;
    for (size_t i = 0; i < n; i++) {
        boxes[i].kind[sizeof boxes[i].kind - 1] = 0;
        if (boxes[i].width < 0 || boxes[i].height < 0 || boxes[i].from > boxes[i].to || boxes[i].to > s->n_text)
            return mm_fail(e, MM_EBAD, "the decoder answered with what does not add up");
    }
    return 0;
}
