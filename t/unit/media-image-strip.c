/* Taking metadata out of images: small files of each format made here by hand, with a secret in every
 * place that can hold one. What comes out holds the pixels and the turning, no secret, and is not
 * changed by going through again. Then the same files cut at every length and with every byte spoilt,
 * each in an allocation of its exact length for the address sanitizer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "media/media.h"

/* ---- making files ----------------------------------------------------------- */

/* EXIF as cameras write it: make, orientation 6, density, comment and maker note, a position, a thumbnail. */
static void put_exif(mm_buf *b)
{
    LIT(b, "MM\0*\0\0\0\x08");
    be(b, 7, 2);
    entry(b, 0x010f, 2, 12, 98);
    entry(b, 0x0112, 3, 1, 6);
    entry(b, 0x011a, 5, 1, 110);
    entry(b, 0x011b, 5, 1, 110);
    entry(b, 0x0128, 3, 1, 2);
    entry(b, 0x8769, 4, 1, 118);
    entry(b, 0x8825, 4, 1, 160);
    be(b, 178, 4);
    LIT(b, "SECRET make\0");           /* at 98 */
    be(b, 300, 4);                     /* at 110 */
    be(b, 1, 4);
    be(b, 2, 2);                       /* at 118 */
    entry(b, 0x927c, 7, 6, 148);
    entry(b, 0x9286, 7, 6, 154);
    be(b, 0, 4);
    LIT(b, "SECRETSECRET");            /* at 148 */
    be(b, 1, 2);                       /* at 160 */
    entry(b, 2, 5, 3, 110);
    be(b, 0, 4);
    be(b, 2, 2);                       /* at 178 */
    entry(b, 0x0201, 4, 1, 208);
    entry(b, 0x0202, 4, 1, 6);
    be(b, 0, 4);
    LIT(b, "SECRET");                  /* at 208 */
}

static void put_jpeg(mm_buf *b)
{
    mm_buf exif = { 0 }, table = { 0 };
    LIT(&exif, "Exif\0\0");
    put_exif(&exif);
    mm_buf_byte(&table, 0);
    for (int i = 0; i < 64; i++)
        mm_buf_byte(&table, 1);
    be(b, 0xffd8, 2);
    segment(b, 0xffe0, MM_STR("JFIF\0\1\2\1\0\x48\0\x48\0\0"));
    segment(b, 0xffe0, MM_STR("JFXX\0\x10SECRET thumbnail"));
    segment(b, 0xffe1, mm_buf_view(&exif));
    segment(b, 0xffe1, MM_STR("http://ns.adobe.com/xap/1.0/\0<SECRET/>"));
    segment(b, 0xffe2, MM_STR("ICC_PROFILE\0\1\1profile"));
    segment(b, 0xffe2, MM_STR("MPF\0SECRET"));
    segment(b, 0xffeb, MM_STR("JP\0\1SECRET"));
    segment(b, 0xffed, MM_STR("Photoshop 3.0\0" "8BIM\4\4\0\0\0\0\0\6SECRET"));
    segment(b, 0xffee, MM_STR("Adobe\0d\0\0\0\0\1SECRET"));
    segment(b, 0xffef, MM_STR("SECRET program"));
    segment(b, 0xfffe, MM_STR("SECRET comment"));
    segment(b, 0xffdb, mm_buf_view(&table));
    segment(b, 0xffc0, MM_STR("\x08\x00\x14\x00\x1e\x03\1\x11\0\2\x11\1\3\x11\1"));
    segment(b, 0xffda, MM_STR("\3\1\0\2\x11\3\x11\0\x3f\0"));
    LIT(b, "PIXELS\xff\0\xff\xd0more");
    segment(b, 0xfffe, MM_STR("SECRET between scans"));
    segment(b, 0xffda, MM_STR("\1\1\0\0\x3f\0"));
    LIT(b, "more\xff\xd9");
    LIT(b, "PK\3\4SECRET archive behind the end");
    mm_buf_free(&exif);
    mm_buf_free(&table);
}

