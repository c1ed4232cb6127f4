/* Image headers: small files of each format made here by hand, the facts read back, and then the
 * same files cut at every length and with every byte spoilt. Each reading is of an allocation of
 * exactly that length, so that the address sanitizer sees a step too far. */
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

/* Big-endian TIFF with make, orientation 6, a size, an EXIF and a GPS directory. */
static void put_tiff(mm_buf *b)
{
    LIT(b, "MM\0*\0\0\0\x08");
    be(b, 8, 2);
    entry(b, 256, 3, 1, 30);
    entry(b, 257, 3, 1, 20);
    entry(b, 262, 3, 1, 2);
    entry(b, 271, 2, 8, 110);
    entry(b, 274, 3, 1, 6);
    entry(b, 277, 3, 1, 3);
    entry(b, 0x8769, 4, 1, 118);
    entry(b, 0x8825, 4, 1, 156);
    be(b, 0, 4);
    LIT(b, "Camera \0");             /* at 110 */
    be(b, 1, 2);                     /* at 118 */
    entry(b, 0x9003, 2, 20, 136);
    be(b, 0, 4);
    LIT(b, "2020:01:01 10:00:00\0"); /* at 136 */
    be(b, 1, 2);                     /* at 156 */
    entry(b, 2, 5, 3, 174);
    be(b, 0, 4);
    for (int i = 0; i < 6; i++)      /* at 174 */
        be(b, 1, 4);
}

static void put_jpeg(mm_buf *b)
{
    mm_buf exif = { 0 };
    LIT(&exif, "Exif\0\0");
    put_tiff(&exif);
    be(b, 0xffd8, 2);
    segment(b, 0xffe1, mm_buf_view(&exif));
    segment(b, 0xffe1, MM_STR("http://ns.adobe.com/xap/1.0/\0<x/>"));
    segment(b, 0xffed, MM_STR("Photoshop 3.0\0" "8BIM\4\4\0\0\0\0\0\3abc\0"));
    segment(b, 0xffe2, MM_STR("ICC_PROFILE\0\1\1"));
    segment(b, 0xffc0, MM_STR("\x08\x00\x14\x00\x1e\x03\1\x11\0\2\x11\1\3\x11\1"));
    segment(b, 0xffda, MM_STR("\3\1\0\2\x11\3\x11\0\x3f\0"));
    LIT(b, "data\xff\xd9");
    mm_buf_free(&exif);
}

static void put_png(mm_buf *b)
{
    mm_buf exif = { 0 };
    put_tiff(&exif);
    LIT(b, "\x89PNG\r\n\x1a\n");
    chunk(b, "IHDR", MM_STR("\0\0\0\x1e\0\0\0\x14\x10\6\0\0\0"));
    chunk(b, "acTL", MM_STR("\0\0\0\7\0\0\0\0"));
    chunk(b, "iCCP", MM_STR("x\0\0"));
    chunk(b, "IDAT", MM_STR("pixels"));
    chunk(b, "eXIf", mm_buf_view(&exif));
    chunk(b, "iTXt", MM_STR("XML:com.adobe.xmp\0\0\0\0\0exif:GPSLatitude"));
    chunk(b, "IEND", MM_STR(""));
    mm_buf_free(&exif);
}

static void put_webp(mm_buf *b)
{
    mm_buf body = { 0 }, exif = { 0 };
    put_tiff(&exif);
    LIT(&body, "WEBP");
    riff(&body, "VP8X", MM_STR("\x3e\0\0\0\x1d\0\0\x13\0\0"));
    riff(&body, "ICCP", MM_STR("abc"));
    riff(&body, "ANMF", MM_STR("abcd"));
    riff(&body, "ANMF", MM_STR("abcd"));
    riff(&body, "EXIF", mm_buf_view(&exif));
    riff(&body, "XMP ", MM_STR("<x/>"));
    riff(b, "RIFF", mm_buf_view(&body));
    mm_buf_free(&body);
    mm_buf_free(&exif);
}

static void put_gif(mm_buf *b)
{
    LIT(b, "GIF89a\x1e\0\x14\0\x80\0\0" "\0\0\0\xff\xff\xff");
    for (int i = 0; i < 3; i++)
        LIT(b, "\x21\xf9\4\1\0\0\0\0" "\x2c\0\0\0\0\x1e\0\x14\0\0" "\2\2\x4c\1\0");
    LIT(b, "\x3b");
}

static void put_bmp(mm_buf *b)
{
    LIT(b, "BM");
    le(b, 58, 4);
    le(b, 0, 4);
    le(b, 54, 4);
    le(b, 40, 4);
    le(b, 30, 4);
    le(b, (uint32_t)-20, 4);
    le(b, 1, 2);
    le(b, 24, 2);
    for (int i = 0; i < 6; i++)
        le(b, 0, 4);
    le(b, 0, 4);
}

