#include "glyph.h"

#include <string.h>

/* Ranges, rising. */
typedef struct range {
    uint32_t from, to;
} range;

static const range unseen[] = {
    { 0xad, 0xad }, { 0x300, 0x36f }, { 0x61c, 0x61c }, { 0x180b, 0x180f }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
    { 0x200b, 0x200f }, { 0x202a, 0x202e }, { 0x2060, 0x2064 }, { 0x2066, 0x206f }, { 0x20d0, 0x20ff }, { 0x3164, 0x3164 },
    { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xe0000, 0xe01ef },
};
static const range blanks[] = {
    { 0xa0, 0xa0 }, { 0x1680, 0x1680 }, { 0x2000, 0x200a }, { 0x2028, 0x2029 }, { 0x202f, 0x202f }, { 0x205f, 0x205f },
    { 0x3000, 0x3000 },
};
static const range dashes[] = {
    { 0x2010, 0x2015 }, { 0x2043, 0x2043 }, { 0x2212, 0x2212 }, { 0x2e3a, 0x2e3b }, { 0xfe58, 0xfe58 }, { 0xfe63, 0xfe63 },
};

/* The zeros of the scripts that have digits of their own. */
static const uint32_t zeros[] = {
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20, 0x1040,
    0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0,
    0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650,
    0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2,
    0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
};

/* Letters of other alphabets, from 0x370 on, and the ASCII ones they look like; rising. */
static const struct {
    uint16_t c;
    char like;
} alike[] = {
    { 0x391, 'A' }, { 0x392, 'B' }, { 0x395, 'E' }, { 0x396, 'Z' }, { 0x397, 'H' }, { 0x399, 'I' }, { 0x39a, 'K' },
    { 0x39c, 'M' }, { 0x39d, 'N' }, { 0x39f, 'O' }, { 0x3a1, 'P' }, { 0x3a4, 'T' }, { 0x3a5, 'Y' }, { 0x3a7, 'X' },
    { 0x3b1, 'a' }, { 0x3b9, 'i' }, { 0x3ba, 'k' }, { 0x3bd, 'v' }, { 0x3bf, 'o' }, { 0x3c1, 'p' }, { 0x3c5, 'u' },
    { 0x3c7, 'x' }, { 0x3f2, 'c' }, { 0x3f3, 'j' }, { 0x405, 'S' }, { 0x406, 'I' }, { 0x408, 'J' }, { 0x410, 'A' },
    { 0x412, 'B' }, { 0x415, 'E' }, { 0x41a, 'K' }, { 0x41c, 'M' }, { 0x41d, 'H' }, { 0x41e, 'O' }, { 0x420, 'P' },
    { 0x421, 'C' }, { 0x422, 'T' }, { 0x423, 'Y' }, { 0x425, 'X' }, { 0x430, 'a' }, { 0x432, 'b' }, { 0x435, 'e' },
    { 0x43a, 'k' }, { 0x43c, 'm' }, { 0x43d, 'h' }, { 0x43e, 'o' }, { 0x440, 'p' }, { 0x441, 'c' }, { 0x442, 't' },
    { 0x443, 'y' }, { 0x445, 'x' }, { 0x455, 's' }, { 0x456, 'i' }, { 0x458, 'j' }, { 0x4ae, 'Y' }, { 0x4af, 'y' },
    { 0x4bb, 'h' }, { 0x4c0, 'I' }, { 0x4cf, 'l' }, { 0x501, 'd' }, { 0x51a, 'Q' }, { 0x51b, 'q' }, { 0x51c, 'W' },
    { 0x51d, 'w' },
};

#define COUNT(list) (sizeof list / sizeof *list)

static bool within(const range *list, size_t n, uint32_t c)
{
    for (size_t i = 0; i < n && list[i].from <= c; i++)
        if (c <= list[i].to)
            return true;
    return false;
}

static int digit_of(uint32_t c)
{
    for (size_t i = 0; i < COUNT(zeros) && zeros[i] <= c; i++)
        if (c - zeros[i] < 10)
            return (int)('0' + (c - zeros[i]));
    if (c >= 0x2460 && c <= 0x2468)   /* circled */
        return (int)('1' + (c - 0x2460));
    return c == 0x24ea ? '0' : GLYPH_SAME;
}

static int letter_of(uint32_t c)
{
    if (c >= 0x1d400 && c <= 0x1d6a3) {   /* mathematical: thirteen alphabets */
        uint32_t k = (c - 0x1d400) % 52;
        return (int)(k < 26 ? 'A' + k : 'a' + k - 26);
    }
    if (c >= 0x24b6 && c <= 0x24e9)       /* circled */
        return (int)(c < 0x24d0 ? 'A' + (c - 0x24b6) : 'a' + (c - 0x24d0));
    if (c == 0x251 || c == 0x261)
        return c == 0x251 ? 'a' : 'g';
    for (size_t i = 0; c >= 0x370 && c <= 0x52f && i < COUNT(alike); i++)
        if (alike[i].c == c)
            return alike[i].like | GLYPH_ALIKE;
    return GLYPH_SAME;
}

int glyph_reads(uint32_t c)
{
    if (c < 0xa0)
        return GLYPH_SAME;
    if (c >= 0xff01 && c <= 0xff5e)       /* full-width ASCII */
        return (int)(c - 0xff01 + '!');
    if (within(unseen, COUNT(unseen), c))
        return 0;
    if (within(blanks, COUNT(blanks), c))
        return c == 0x2028 || c == 0x2029 ? '\n' : ' ';
    if (within(dashes, COUNT(dashes), c))
        return '-';
    if (c == 0xfe6b)
        return '@';
    if (c == 0x2024 || c == 0xfe52)
        return '.';
    int d = digit_of(c);
    return d != GLYPH_SAME ? d : letter_of(c);
}

uint32_t glyph_at(const char *p, size_t n, size_t *len)
{
    const unsigned char *s = (const unsigned char *)p;
    unsigned char c = s[0];
    *len = c < 0xc2 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 1;
    if (*len == 1 || *len > n)
        return *len = 1, c;
    uint32_t v = c & (0x7fu >> *len);
    for (size_t i = 1; i < *len; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return *len = 1, c;
        v = v << 6 | (s[i] & 0x3f);
    }
    return v;
}
