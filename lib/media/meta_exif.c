/* meta_exif.c - the directories of an EXIF block as one JSON object: IFD0, Exif, GPS and Interoperability.
 * The thumbnail's directory is not told. Exif 2.32 (JEITA CP-3451X) section 4.6. */
#include <math.h>
#include <stdio.h>

#include "media/meta_put.h"
#include "media/meta_tags.h"
#include "media/tiff.h"

enum {
    TAG_EXIF = 0x8769, TAG_GPS = 0x8825, TAG_INTEROP = 0xa005,
    GPS_LATITUDE_REF = 1, GPS_LATITUDE = 2, GPS_LONGITUDE_REF = 3, GPS_LONGITUDE = 4,
    MAX_ENTRIES = 1024,  /* of one directory */
    MAX_VALUES = 64,     /* of one tag; of more only the count is told */
};

enum { ASCII = 2, RATIONAL = 5, UNDEFINED = 7, SRATIONAL = 10, FLOAT = 11, DOUBLE = 12 };

typedef struct exif {
    mm_tiff t;
    mm_buf *out;
    bool told[MM_META_TABLES][MM_META_MOST_TAGS];
    uint64_t exif, gps, interop;      /* offsets of the other directories */
    double degrees[2];                /* latitude and longitude, without sign; NAN: not said */
    char hemisphere[2];
} exif;

/* ---- numbers ---------------------------------------------------------------- */

static uint64_t bits(const exif *x, mm_str s, uint64_t at, unsigned n)
{
    return x->t.big_endian ? mm_be(s, at, n) : mm_le(s, at, n);
}

/* Value i of any type of number that is no integer; NAN when it is none. */
static double real_value(const exif *x, const mm_tiff_entry *entry, uint64_t i)
{
    if (entry->type == FLOAT) {
        uint32_t raw = (uint32_t)bits(x, entry->data, i * 4, 4);
        float v;
        memcpy(&v, &raw, sizeof v);
        return (double)v;
    }
    if (entry->type == DOUBLE) {
        uint64_t raw = bits(x, entry->data, i * 8, 8);
        double v;
        memcpy(&v, &raw, sizeof v);
        return v;
    }
    uint32_t above = (uint32_t)bits(x, entry->data, i * 8, 4), below = (uint32_t)bits(x, entry->data, i * 8 + 4, 4);
    if (!below)
        return NAN;
    return entry->type == SRATIONAL ? (double)(int32_t)above / (int32_t)below : (double)above / below;
}

static bool is_real(unsigned type)
{
    return type == RATIONAL || type == SRATIONAL || type == FLOAT || type == DOUBLE;
}

static void put_integer(const exif *x, const mm_tiff_entry *entry, uint64_t i)
{
    uint64_t v = mm_tiff_uint(&x->t, entry, i);
    switch (entry->type) {
    case 6: mm_buf_printf(x->out, "%d", (int)(int8_t)v); break;
    case 8: mm_buf_printf(x->out, "%d", (int)(int16_t)v); break;
    case 9: mm_buf_printf(x->out, "%d", (int)(int32_t)v); break;
    case 17: mm_buf_printf(x->out, "%lld", (long long)v); break;
    default: mm_buf_u64(x->out, v); break;
    }
}

static void put_value(const exif *x, const mm_tiff_entry *entry, uint64_t i)
{
    if (is_real(entry->type))
        mm_json_put_double(x->out, real_value(x, entry, i));
    else
        put_integer(x, entry, i);
}

/* One as a number, more as an array. */
static void put_values(const exif *x, const mm_tiff_entry *entry)
{
    if (entry->count > MAX_VALUES) {
        mm_buf_printf(x->out, "{\"count\":%llu}", (unsigned long long)entry->count);
        return;
    }
    for (uint64_t i = 0; i < entry->count; i++) {
        if (entry->count > 1)
            mm_buf_byte(x->out, i ? ',' : '[');
        put_value(x, entry, i);
    }
    if (entry->count > 1)
        mm_buf_byte(x->out, ']');
}

/* ---- texts and times -------------------------------------------------------- */

static bool matches(mm_str s, const char *form)
{
    size_t i = 0;
    for (; i < s.n && form[i]; i++)
        if (form[i] == '0' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != form[i])
            return false;
    return i == s.n && !form[i];
}

/* In the form of ISO 8601; what is no time stays as it stands. */
static void put_time(const exif *x, mm_str s)
{
    char text[32];
    s = mm_meta_trim(s);
    if (matches(s, "0000:00:00"))
        snprintf(text, sizeof text, "%.4s-%.2s-%.2s", s.p, s.p + 5, s.p + 8);
    else if (matches(s, "0000:00:00 00:00:00"))
        snprintf(text, sizeof text, "%.4s-%.2s-%.2sT%.8s", s.p, s.p + 5, s.p + 8, s.p + 11);
    else {
        mm_meta_put_text(x->out, s);
        return;
    }
    mm_json_put(x->out, mm_str_of(text));
}

/* GPS time is UTC. */
static void put_clock(const exif *x, const mm_tiff_entry *entry)
{
    double h = real_value(x, entry, 0), m = real_value(x, entry, 1), s = real_value(x, entry, 2);
    if (!(h >= 0 && h < 25 && m >= 0 && m < 60 && s >= 0 && s < 61)) {
        put_values(x, entry);
        return;
    }
    char seconds[32];
    snprintf(seconds, sizeof seconds, "%09.6f", s);
    size_t n = strlen(seconds);
    while (seconds[n - 1] == '0' && n > 3)
        n--;
    n = n == 3 ? 2 : n;
    mm_buf_printf(x->out, "\"%02d:%02d:%.*sZ\"", (int)h, (int)m, (int)n, seconds);
}