/* A HEIF file of one item with a size and the given turns, and its EXIF as item 2. */
static void put_heif_turned(mm_buf *b, int quarters, int mirror)
{
    mm_buf meta = { 0 }, iprp = { 0 }, ipco = { 0 }, iinf = { 0 }, iloc = { 0 }, exif = { 0 };
    char irot = (char)quarters, imir = (char)mirror;
    box(&ipco, "ispe", MM_STR("\0\0\0\0\0\0\0\x1e\0\0\0\x14"));
    box(&ipco, "pixi", MM_STR("\0\0\0\0\3\x0a\x0a\x0a"));
    box(&ipco, "irot", (mm_str){ &irot, 1 });
    box(&ipco, "imir", (mm_str){ &imir, 1 });
    box(&iprp, "ipco", mm_buf_view(&ipco));
    box(&iprp, "ipma", mirror < 0 ? MM_STR("\0\0\0\0\0\0\0\1\0\1\3\1\2\x83")
                                  : MM_STR("\0\0\0\0\0\0\0\1\0\1\4\1\2\x83\x84"));
    LIT(&iinf, "\0\0\0\0\0\2");
    box(&iinf, "infe", MM_STR("\2\0\0\0\0\1\0\0hvc1\0"));
    box(&iinf, "infe", MM_STR("\2\0\0\0\0\2\0\0Exif\0"));
    LIT(&exif, "\0\0\0\0");
    put_tiff(&exif);
    LIT(&iloc, "\0\0\0\0\x44\0\0\1\0\2\0\0\0\1\0\0\0\x1c");  /* item 2 at byte 28 */
    be(&iloc, exif.n, 4);
    LIT(&meta, "\0\0\0\0");
    box(&meta, "pitm", MM_STR("\0\0\0\0\0\1"));
    box(&meta, "iinf", mm_buf_view(&iinf));
    box(&meta, "iloc", mm_buf_view(&iloc));
    box(&meta, "iprp", mm_buf_view(&iprp));
    box(b, "ftyp", MM_STR("heic\0\0\0\0mif1"));
    box(b, "mdat", mm_buf_view(&exif));
    box(b, "meta", mm_buf_view(&meta));
    mm_buf *all[] = { &meta, &iprp, &ipco, &iinf, &iloc, &exif };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mm_buf_free(all[i]);
}

static void put_heif(mm_buf *b)
{
    put_heif_turned(b, 0, -1);
}

static void (*const makers[])(mm_buf *) = { put_jpeg, put_png, put_tiff, put_webp, put_gif, put_bmp, put_heif };
static const char *const names[] = { "jpeg", "png", "tiff", "webp", "gif", "bmp", "heic" };
enum { FORMATS = sizeof makers / sizeof *makers };

/* ---- reading them ----------------------------------------------------------- */

static int read_exact(const char *p, size_t n, mm_image_facts *f)
{
    mm_err e = { 0 };
    char *copy = malloc(n ? n : 1);
    memcpy(copy, p ? p : "", n);
    int status = mm_image_facts_read((mm_str){ copy, n }, f, &e);
    assert_true(status == 0 || (e.code == MM_EBAD && e.text[0]));
    free(copy);
    return status;
}

static mm_image_facts facts_of(void (*make)(mm_buf *))
{
    mm_buf b = { 0 };
    mm_image_facts f;
    make(&b);
    assert_int_equal(read_exact(b.p, b.n, &f), 0);
    mm_buf_free(&b);
    return f;
}

static void reads_size_of_all(void **state)
{
    for (size_t i = 0; i < FORMATS; i++) {
        mm_image_facts f = facts_of(makers[i]);
        assert_string_equal(f.format, names[i]);
        assert_int_equal(f.width, 30);
        assert_int_equal(f.height, 20);
        assert_int_equal(f.warnings.n, 0);
    }
}

static void reads_exif_wherever_it_stands(void **state)
{
    void (*const holders[])(mm_buf *) = { put_jpeg, put_png, put_tiff, put_webp, put_heif };
    for (size_t i = 0; i < sizeof holders / sizeof *holders; i++) {
        mm_image_facts f = facts_of(holders[i]);
        assert_string_equal(f.camera_make, "Camera");
        assert_int_equal(f.has_exif, MM_YES);
        assert_int_equal(f.has_gps, MM_YES);
        assert_int_equal(f.has_datetime, MM_YES);
        /* HEIF turns by its own properties, and EXIF's word is not heard */
        assert_int_equal(f.orientation, holders[i] == put_heif ? 1 : 6);
        assert_int_equal(f.display_width, holders[i] == put_heif ? 30 : 20);
    }
}