static void put_png(mm_buf *b)
{
    mm_buf exif = { 0 };
    put_exif(&exif);
    LIT(b, "\x89PNG\r\n\x1a\n");
    chunk(b, "IHDR", MM_STR("\0\0\0\x1e\0\0\0\x14\x10\6\0\0\0"));
    chunk(b, "gAMA", MM_STR("\0\0\xb1\x8f"));
    chunk(b, "pHYs", MM_STR("\0\0\x0b\x13\0\0\x0b\x13\1"));
    chunk(b, "tEXt", MM_STR("Author\0SECRET"));
    chunk(b, "tIME", MM_STR("\7\xe4\1\2\3\4\5"));
    chunk(b, "caBX", MM_STR("SECRET"));
    chunk(b, "vpAg", MM_STR("SECRET"));
    chunk(b, "IDAT", MM_STR("PIXELS"));
    chunk(b, "eXIf", mm_buf_view(&exif));
    chunk(b, "iTXt", MM_STR("XML:com.adobe.xmp\0\0\0\0\0SECRET"));
    chunk(b, "zTXt", MM_STR("Raw profile type iptc\0\0SECRET"));
    chunk(b, "IEND", MM_STR(""));
    LIT(b, "SECRET");
    mm_buf_free(&exif);
}

static void put_webp(mm_buf *b)
{
    mm_buf body = { 0 }, exif = { 0 }, frame = { 0 };
    put_exif(&exif);
    LIT(&frame, "\0\0\0\0\0\0\x1d\0\0\x13\0\0\x64\0\0\0");
    riff(&frame, "VP8 ", MM_STR("PIXELS"));
    riff(&frame, "NOTE", MM_STR("SECRET"));
    LIT(&body, "WEBP");
    riff(&body, "VP8X", MM_STR("\x2e\0\0\0\x1d\0\0\x13\0\0"));
    riff(&body, "ICCP", MM_STR("abc"));
    riff(&body, "ANIM", MM_STR("\0\0\0\0\0\0"));
    riff(&body, "ANMF", mm_buf_view(&frame));
    riff(&body, "EXIF", mm_buf_view(&exif));
    riff(&body, "XMP ", MM_STR("SECRET"));
    riff(&body, "MINE", MM_STR("SECRET"));
    riff(b, "RIFF", mm_buf_view(&body));
    LIT(b, "SECRET");
    mm_buf_free(&body);
    mm_buf_free(&exif);
    mm_buf_free(&frame);
}

static void put_gif(mm_buf *b)
{
    LIT(b, "GIF89a\x1e\0\x14\0\x80\0\0" "\0\0\0\xff\xff\xff");
    LIT(b, "\x21\xff\x0bNETSCAPE2.0\3\1\0\0\0");
    LIT(b, "\x21\xff\x0bXMP DataXMP\6SECRET\0");
    LIT(b, "\x21\xff\x0bMYPROG  1.0\6SECRET\0");
    LIT(b, "\x21\xfe\6SECRET\0");
    LIT(b, "\x21\xf9\4\0\0\0\0\0" "\x21\x01\x0c\0\0\0\0\0\0\0\0\0\0\0\0\6SECRET\0");
    LIT(b, "\x21\xf9\4\0\5\0\0\0" "\x2c\0\0\0\0\x1e\0\x14\0\0\2\6PIXELS\0");
    LIT(b, "\x3bSECRET");
}

/* One strip, a description, and a thumbnail page. */
static void put_tiff(mm_buf *b)
{
    LIT(b, "MM\0*\0\0\0\x10" "PIXELS\0\0");
    be(b, 10, 2);                      /* at 16 */
    entry(b, 256, 3, 1, 30);
    entry(b, 257, 3, 1, 20);
    entry(b, 259, 3, 1, 1);
    entry(b, 262, 3, 1, 1);
    entry(b, 270, 2, 7, 142);
    entry(b, 273, 4, 1, 8);
    entry(b, 274, 3, 1, 6);
    entry(b, 279, 4, 1, 6);
    entry(b, 700, 1, 6, 142);
    entry(b, 34853, 4, 1, 142);
    be(b, 150, 4);
    LIT(b, "SECRET\0\0");              /* at 142 */
    be(b, 3, 2);                       /* at 150 */
    entry(b, 254, 4, 1, 1);
    entry(b, 273, 4, 1, 142);
    entry(b, 279, 4, 1, 6);
    be(b, 0, 4);
    LIT(b, "SECRET behind");
}

