/* show.c - --list and --features, from the tables. */
#include "show.h"

#include <string.h>
#ifdef MM_HAVE_MEDIA
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#endif

#include "lang.h"
#include "media/asr.h"
#include "media/lazy.h"
#include "media/codes.h"
#include "media/ocr.h"

static void put_json(const fact *f, mm_buf *out)
{
    const struct { const char *key, *value; } member[] = {
        { "name", f->name }, { "type", f->type }, { "unit", f->unit }, { "needs", fact_need_name(f->need) },
        { "default", f->on_demand ? "no" : "yes" }, { "what", f->what },
    };
    for (size_t i = 0; i < sizeof member / sizeof *member; i++) {
        mm_buf_printf(out, "%s\"%s\":", i ? "," : "{", member[i].key);
        mm_json_put(out, mm_str_of(member[i].value));
    }
    mm_buf_str(out, MM_STR("}\n"));
}

void show_list(bool json, mm_buf *out)
{
    if (!json)
        mm_buf_printf(out, "%-22s %-8s %-8s %-14s %s\n", "fact", "type", "unit", "needs", "what");
    for (size_t i = 0; fact_at(i); i++) {
        const fact *f = fact_at(i);
        if (json)
            put_json(f, out);
        else
            mm_buf_printf(out, "%-22s %-8s %-8s %-14s %s%s\n", f->name, f->type, *f->unit ? f->unit : "-",
                          fact_need_name(f->need), f->what, f->on_demand ? " (on demand)" : "");
    }
    if (json)
        return;
    mm_buf_printf(out, "\nLanguages: ");
    lang_list_put(out);
    mm_buf_byte(out, '\n');
}

static void feature(mm_buf *out, const char *name, bool in, const char *by)
{
    mm_buf_printf(out, "%-11s %-3s %s\n", name, in ? "yes" : "no", by);
}

#ifdef MM_HAVE_MEDIA
static void version(mm_buf *out, const char *name, unsigned v)
{
    mm_buf_printf(out, "%s %u.%u.%u", name, v >> 16, v >> 8 & 255, v & 255);
}
#endif

void show_features(mm_buf *out)
{
    mm_buf by = { 0 };
    mm_lazy_load();
    bool media = false, jail = false, charset = false, loudness = false, print = false;
#ifdef MM_HAVE_MEDIA
    media = true;
    version(&by, "libavformat", avformat_version());
    version(&by, ", libavcodec", avcodec_version());
#endif
#ifdef MM_HAVE_SECCOMP
    jail = true;
#endif
#ifdef MM_HAVE_UCHARDET
    charset = true;
#endif
#ifdef MM_HAVE_EBUR128
    loudness = true;
#endif
#ifdef MM_HAVE_CHROMAPRINT
    print = true;
#endif
    mm_buf_byte(&by, '\0');
    feature(out, "media", media, media ? by.p : "audio and video facts need FFmpeg");
    feature(out, "jail", jail, jail ? "decoders are confined by libseccomp" : "decoders run in processes without seccomp");
    feature(out, "charset", charset, charset ? "8-bit encodings by uchardet" : "8-bit text is read as windows-1252");
    feature(out, "loudness", loudness, loudness ? "loudness by libebur128" : "no loudness without libebur128");
    feature(out, "fingerprint", print, print ? "of sound, by libchromaprint" : "none of sound without libchromaprint");
    mm_buf ocr = { 0 };
    mm_buf_printf(&ocr, "text in images by tesseract %s", mm_ocr_version());
    mm_buf_byte(&ocr, '\0');
    feature(out, "ocr", mm_ocr_is_built(), mm_ocr_is_built() ? ocr.p : "text in images needs tesseract");
    mm_buf_free(&ocr);
    bool paint = false;
#ifdef MM_HAVE_PAINT
    paint = true;
#endif
    feature(out, "barcode", mm_codes_is_built(), mm_codes_is_built() ? "bar codes in images by libzbar" : "bar codes need libzbar");
    feature(out, "paint", paint, paint ? "mm-redact writes images by libjpeg, libpng, libtiff, libwebp, giflib" :
            "mm-redact writes no images but BMP without libjpeg, libpng, libtiff, libwebp, giflib");
    feature(out, "asr", mm_asr_is_built(), mm_asr_is_built() ? "transcripts by pocketsphinx" : "transcripts need pocketsphinx, or those of another");
    feature(out, "simd", true, mm_simd()->name);
    mm_buf_free(&by);
}
