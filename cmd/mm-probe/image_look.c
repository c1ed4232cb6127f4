/* image_look.c - what the pixels of a picture tell, decoded once for all facts and faces. */
#include <stdio.h>

#include "ask.h"

enum {
    PDQ, PDQ_QUALITY, LUMA_MEAN, CONTRAST, SHADOWS, HIGHLIGHTS, COLORFULNESS, ENTROPY, SHARPNESS, FLAT, COLORS, IS_BLANK,
    IS_SCREENSHOT,
};

static const fact look_facts[] = {
    [PDQ] = { "image.pdq", "string", "", NEED_PIXELS, true, "perceptual hash, 256 bits in hex (PDQ, Facebook 2019)" },
    [PDQ_QUALITY] = { "image.pdq_quality", "integer", "", NEED_PIXELS, true,
                      "0 to 100, how much detail the hash stands on; below 50 it tells little (PDQ)" },
    [LUMA_MEAN] = { "image.luma_mean", "number", "", NEED_PIXELS, true, "exposure: mean luma, 0 to 255 (weights of BT.601)" },
    [CONTRAST] = { "image.contrast", "number", "", NEED_PIXELS, true,
                   "standard deviation of luma / 255: RMS contrast (Peli 1990), 0 to 0.5" },
    [SHADOWS] = { "image.shadows", "number", "", NEED_PIXELS, true, "share of pixels with luma of at most 2: clipped" },
    [HIGHLIGHTS] = { "image.highlights", "number", "", NEED_PIXELS, true, "share of pixels with luma of at least 253" },
    [COLORFULNESS] = { "image.colorfulness", "number", "", NEED_PIXELS, true,
                       "0 for gray to about 110 (Hasler and Suesstrunk 2003)" },
    [ENTROPY] = { "image.entropy", "number", "bits", NEED_PIXELS, true, "of the histogram of luma (Shannon 1948), 0 to 8" },
    [SHARPNESS] = { "image.sharpness", "number", "", NEED_PIXELS, true,
                    "variance of the Laplacian of luma (Pech-Pacheco 2000); low when blurred" },
    [FLAT] = { "image.flat", "number", "", NEED_PIXELS, true,
               "share of pixels with the luma of both the left and the upper neighbour" },
    [COLORS] = { "image.colors", "array", "", NEED_PIXELS, true,
                 "up to 8 of {rgb, share}, most frequent first: median cut (Heckbert 1982)" },
    [IS_BLANK] = { "image.is_blank", "boolean", "", NEED_PIXELS, true, "one colour, but for deviations under 3 levels" },
    [IS_SCREENSHOT] = { "image.is_screenshot", "boolean", "", NEED_PIXELS, true,
                        "drawn by a computer: flat >= 0.5, both sides >= 200, not blank, no camera named" },
};

enum { FACES, FACE_BOXES, SKIN_LAB, SKIN_ITA, SKIN_MONK };

static const fact face_facts[] = {
    [FACES] = { "image.faces", "integer", "", NEED_PIXELS, true,
                "faces seen from the front (Viola and Jones 2001, with OpenCV's cascade)" },
    [FACE_BOXES] = { "image.face_boxes", "array", "px", NEED_PIXELS, true, "[x, y, width, height] of each, in pixels as stored" },
    [SKIN_LAB] = { "image.skin_lab", "array", "", NEED_PIXELS, true,
                   "[L, a, b]: the median colour of the middle of the largest face, in CIELAB (sRGB, D65); not of gray pictures" },
    [SKIN_ITA] = { "image.skin_ita", "number", "degrees", NEED_PIXELS, true,
                   "Individual Typology Angle of it (Chardon 1991): above 55 very light, below -30 dark" },
    [SKIN_MONK] = { "image.skin_monk", "integer", "", NEED_PIXELS, true,
                    "1 to 10: the swatch of the Monk scale nearest by that angle; of pixels, not of people" },
};

const prober image_look_prober;
const prober image_faces_prober;

static bool wants(const answer *a, const prober *p, size_t i)
{
    return a->asked->fact[prober_base(p) + i];
}

static uint32_t wanted(const answer *a)
{
    const prober *p = &image_look_prober;
    uint32_t what = 0;
    if (wants(a, p, PDQ) || wants(a, p, PDQ_QUALITY))
        what |= MM_LOOK_PDQ;
    if (wants(a, p, COLORS))
        what |= MM_LOOK_COLORS;
    for (size_t i = LUMA_MEAN; i <= IS_SCREENSHOT; i++)
        if (i != COLORS && wants(a, p, i))
            what |= MM_LOOK_STATS;
    if (prober_asked(&image_faces_prober, a->asked))
        what |= MM_LOOK_FACES;
    return what;
}