static void put_bmp(mm_buf *b)
{
    LIT(b, "BM\0\0\0\0SE\0\0");
    le(b, 64, 4);
    le(b, 40, 4);
    le(b, 2, 4);
    le(b, 2, 4);
    le(b, 1, 2);
    le(b, 24, 2);
    for (int i = 0; i < 24; i++)
        mm_buf_byte(b, 0);
    LIT(b, "SECRET\0\0\0\0");          /* at 54 */
    LIT(b, "PIXELS\0\0pixels\0\0");
    LIT(b, "SECRET");
}

static void full(mm_buf *b, const char *type, unsigned version, mm_str body)
{
    be(b, body.n + 12, 4);
    mm_buf_put(b, type, 4);
    be(b, (uint64_t)version << 24, 4);
    mm_buf_str(b, body);
}

static void item_location(mm_buf *b, unsigned id, uint32_t at, uint32_t n)
{
    be(b, id, 2);
    be(b, 0, 2);
    be(b, 1, 2);
    be(b, at, 4);
    be(b, n, 4);
}

/* A picture, EXIF and XMP in one mdat of 40 bytes, with 6 bytes that belong to none. */
static void put_meta(mm_buf *b, uint32_t mdat)
{
    mm_buf s = { 0 }, t = { 0 };
    full(&s, "pitm", 0, MM_STR("\0\1"));
    be(&t, 3, 2);
    full(&t, "infe", 2, MM_STR("\0\1\0\0av01SECRET\0"));
    full(&t, "infe", 2, MM_STR("\0\2\0\0Exif\0"));
    full(&t, "infe", 2, MM_STR("\0\3\0\0mime\0application/rdf+xml\0"));
    full(&s, "iinf", 0, mm_buf_view(&t));
    t.n = 0;
    be(&t, 0x4400, 2);
    be(&t, 3, 2);
    item_location(&t, 1, mdat, 6);
    item_location(&t, 2, mdat + 6, 22);
    item_location(&t, 3, mdat + 28, 6);
    full(&s, "iloc", 0, mm_buf_view(&t));
    t.n = 0;
    box(&t, "ispe", MM_STR("\0\0\0\0\0\0\0\x1e\0\0\0\x14"));
    box(&t, "irot", MM_STR("\3"));
    box(&t, "udes", MM_STR("\0\0\0\0SECRET\0\0"));
    mm_buf iprp = { 0 };
    box(&iprp, "ipco", mm_buf_view(&t));
    full(&iprp, "ipma", 0, MM_STR("\0\0\0\1\0\1\2\1\2"));
    box(&s, "iprp", mm_buf_view(&iprp));
    full(b, "meta", 0, mm_buf_view(&s));
    mm_buf_free(&s);
    mm_buf_free(&t);
    mm_buf_free(&iprp);
}

static void put_heif(mm_buf *b)
{
    mm_buf meta = { 0 };
    put_meta(&meta, 0);
    uint32_t mdat = 24 + (uint32_t)meta.n + 8;
    meta.n = 0;
    put_meta(&meta, mdat);
    box(b, "ftyp", MM_STR("avif\0\0\0\0avifmif1"));
    mm_buf_str(b, mm_buf_view(&meta));
    box(b, "mdat", MM_STR("PIXELS\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0" "SECRSECRETSECRET"));
    box(b, "uuid", MM_STR("\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8SECRET"));
    mm_buf_free(&meta);
}

/* ---- each format ------------------------------------------------------------ */

static const struct {
    const char *name;
    void (*put)(mm_buf *);
    int64_t orientation;
    uint32_t removed;
} formats[] = {
    { "jpeg", put_jpeg, 6, MM_STRIP_EXIF | MM_STRIP_GPS | MM_STRIP_XMP | MM_STRIP_IPTC | MM_STRIP_COMMENT |
      MM_STRIP_THUMBNAIL | MM_STRIP_MAKER_NOTE | MM_STRIP_C2PA | MM_STRIP_APPLICATION | MM_STRIP_TRAILER },
    { "png", put_png, 6, MM_STRIP_EXIF | MM_STRIP_GPS | MM_STRIP_XMP | MM_STRIP_IPTC | MM_STRIP_COMMENT |
      MM_STRIP_THUMBNAIL | MM_STRIP_MAKER_NOTE | MM_STRIP_C2PA | MM_STRIP_TIME | MM_STRIP_APPLICATION |
      MM_STRIP_TRAILER },
    { "webp", put_webp, 6, MM_STRIP_EXIF | MM_STRIP_GPS | MM_STRIP_XMP | MM_STRIP_COMMENT | MM_STRIP_THUMBNAIL |
      MM_STRIP_MAKER_NOTE | MM_STRIP_APPLICATION | MM_STRIP_TRAILER },
    { "gif", put_gif, -1, MM_STRIP_XMP | MM_STRIP_COMMENT | MM_STRIP_APPLICATION | MM_STRIP_TRAILER },
    { "tiff", put_tiff, 6, MM_STRIP_COMMENT | MM_STRIP_XMP | MM_STRIP_GPS | MM_STRIP_THUMBNAIL | MM_STRIP_UNUSED |
      MM_STRIP_TRAILER },
    { "bmp", put_bmp, -1, MM_STRIP_UNUSED | MM_STRIP_TRAILER },
    { "avif", put_heif, 6, MM_STRIP_EXIF | MM_STRIP_XMP | MM_STRIP_COMMENT | MM_STRIP_UNUSED },
};
enum { FORMATS = sizeof formats / sizeof *formats };

