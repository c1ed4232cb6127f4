/* meta_put.c - texts of any encoding and bytes as JSON. */
#include "media/meta_put.h"

mm_str mm_meta_trim(mm_str s)
{
    if (!s.n)
        return s;
    s.n = strnlen(s.p, s.n);
    while (s.n && strchr(" \t\r\n", s.p[s.n - 1]))
        s.n--;
    return s;
}

void mm_meta_put_utf8(mm_buf *b, unsigned c)
{
    if (c < 0x80) {
        mm_buf_byte(b, (char)c);
    } else if (c < 0x800) {
        mm_buf_byte(b, (char)(0xc0 | c >> 6));
        mm_buf_byte(b, (char)(0x80 | (c & 63)));
    } else if (c < 0x10000) {
        mm_buf_byte(b, (char)(0xe0 | c >> 12));
        mm_buf_byte(b, (char)(0x80 | (c >> 6 & 63)));
        mm_buf_byte(b, (char)(0x80 | (c & 63)));
    } else {
        mm_buf_byte(b, (char)(0xf0 | c >> 18));
        mm_buf_byte(b, (char)(0x80 | (c >> 12 & 63)));
        mm_buf_byte(b, (char)(0x80 | (c >> 6 & 63)));
        mm_buf_byte(b, (char)(0x80 | (c & 63)));
    }
}

static void put_and_free(mm_buf *out, mm_buf *text)
{
    mm_json_put(out, mm_meta_trim(mm_buf_view(text)));
    out->failed |= text->failed;
    mm_buf_free(text);
}

void mm_meta_put_latin1(mm_buf *out, mm_str s)
{
    mm_buf text = { 0 };
    s = mm_sub(mm_meta_trim(s), 0, MM_META_TEXT);
    for (size_t i = 0; i < s.n; i++)
        mm_meta_put_utf8(&text, (unsigned char)s.p[i]);
    put_and_free(out, &text);
}

void mm_meta_put_utf16(mm_buf *out, mm_str s, bool big_endian)
{
    mm_buf text = { 0 };
    s = mm_sub(s, 0, MM_META_TEXT);
    for (size_t i = 0; i + 2 <= s.n; i += 2) {
        unsigned c = (unsigned)(big_endian ? mm_be(s, i, 2) : mm_le(s, i, 2));
        if (c >= 0xd800 && c < 0xe000) {
            unsigned low = (unsigned)(big_endian ? mm_be(s, i + 2, 2) : mm_le(s, i + 2, 2));
            bool pair = c < 0xdc00 && low >= 0xdc00 && low < 0xe000;
            c = pair ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
            i += pair ? 2 : 0;
        }
        mm_meta_put_utf8(&text, c);
    }
    put_and_free(out, &text);
}

void mm_meta_put_text(mm_buf *out, mm_str s)
{
    s = mm_meta_trim(s);
    if (mm_simd()->utf8_check(s.p, s.n) < s.n) {
        mm_meta_put_latin1(out, s);
        return;
    }
    if (s.n > MM_META_TEXT)
        for (s.n = MM_META_TEXT; s.n && ((unsigned char)s.p[s.n] & 0xc0) == 0x80;)
            s.n--;
    mm_json_put(out, s);
}

void mm_meta_put_bytes(mm_buf *out, mm_str s)
{
    char text[96];
    if (s.n > 64)
        mm_buf_printf(out, "{\"bytes\":%zu}", s.n);
    else
        mm_json_put(out, (mm_str){ text, mm_simd()->base64_encode(s.p, s.n, text) });
}
