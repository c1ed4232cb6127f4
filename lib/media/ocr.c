/* ocr.c - tesseract over decoded pixels. */
#include "media/ocr.h"

#include <string.h>

#ifdef MM_HAVE_OCR
#include <dlfcn.h>
#include <stdio.h>
#include <tesseract/capi.h>
#include <unistd.h>

#include "media/frames.h"
#include "media/lazy.h"

/* What the fork server loads and its workers share; set before any thread is there. */
static const char *chosen;
static TessBaseAPI *engine;

bool mm_ocr_is_built(void)
{
    return true;
}

const char *mm_ocr_version(void)
{
    return TessVersion();
}

/* Workers may start no threads, so those of OpenMP, which tesseract brings along, are kept to one. It asks for four by
 * name, which a number of threads does not overrule, but dynamic teams and no active level do. */
static void be_alone(void)
{
    static const struct { const char *name; int value; } settings[] = {
        { "omp_set_num_threads", 1 }, { "omp_set_dynamic", 1 }, { "omp_set_max_active_levels", 0 },
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        void (*set)(int);
        *(void **)&set = dlsym(RTLD_DEFAULT, settings[i].name);
        if (set)
            set(settings[i].value);
    }
}

static ssize_t discard(void *cookie, const char *bytes, size_t n)
{
    return (ssize_t)n;
}

/* Tesseract talks on stderr, which a worker may not write to. Only the fork server and its workers get here. */
static void be_silent(void)
{
    FILE *nothing = fopencookie(NULL, "w", (cookie_io_functions_t){ .write = discard });
    if (nothing)
        stderr = nothing;
}

static TessBaseAPI *load(void)
{
    TessBaseAPI *t = TessBaseAPICreate();
    if (t && TessBaseAPIInit3(t, NULL, chosen) == 0) {
        TessBaseAPISetPageSegMode(t, PSM_AUTO);
        return t;
    }
    TessBaseAPIDelete(t);
    return NULL;
}

void mm_ocr_choose(const char *languages)
{
    chosen = languages ? languages : "eng";
}

int mm_ocr_languages(const char *languages, mm_err *e)
{
    mm_ocr_choose(languages);
    mm_lazy_load();
    TessBaseAPI *t = TessBaseAPICreate();
    if (!t)
        return mm_fail(e, MM_ESYS, "out of memory");
    TessBaseAPIInit3(t, NULL, "");
    const char *path = TessBaseAPIGetDatapath(t);
    char file[512];
    int missing = 0;
    for (const char *p = chosen; *p && !missing; p += *p == '+') {
        size_t n = strcspn(p, "+");
        snprintf(file, sizeof file, "%s/%.*s.traineddata", path ? path : "", (int)n, p);
        if (!n || access(file, R_OK) != 0)
            missing = mm_fail(e, MM_EUSAGE, "tesseract has no model '%.*s' (%s); install its package, such as "
                              "tesseract-ocr-%.*s", (int)n, p, file, (int)n, p);
        p += n;
    }
    TessBaseAPIDelete(t);
    return missing;
}

/* A blank page makes the engine open all that it opens late. */
static void warm(void)
{
    static unsigned char page[64 * 64];
    if (engine)
        return;
    mm_lazy_load();
    be_alone();
    be_silent();
    engine = load();
    if (!engine)
        return;
    memset(page, 255, sizeof page);
    TessBaseAPISetImage(engine, page, 64, 64, 1, 64);
    TessDeleteText(TessBaseAPIGetUTF8Text(engine));
    TessBaseAPIClear(engine);
}

static void put_word(const TessResultIterator *at, mm_buf *out)
{
    int left, top, right, bottom;
    char *word = TessResultIteratorGetUTF8Text(at, RIL_WORD);
    if (word && TessPageIteratorBoundingBox(TessResultIteratorGetPageIteratorConst(at), RIL_WORD, &left, &top, &right, &bottom)) {
        mm_buf_printf(out, "%s[%d,%d,%d,%d,", out->p[out->n - 1] == '[' ? "" : ",", left, top, right - left, bottom - top);
        mm_json_put(out, mm_str_of(word));
        mm_buf_byte(out, ',');
        mm_json_put_double(out, (double)(int)(TessResultIteratorConfidence(at, RIL_WORD) * 100 + 0.5f) / 100);
        mm_buf_byte(out, ']');
    }
    TessDeleteText(word);
}