static bool holds(const mm_buf *b, const char *text)
{
    return b->n && memmem(b->p, b->n, text, strlen(text));
}

static void each_format_loses_its_secrets_and_keeps_its_pixels(void **state)
{
    for (size_t i = 0; i < FORMATS; i++) {
        mm_buf in = { 0 }, out = { 0 }, again = { 0 };
        mm_image_facts f;
        mm_strip_report r;
        mm_err e = { 0 };
        formats[i].put(&in);
        if (mm_image_strip(mm_buf_view(&in), MM_KEEP_DEFAULT, &out, &r, &e) < 0)
            fail_msg("%s: %s", formats[i].name, e.text);
        if (holds(&out, "SECRET") || !holds(&out, "PIXELS"))
            fail_msg("%s: secrets in it or pixels missing", formats[i].name);
        if (!r.changed || r.removed != formats[i].removed)
            fail_msg("%s: removed %x, not %x", formats[i].name, r.removed, formats[i].removed);
        assert_int_equal(mm_image_facts_read(mm_buf_view(&out), &f, &e), 0);
        assert_string_equal(f.format, formats[i].name);
        assert_int_equal(f.orientation, formats[i].orientation);
        assert_int_not_equal(f.has_gps, MM_YES);
        assert_int_equal(f.warnings.n, 0);
        assert_int_equal(mm_image_strip(mm_buf_view(&out), MM_KEEP_DEFAULT, &again, &r, &e), 0);
        if (r.changed || r.removed)
            fail_msg("%s: stripped twice it changes again", formats[i].name);
        mm_buf_free(&in);
        mm_buf_free(&out);
        mm_buf_free(&again);
    }
}

static void jpeg_keeps_colour_and_density_and_nothing_else(void **state)
{
    static const char want[] =
        "\xff\xd8\xff\xe0\0\x10JFIF\0\1\2\1\0\x48\0\x48\0\0"
        "\xff\xe1\0\x22" "Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"
        "\xff\xe2\0\x17ICC_PROFILE\0\1\1profile"
        "\xff\xee\0\x0e" "Adobe\0d\0\0\0\0\1\xff\xdb";
    mm_buf in = { 0 }, out = { 0 };
    mm_strip_report r;
    mm_err e = { 0 };
    put_jpeg(&in);
    assert_int_equal(mm_image_strip(mm_buf_view(&in), MM_KEEP_DEFAULT, &out, &r, &e), 0);
    assert_memory_equal(out.p, want, sizeof want - 1);
    assert_int_equal(mm_image_strip(mm_buf_view(&in), 0, &out, &r, &e), 0);
    assert_false(holds(&out, "Exif") || holds(&out, "profile"));
    assert_true(holds(&out, "PIXELS") && holds(&out, "JFIF\0\1\2\0\0\1\0\1") && holds(&out, "Adobe"));
    assert_int_equal(r.removed & (MM_STRIP_COLOR | MM_STRIP_DENSITY), MM_STRIP_COLOR | MM_STRIP_DENSITY);
    mm_buf_free(&in);
    mm_buf_free(&out);
}

/* A file cut anywhere is refused or comes out without a secret; where nothing but what follows the image is
 * cut, it may pass. */
