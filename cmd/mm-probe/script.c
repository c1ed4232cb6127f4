/* script.c - writing systems by code point ranges (Unicode Character Database 15, Scripts.txt). Ranges
 * are whole blocks where what is left in a block is unassigned or a mark of the same script. */
#include "script.h"

static const struct range {
    uint32_t from, to;
    script script;
} ranges[] = {
    { 0x41, 0x5a, LATN }, { 0x61, 0x7a, LATN }, { 0xaa, 0xaa, LATN }, { 0xba, 0xba, LATN }, { 0xc0, 0xd6, LATN },
    { 0xd8, 0xf6, LATN }, { 0xf8, 0x2b8, LATN }, { 0x370, 0x373, GREK }, { 0x375, 0x377, GREK }, { 0x37a, 0x37d, GREK },
    { 0x37f, 0x37f, GREK }, { 0x386, 0x386, GREK }, { 0x388, 0x3ff, GREK }, { 0x400, 0x52f, CYRL }, { 0x531, 0x556, ARMN },
    { 0x559, 0x588, ARMN }, { 0x591, 0x5f4, HEBR }, { 0x600, 0x604, ARAB }, { 0x606, 0x60b, ARAB }, { 0x60d, 0x61a, ARAB },
    { 0x61c, 0x61e, ARAB }, { 0x620, 0x63f, ARAB }, { 0x641, 0x64a, ARAB }, { 0x656, 0x65f, ARAB }, { 0x66e, 0x6dc, ARAB },
    { 0x6de, 0x6ef, ARAB }, { 0x6fa, 0x6ff, ARAB }, { 0x700, 0x74f, SYRC }, { 0x750, 0x77f, ARAB }, { 0x780, 0x7b1, THAA },
    { 0x7c0, 0x7ff, NKOO }, { 0x860, 0x86a, SYRC }, { 0x870, 0x8e1, ARAB }, { 0x8e3, 0x8ff, ARAB }, { 0x900, 0x950, DEVA },
    { 0x955, 0x963, DEVA }, { 0x970, 0x97f, DEVA }, { 0x980, 0x9e3, BENG }, { 0x9f0, 0x9fe, BENG }, { 0xa01, 0xa5e, GURU },
    { 0xa70, 0xa76, GURU }, { 0xa81, 0xae3, GUJR }, { 0xaf0, 0xaff, GUJR }, { 0xb01, 0xb63, ORYA }, { 0xb70, 0xb77, ORYA },
    { 0xb82, 0xbd7, TAML }, { 0xc00, 0xc63, TELU }, { 0xc80, 0xce3, KNDA }, { 0xcf1, 0xcf3, KNDA }, { 0xd00, 0xd63, MLYM },
    { 0xd7a, 0xd7f, MLYM }, { 0xd81, 0xddf, SINH }, { 0xdf2, 0xdf3, SINH }, { 0xe01, 0xe3a, THAI }, { 0xe40, 0xe4e, THAI },
    { 0xe81, 0xece, LAOO }, { 0xedc, 0xedf, LAOO }, { 0xf00, 0xf00, TIBT }, { 0xf40, 0xfbc, TIBT }, { 0x1000, 0x103f, MYMR },
    { 0x1050, 0x108f, MYMR }, { 0x10a0, 0x10fa, GEOR }, { 0x10fc, 0x10ff, GEOR }, { 0x1100, 0x11ff, HANG },
    { 0x1200, 0x135f, ETHI }, { 0x1380, 0x138f, ETHI }, { 0x13a0, 0x13fd, CHER }, { 0x1401, 0x166c, CANS },
    { 0x166f, 0x167f, CANS }, { 0x1780, 0x17d3, KHMR }, { 0x17d7, 0x17d7, KHMR }, { 0x1820, 0x18aa, MONG },
    { 0x18b0, 0x18f5, CANS }, { 0x1c80, 0x1c88, CYRL }, { 0x1c90, 0x1cbf, GEOR }, { 0x1d00, 0x1d25, LATN },
    { 0x1d26, 0x1d2a, GREK }, { 0x1d2b, 0x1d2b, CYRL }, { 0x1d2c, 0x1d5c, LATN }, { 0x1d62, 0x1d65, LATN },
    { 0x1d6b, 0x1d77, LATN }, { 0x1d79, 0x1dbe, LATN }, { 0x1e00, 0x1eff, LATN }, { 0x1f00, 0x1ffe, GREK },
    { 0x2071, 0x2071, LATN }, { 0x207f, 0x207f, LATN }, { 0x2090, 0x209c, LATN }, { 0x212a, 0x212b, LATN },
    { 0x2c60, 0x2c7f, LATN }, { 0x2d00, 0x2d2d, GEOR }, { 0x2d80, 0x2dde, ETHI }, { 0x2de0, 0x2dff, CYRL },
    { 0x2e80, 0x2fd5, HANI }, { 0x3005, 0x3005, HANI }, { 0x3007, 0x3007, HANI }, { 0x3021, 0x3029, HANI },
    { 0x3041, 0x3096, HIRA }, { 0x309d, 0x309f, HIRA }, { 0x30a1, 0x30fa, KANA }, { 0x30fd, 0x30ff, KANA },
    { 0x3105, 0x312f, BOPO }, { 0x3131, 0x318e, HANG }, { 0x31a0, 0x31bf, BOPO }, { 0x31f0, 0x31ff, KANA },
    { 0x3400, 0x4dbf, HANI }, { 0x4e00, 0x9fff, HANI }, { 0xa000, 0xa4c6, YIII }, { 0xa640, 0xa69f, CYRL },
    { 0xa722, 0xa787, LATN }, { 0xa78b, 0xa7ff, LATN }, { 0xa8e0, 0xa8ff, DEVA }, { 0xa960, 0xa97c, HANG },
    { 0xa9e0, 0xa9fe, MYMR }, { 0xaa60, 0xaa7f, MYMR }, { 0xab01, 0xab2e, ETHI }, { 0xab30, 0xab5a, LATN },
    { 0xab70, 0xabbf, CHER }, { 0xac00, 0xd7fb, HANG }, { 0xf900, 0xfad9, HANI }, { 0xfb00, 0xfb06, LATN },
    { 0xfb13, 0xfb17, ARMN }, { 0xfb1d, 0xfb4f, HEBR }, { 0xfb50, 0xfd3d, ARAB }, { 0xfd50, 0xfdff, ARAB },
    { 0xfe70, 0xfefc, ARAB }, { 0xff21, 0xff3a, LATN }, { 0xff41, 0xff5a, LATN }, { 0xff66, 0xff6f, KANA },
    { 0xff71, 0xff9d, KANA }, { 0xffa0, 0xffdc, HANG }, { 0x1b000, 0x1b000, KANA }, { 0x1b001, 0x1b11f, HIRA },
    { 0x20000, 0x323af, HANI },
};