static void put_comment(const exif *x, mm_str s)
{
    mm_str text = mm_sub(s, 8, s.n);
    if (mm_at(s, 0, "UNICODE", 8))
        mm_meta_put_utf16(x->out, text, x->t.big_endian);
    else if (mm_at(s, 0, "ASCII\0\0", 8) || mm_at(s, 0, "\0\0\0\0\0\0\0", 8))
        mm_meta_put_text(x->out, text);
    else
        mm_meta_put_bytes(x->out, s);
}

/* ---- entries ---------------------------------------------------------------- */

static void put_key(const exif *x, const char *name)
{
    bool first = x->out->n && x->out->p[x->out->n - 1] == '{';
    mm_buf_printf(x->out, first ? "\"%s\":" : ",\"%s\":", name);
}

static bool is_triple(const mm_tiff_entry *entry)
{
    return entry->type == RATIONAL && entry->count == 3;
}

static void put_tag(const exif *x, const mm_meta_tag *tag, const mm_tiff_entry *entry)
{
    bool bytes = entry->type == UNDEFINED;
    put_key(x, tag->name);
    if (tag->kind == MM_TAG_LENGTH)
        mm_buf_printf(x->out, "{\"bytes\":%zu}", entry->data.n);
    else if (tag->kind == MM_TAG_TIME && entry->type == ASCII)
        put_time(x, entry->data);
    else if (tag->kind == MM_TAG_CLOCK && is_triple(entry))
        put_clock(x, entry);
    else if (tag->kind == MM_TAG_COMMENT && bytes)
        put_comment(x, entry->data);
    else if (entry->type == ASCII || (tag->kind == MM_TAG_TEXT && bytes))
        mm_meta_put_text(x->out, entry->data);
    else if (bytes && tag->kind != MM_TAG_LIST)
        mm_meta_put_bytes(x->out, entry->data);
    else
        put_values(x, entry);
}

/* Is there a value at all? A lone fraction over zero says nothing. */
static bool says_something(const exif *x, const mm_tiff_entry *entry)
{
    if (entry->cut || !entry->data.n)
        return false;
    if (entry->type == ASCII)
        return mm_meta_trim(entry->data).n > 0;
    return !is_real(entry->type) || entry->count > 1 || isfinite(real_value(x, entry, 0));
}

static void note_position(exif *x, const mm_tiff_entry *entry)
{
    int i = entry->tag > GPS_LATITUDE;
    if (entry->tag == GPS_LATITUDE_REF || entry->tag == GPS_LONGITUDE_REF)
        x->hemisphere[i] = (char)mm_u8(entry->data, 0);
    else if ((entry->tag == GPS_LATITUDE || entry->tag == GPS_LONGITUDE) && is_triple(entry))
        x->degrees[i] = real_value(x, entry, 0) + real_value(x, entry, 1) / 60 + real_value(x, entry, 2) / 3600;
}

static void put_directory(exif *x, int table, uint64_t at)
{
    mm_tiff_entry entry;
    mm_tiff_dir d = mm_tiff_dir_at(&x->t, at);
    for (int n = 0; n < MAX_ENTRIES && mm_tiff_next(&d, &entry); n++) {
        uint64_t *other = table != MM_META_MAIN ? NULL : entry.tag == TAG_EXIF ? &x->exif :
                          entry.tag == TAG_GPS ? &x->gps : entry.tag == TAG_INTEROP ? &x->interop : NULL;
        if (other)
            *other = mm_tiff_uint(&x->t, &entry, 0);
        int i = mm_meta_tag_find(table, entry.tag);
        if (i < 0 || x->told[table][i] || !says_something(x, &entry))
            continue;
        x->told[table][i] = true;
        put_tag(x, mm_meta_tag_at(table, i), &entry);
        if (table == MM_META_GPS)
            note_position(x, &entry);
    }
}

static void put_degrees(const exif *x, const char *name, int i, char plus, char minus, double most)
{
    char h = x->hemisphere[i];
    if ((h != plus && h != minus) || !(x->degrees[i] <= most))
        return;
    put_key(x, name);
    mm_json_put_double(x->out, h == minus ? -x->degrees[i] : x->degrees[i]);
}

void mm_meta_exif(mm_str tiff, mm_buf *out)
{
    exif x = { .out = out, .degrees = { NAN, NAN } };
    if (mm_tiff_open(tiff, &x.t) < 0)
        return;
    size_t from = out->n;
    mm_buf_byte(out, '{');
    put_directory(&x, MM_META_MAIN, x.t.first);
    if (x.exif)
        put_directory(&x, MM_META_MAIN, x.exif);
    if (x.gps)
        put_directory(&x, MM_META_GPS, x.gps);
    if (x.interop)
        put_directory(&x, MM_META_INTEROP, x.interop);
    put_degrees(&x, "latitude_deg", 0, 'N', 'S', 90);
    put_degrees(&x, "longitude_deg", 1, 'E', 'W', 180);
    mm_buf_byte(out, '}');
    if (out->n - from == 2)
        out->n = from;
}