static void no_cut_lets_a_secret_through(void **state)
{
    for (size_t i = 0; i < FORMATS; i++) {
        mm_buf in = { 0 }, out = { 0 };
        mm_strip_report r;
        size_t passed = 0;
        formats[i].put(&in);
        for (size_t n = 0; n < in.n; n++) {
            mm_err e = { 0 };
            char *copy = malloc(n ? n : 1);
            memcpy(copy, in.p, n);
            int status = mm_image_strip((mm_str){ copy, n }, MM_KEEP_DEFAULT, &out, &r, &e);
            passed += status == 0;
            if (holds(&out, "SECRET"))
                fail_msg("%s: a secret passes when cut at %zu", formats[i].name, n);
            if (status < 0)
                assert_true(e.code == MM_EBAD && e.text[0] && out.n == 0);
            free(copy);
        }
        if (passed > 40)
            fail_msg("%s: %zu cuts pass", formats[i].name, passed);
        mm_buf_free(&in);
        mm_buf_free(&out);
    }
}

/* PNG has checksums: no spoilt byte but in what follows the image passes. */
static void bears_every_spoilt_byte(void **state)
{
    static const unsigned char flips[] = { 0x01, 0x80, 0xff, 0x0d };
    for (size_t i = 0; i < FORMATS; i++) {
        mm_buf in = { 0 }, out = { 0 };
        mm_strip_report r;
        formats[i].put(&in);
        for (size_t k = 0; k < in.n * sizeof flips; k++) {
            mm_err e = { 0 };
            char *copy = malloc(in.n);
            memcpy(copy, in.p, in.n);
            copy[k / sizeof flips] ^= (char)flips[k % sizeof flips];
            int status = mm_image_strip((mm_str){ copy, in.n }, MM_KEEP_DEFAULT, &out, &r, &e);
            if (status < 0)
                assert_true(e.text[0] && out.n == 0);
            if (i == 1 && k / sizeof flips < in.n - 6)
                assert_int_equal(status, -1);
            free(copy);
        }
        mm_buf_free(&in);
        mm_buf_free(&out);
    }
}

static void refuses(const char *why, mm_str bytes)
{
    mm_buf out = { 0 };
    mm_strip_report r;
    mm_err e = { 0 };
    assert_int_equal(mm_image_strip(bytes, MM_KEEP_DEFAULT, &out, &r, &e), -1);
    assert_int_equal(e.code, MM_EBAD);
    if (!strstr(e.text, why))
        fail_msg("'%s' does not say '%s'", e.text, why);
    mm_buf_free(&out);
}

static void refuses_what_it_can_not_look_through(void **state)
{
    mm_buf b = { 0 };
    refuses("no image", MM_STR("%PDF-1.4"));
    refuses("no image", MM_STR("8BPS\0\1"));
    refuses("marker missing", MM_STR("\xff\xd8\xff\xfe\0\4abXYZ"));
    refuses("does not fit", MM_STR("\xff\xd8\xff\xdb\0\x0aSECRET\0\0\xff\xda\0\2\xff\xd9"));
    refuses("is not known", MM_STR("\xff\xd8\xff\xf7\0\4ab\xff\xd9"));
    LIT(&b, "\x89PNG\r\n\x1a\n");
    chunk(&b, "IHDR", MM_STR("\0\0\0\x1e\0\0\0\x14\x10\6\0\0\0"));
    chunk(&b, "CgBI", MM_STR("\0\0\0\0"));
    refuses("CgBI", mm_buf_view(&b));
    b.n = 0;
    LIT(&b, "MM\0*\0\0\0\x08");
    be(&b, 1, 2);
    entry(&b, 50706, 1, 4, 0x01040000);
    be(&b, 0, 4);
    refuses("raw file", mm_buf_view(&b));
    mm_buf_free(&b);
}

static void a_circle_of_pages_ends(void **state)
{
    mm_buf b = { 0 };
    LIT(&b, "MM\0*\0\0\0\x08");
    be(&b, 1, 2);
    entry(&b, 254, 4, 1, 1);
    be(&b, 8, 4);
    refuses("", mm_buf_view(&b));
    mm_buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_format_loses_its_secrets_and_keeps_its_pixels),
        cmocka_unit_test(jpeg_keeps_colour_and_density_and_nothing_else),
        cmocka_unit_test(no_cut_lets_a_secret_through),
        cmocka_unit_test(bears_every_spoilt_byte),
        cmocka_unit_test(refuses_what_it_can_not_look_through),
        cmocka_unit_test(a_circle_of_pages_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
