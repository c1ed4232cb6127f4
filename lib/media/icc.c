/* icc.c - what a colour profile is called and for: its header (ICC.1:2022 section 7.2) and its tag profileDescription
 * (section 9.2.41; in version 2 of the type textDescriptionType, ICC.1:2001 section 6.5.17). */
#include "media/image.h"
#include "media/meta_put.h"

enum { HEADER = 128, MOST_TAGS = 100 };

/* Four bytes without the blanks they are filled up with; empty where they are no text. */
static void signature(mm_str s, uint64_t at, char out[8])
{
    size_t n = 0;
    for (; n < 4; n++) {
        unsigned c = mm_u8(s, at + n);
        if (c < 0x20 || c > 0x7e) {
            n = 0;
            break;
        }
        out[n] = (char)c;
    }
    while (n && out[n - 1] == ' ')
        n--;
    out[n] = 0;
}

static void copy_text(mm_image_facts *f, mm_buf *json)
{
    mm_buf text = { 0 };
    mm_str s = json->failed ? (mm_str){ 0 } : mm_json_text(mm_buf_view(json), &text);
    size_t n = s.n < sizeof f->icc_description - 1 ? s.n : sizeof f->icc_description - 1;
    while (n < s.n && n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    if (n)
        memcpy(f->icc_description, s.p, n);
    f->icc_description[n] = 0;
    mm_buf_free(&text);
}

/* multiLocalizedUnicodeType: English where there is some, else the first. */
static void put_localized(mm_str tag, mm_buf *json)
{
    uint64_t n = mm_be(tag, 8, 4), size = mm_be(tag, 12, 4), chosen = 16;
    for (uint64_t i = 0; i < n && i < MOST_TAGS && mm_in(tag, 16 + i * size, 12); i++)
        if (mm_at(tag, 16 + i * size, "en", 2)) {
            chosen = 16 + i * size;
            break;
        }
    mm_meta_put_utf16(json, mm_sub(tag, mm_be(tag, chosen + 8, 4), mm_be(tag, chosen + 4, 4)), true);
}

static void read_description(mm_str tag, mm_image_facts *f)
{
    mm_buf json = { 0 };
    if (mm_at(tag, 0, "mluc", 4))
        put_localized(tag, &json);
    else if (mm_at(tag, 0, "desc", 4))
        mm_meta_put_text(&json, mm_sub(tag, 12, mm_be(tag, 8, 4)));
    else if (mm_at(tag, 0, "text", 4))
        mm_meta_put_text(&json, mm_sub(tag, 8, tag.n));
    if (json.n)
        copy_text(f, &json);
    mm_buf_free(&json);
}

void mm_icc_note(mm_str s, mm_image_facts *f)
{
    bool first = f->has_icc != MM_YES || !f->icc_space[0];
    f->has_icc = MM_YES;
    if (!first || !mm_in(s, 0, HEADER + 4))
        return;
    signature(s, 16, f->icc_space);
    signature(s, 12, f->icc_class);
    uint64_t tags = mm_be(s, HEADER, 4);
    for (uint64_t i = 0; i < tags && i < MOST_TAGS; i++) {
        uint64_t at = HEADER + 4 + i * 12;
        if (mm_at(s, at, "desc", 4)) {
            read_description(mm_sub(s, mm_be(s, at + 4, 4), mm_be(s, at + 8, 4)), f);
            return;
        }
    }
}