static int read_page(const mm_frame *f, mm_buf *out, mm_err *e)
{
    TessBaseAPISetImage(engine, f->pixels, f->width, f->height, 3, 3 * f->width);
    char *text = TessBaseAPIGetUTF8Text(engine);
    if (!text)
        return mm_fail(e, MM_EBAD, "tesseract could not read the picture");
    mm_buf_str(out, MM_STR("{\"text\":"));
    mm_json_put(out, mm_str_of(text));
    mm_buf_str(out, MM_STR(",\"words\":["));
    TessDeleteText(text);
    TessResultIterator *at = TessBaseAPIGetIterator(engine);
    if (at && !out->failed) {
        do
            put_word(at, out);
        while (!out->failed && TessResultIteratorNext(at, RIL_WORD));
    }
    TessResultIteratorDelete(at);
    mm_buf_str(out, MM_STR("]}"));
    TessBaseAPIClear(engine);
    TessBaseAPIClearAdaptiveClassifier(engine);
    return 0;
}

static int run(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    mm_ocr_args a = { .max_pixels = 0 };
    if (args.n == sizeof a)
        memcpy(&a, args.p, sizeof a);
    mm_frame_opts o = { .form = MM_PIXELS_RGB, .max_frames = 1, .max_pixels = a.max_pixels };
    mm_frame frame;
    if (!engine)
        return mm_fail(e, MM_EBAD, "tesseract could not be started");
    mm_frames *f = mm_frames_open(in, &o, e);
    if (!f)
        return -1;
    int r = mm_frames_next(f, &frame, e);
    if (r == 0)
        r = mm_fail(e, MM_EBAD, "there is no picture in it");
    if (r == 1)
        r = read_page(&frame, out, e);
    mm_frames_close(f);
    return r;
}

const mm_jail_op mm_ocr_op = { MM_MEDIA_OCR, run, warm };

void mm_ocr_warm(void)
{
    if (chosen)
        warm();
}

static void tell_word(const TessResultIterator *at, void (*word)(void *ctx, const mm_ocr_word *w), void *ctx)
{
    const TessPageIterator *place = TessResultIteratorGetPageIteratorConst(at);
    int left, top, right, bottom;
    char *text = TessResultIteratorGetUTF8Text(at, RIL_WORD);
    if (text && TessPageIteratorBoundingBox(place, RIL_WORD, &left, &top, &right, &bottom)) {
        mm_ocr_word w = { left, top, right - left, bottom - top, (int)TessResultIteratorConfidence(at, RIL_WORD),
                          TessPageIteratorIsAtBeginningOf(place, RIL_TEXTLINE), text };
        word(ctx, &w);
    }
    TessDeleteText(text);
}

int mm_ocr_read(const uint8_t *rgb, int width, int height, void (*word)(void *ctx, const mm_ocr_word *w), void *ctx, mm_err *e)
{
    if (!engine)
        return mm_fail(e, MM_EBAD, "tesseract could not be started");
    TessBaseAPISetImage(engine, rgb, width, height, 3, 3 * width);
    if (TessBaseAPIRecognize(engine, NULL) != 0)
        return mm_fail(e, MM_EBAD, "tesseract could not read the picture");
    TessResultIterator *at = TessBaseAPIGetIterator(engine);
    if (at)
        do
            tell_word(at, word, ctx);
        while (TessResultIteratorNext(at, RIL_WORD));
    TessResultIteratorDelete(at);
    TessBaseAPIClear(engine);
    TessBaseAPIClearAdaptiveClassifier(engine);
    return 0;
}

#else

void mm_ocr_warm(void)
{
}

int mm_ocr_read(const uint8_t *rgb, int width, int height, void (*word)(void *ctx, const mm_ocr_word *w), void *ctx, mm_err *e)
{
    return mm_fail(e, MM_EBAD, "text in images needs tesseract, which this build leaves out");
}

bool mm_ocr_is_built(void)
{
    return false;
}

const char *mm_ocr_version(void)
{
    return "";
}

void mm_ocr_choose(const char *languages)
{
}

int mm_ocr_languages(const char *languages, mm_err *e)
{
    return mm_fail(e, MM_EUSAGE, "text in images needs tesseract, which this build leaves out");
}

static int run(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    return mm_fail(e, MM_EBAD, "text in images needs tesseract, which this build leaves out");
}

const mm_jail_op mm_ocr_op = { MM_MEDIA_OCR, run, NULL };
#endif