static void reads_what_each_format_tells(void **state)
{
    mm_image_facts f = facts_of(put_jpeg);
    assert_string_equal(f.color_space, "ycbcr");
    assert_true(f.has_xmp && f.has_iptc && f.has_icc && !f.has_alpha);
    f = facts_of(put_png);
    assert_string_equal(f.color_space, "rgb");
    assert_int_equal(f.bit_depth, 16);
    assert_int_equal(f.channels, 4);
    assert_int_equal(f.frames, 7);
    assert_true(f.has_xmp && f.has_icc && f.has_alpha && !f.has_iptc);
    f = facts_of(put_webp);
    assert_int_equal(f.frames, 2);
    assert_true(f.has_xmp && f.has_icc && f.has_alpha);
    f = facts_of(put_gif);
    assert_int_equal(f.frames, 3);
    assert_string_equal(f.color_space, "palette");
    f = facts_of(put_bmp);
    assert_int_equal(f.bit_depth, 8);
    f = facts_of(put_heif);
    assert_int_equal(f.bit_depth, 10);
    assert_int_equal(f.channels, 3);
}

/* EXIF numbers of a quarter turn anti-clockwise, then of a mirror behind it. */
static void turns_heif(void **state)
{
    static const int turned[] = { 1, 8, 3, 6 }, mirrored[][2] = { { 4, 2 }, { 5, 7 }, { 2, 4 }, { 7, 5 } };
    for (int quarters = 0; quarters < 4; quarters++)
        for (int mirror = -1; mirror < 2; mirror++) {
            mm_buf b = { 0 };
            mm_image_facts f;
            put_heif_turned(&b, quarters, mirror);
            assert_int_equal(read_exact(b.p, b.n, &f), 0);
            assert_int_equal(f.orientation, mirror < 0 ? turned[quarters] : mirrored[quarters][mirror]);
            assert_int_equal(f.display_width, quarters % 2 ? 20 : 30);
            mm_buf_free(&b);
        }
}

/* ---- damage ----------------------------------------------------------------- */

static void bears_every_prefix(void **state)
{
    for (size_t i = 0; i < FORMATS; i++) {
        mm_buf b = { 0 };
        mm_image_facts f;
        makers[i](&b);
        for (size_t n = 0; n < b.n; n++)
            if (read_exact(b.p, n, &f) == 0 && f.width < 0)
                assert_true(f.warnings.n > 0);
        mm_buf_free(&b);
    }
}

static void bears_every_spoilt_byte(void **state)
{
    static const unsigned char with[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
    for (size_t i = 0; i < FORMATS; i++) {
        mm_buf b = { 0 };
        mm_image_facts f;
        makers[i](&b);
        for (size_t at = 0; at < b.n; at++) {
            char was = b.p[at];
            for (size_t k = 0; k < sizeof with + 1; k++) {
                b.p[at] = k < sizeof with ? (char)with[k] : (char)~was;
                read_exact(b.p, b.n, &f);
            }
            b.p[at] = was;
        }
        mm_buf_free(&b);
    }
}

static void tells_of_missing_ends(void **state)
{
    static const char *const said[] = { "JPEG data ends before EOI", "PNG data ends before IEND",
                                        NULL, "WebP data ends before its RIFF length",
                                        "GIF data ends before its trailer", "BMP data ends before its stated length",
                                        "HEIF data ends before its boxes do" };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        mm_buf b = { 0 };
        mm_image_facts f;
        makers[i](&b);
        assert_int_equal(read_exact(b.p, b.n - 1, &f), 0);
        if (said[i])
            assert_string_equal(f.warnings.text[0], said[i]);
        mm_buf_free(&b);
    }
}

static void refuses_an_answer_of_another_length(void **state)
{
    mm_image_facts f;
    mm_av_facts av;
    mm_err e = { 0 };
    assert_int_equal(mm_image_facts_take(MM_STR("short"), &f, &e), -1);
    assert_int_equal(mm_av_facts_take(MM_STR(""), &av, &e), -1);
    assert_int_equal(e.code, MM_EBAD);
}

static void ends_texts_of_an_answer(void **state)
{
    mm_image_facts f;
    mm_err e = { 0 };
    char answer[sizeof f];
    memset(answer, 'x', sizeof answer);
    assert_int_equal(mm_image_facts_take((mm_str){ answer, sizeof answer }, &f, &e), 0);
    assert_int_equal(strlen(f.camera_make), sizeof f.camera_make - 1);
    assert_true(f.warnings.n <= 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_size_of_all),
        cmocka_unit_test(reads_exif_wherever_it_stands),
        cmocka_unit_test(reads_what_each_format_tells),
        cmocka_unit_test(turns_heif),
        cmocka_unit_test(bears_every_prefix),
        cmocka_unit_test(bears_every_spoilt_byte),
        cmocka_unit_test(tells_of_missing_ends),
        cmocka_unit_test(refuses_an_answer_of_another_length),
        cmocka_unit_test(ends_texts_of_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