/* 1 with *l set, 0 when there is nothing to see, -1. */
static int look(subject *s, answer *a, const mm_look **l, mm_err *e)
{
    mm_str bytes;
    mm_look_args args = { .max_pixels = s->bench->max_pixels, .what = wanted(a) };
    *l = &s->look;
    int r = ask_worker_once(s, a, &s->look_state, MM_MEDIA_LOOK, (mm_str){ (const char *)&args, sizeof args }, &bytes, e);
    if (r != 1)
        return r == 2 ? 1 : r;
    if (mm_look_take(bytes, &s->look, e) < 0)
        return -1;
    warn_all(a, &s->look.warnings);
    return 1;
}

static void tell_pdq(answer *a, const mm_look *l)
{
    char hex[65];
    for (int i = 0; i < 64; i++)
        hex[i] = "0123456789abcdef"[l->pdq[i / 2] >> (i % 2 ? 0 : 4) & 15];
    hex[64] = 0;
    tell_cstr(a, PDQ, hex);
    tell_int(a, PDQ_QUALITY, l->pdq_quality);
}

/* As many digits as another order of adding up can not change. */
static double rounded(double v)
{
    char text[32];
    double out = 0;
    snprintf(text, sizeof text, "%.6g", v);
    mm_json_double(mm_str_of(text), &out);
    return out;
}

static void tell_stats(answer *a, const mm_look *l)
{
    tell_double(a, LUMA_MEAN, rounded(l->luma_mean));
    tell_double(a, CONTRAST, rounded(l->contrast));
    tell_double(a, SHADOWS, rounded(l->shadows));
    tell_double(a, HIGHLIGHTS, rounded(l->highlights));
    tell_double(a, COLORFULNESS, rounded(l->colorfulness));
    tell_double(a, ENTROPY, rounded(l->entropy));
    tell_double(a, SHARPNESS, rounded(l->sharpness));
    tell_double(a, FLAT, rounded(l->flat));
    tell_bool(a, IS_BLANK, l->is_blank);
    tell_bool(a, IS_SCREENSHOT, l->is_drawn);
}

static void tell_colors(answer *a, const mm_look *l)
{
    mm_buf b = { 0 };
    for (uint32_t i = 0; i < l->n_colors; i++) {
        mm_buf_printf(&b, "%s{\"rgb\":\"#%02x%02x%02x\",\"share\":", i ? "," : "[", l->color[i].r, l->color[i].g, l->color[i].b);
        mm_json_put_double(&b, rounded(l->color[i].share));
        mm_buf_byte(&b, '}');
    }
    if (b.n) {
        mm_buf_byte(&b, ']');
        tell_raw(a, COLORS, mm_buf_view(&b));
    }
    mm_buf_free(&b);
}

static int probe_look(subject *s, answer *a, mm_err *e)
{
    const mm_look *l;
    int r = look(s, a, &l, e);
    if (r <= 0)
        return r;
    if (l->what & MM_LOOK_PDQ)
        tell_pdq(a, l);
    if (l->what & MM_LOOK_STATS)
        tell_stats(a, l);
    if (l->what & MM_LOOK_COLORS)
        tell_colors(a, l);
    return 0;
}

static void tell_skin(answer *a, const mm_look *l)
{
    mm_buf b = { 0 };
    const double lab[] = { l->skin.l, l->skin.a, l->skin.b };
    for (size_t i = 0; i < 3; i++) {
        mm_buf_byte(&b, i ? ',' : '[');
        mm_json_put_double(&b, rounded(lab[i]));
    }
    mm_buf_byte(&b, ']');
    tell_raw(a, SKIN_LAB, mm_buf_view(&b));
    b.n = 0;
    mm_json_put_double(&b, rounded(mm_skin_ita(&l->skin)));
    tell_raw(a, SKIN_ITA, mm_buf_view(&b));
    tell_int(a, SKIN_MONK, mm_skin_monk(mm_skin_ita(&l->skin)));
    mm_buf_free(&b);
}

static int probe_faces(subject *s, answer *a, mm_err *e)
{
    const mm_look *l;
    int r = look(s, a, &l, e);
    if (r <= 0 || !(l->what & MM_LOOK_FACES))
        return r < 0 ? -1 : 0;
    mm_buf b = { 0 };
    mm_buf_byte(&b, '[');
    for (uint32_t i = 0; i < l->n_faces; i++)
        mm_buf_printf(&b, "%s[%d,%d,%d,%d]", i ? "," : "", l->face[i].x, l->face[i].y, l->face[i].width, l->face[i].height);
    mm_buf_byte(&b, ']');
    tell_int(a, FACES, l->n_faces);
    tell_raw(a, FACE_BOXES, mm_buf_view(&b));
    if (l->has_skin)
        tell_skin(a, l);
    mm_buf_free(&b);
    return 0;
}

const prober image_look_prober = { "image.look", ON_IMAGE, look_facts, sizeof look_facts / sizeof *look_facts, probe_look };
const prober image_faces_prober = { "image.faces", ON_IMAGE, face_facts, sizeof face_facts / sizeof *face_facts, probe_faces };