script script_of(uint32_t c)
{
    size_t low = 0, high = sizeof ranges / sizeof *ranges;
    if (c < 0x80)
        return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? LATN : SCRIPT_NONE;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > ranges[middle].to)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof ranges / sizeof *ranges && c >= ranges[low].from ? ranges[low].script : SCRIPT_NONE;
}

const char *script_name(script s)
{
    static const char names[SCRIPTS][5] = {
        "", "Latn", "Grek", "Cyrl", "Armn", "Hebr", "Arab", "Syrc", "Thaa", "Nkoo", "Deva", "Beng", "Guru", "Gujr", "Orya",
        "Taml", "Telu", "Knda", "Mlym", "Sinh", "Thai", "Laoo", "Tibt", "Mymr", "Geor", "Hang", "Ethi", "Cher", "Cans",
        "Khmr", "Mong", "Hira", "Kana", "Bopo", "Hani", "Yiii",
    };
    return names[s];
}

const char *script_of_text(const uint64_t letters[SCRIPTS])
{
    /* Japanese mixes three scripts; a tenth of kana is more than Chinese ever quotes. */
    uint64_t kana = letters[HIRA] + letters[KANA], japanese = kana + letters[HANI], most = 0;
    bool is_japanese = kana && kana * 10 >= japanese;
    script best = SCRIPT_NONE;
    for (int s = 1; s < SCRIPTS; s++) {
        uint64_t n = letters[s];
        if (is_japanese && (s == HIRA || s == KANA || s == HANI))
            n = japanese;
        if (n > most) {
            most = n;
            best = (script)s;
        }
    }
    if (is_japanese && (best == HIRA || best == KANA || best == HANI))
        return "Jpan";
    return best == HANG ? "Kore" : script_name(best);
}
