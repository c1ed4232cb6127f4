/* meta_xmp.c - an XMP packet as one JSON object, by the data model of XMP part 1 (ISO 16684-1) and its forms of
 * RDF/XML (sections 6 and 7): a structure is an object, an array an array, an array of languages an object by
 * language, the rest text, numbers and booleans. Qualifiers other than the language are not told. What was read
 * whole stays when the packet turns out to be damaged further on. */
#include <stdio.h>
#include <stdlib.h>

#include <xxhash.h>

#include "media/meta_names.h"
#include "media/meta_put.h"
#include "media/xml.h"

enum { MOST_TOLD = 2048, MOST_BYTES = 1 << 20 };

static const char rdf[] = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
static const char xml[] = "http://www.w3.org/XML/1998/namespace";

typedef struct xmp {
    mm_xml xml;
    mm_buf *out;
    mm_buf text;
    size_t from;                /* where the object begins in out */
    size_t safe;                /* what is told up to here is whole */
    uint64_t told[MOST_TOLD];   /* hashes of the names in the objects that are open */
    int n_told;
    size_t value_at, value_n;   /* rdf:value of the structure that is open */
    double degrees[2];          /* latitude and longitude; 1000: not said */
} xmp;

static bool is_rdf(const mm_xml_name *name, const char *local)
{
    return mm_str_eq(name->uri, mm_str_of(rdf)) && mm_str_eq(name->local, mm_str_of(local));
}

/* ---- values ----------------------------------------------------------------- */

static bool is_decimal(mm_str s)
{
    size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+'), digits = 0, dots = 0;
    for (; i < s.n; i++) {
        digits += s.p[i] >= '0' && s.p[i] <= '9';
        dots += s.p[i] == '.';
    }
    return digits && digits < 300 && dots <= 1 && digits + dots + (s.p[0] == '-' || s.p[0] == '+') == s.n;
}

static double decimal(mm_str s)
{
    double v = 0, scale = 1;
    bool behind = false;
    for (size_t i = 0; i < s.n; i++) {
        behind |= s.p[i] == '.';
        if (s.p[i] < '0' || s.p[i] > '9')
            continue;
        v = v * 10 + (s.p[i] - '0');
        scale *= behind ? 10 : 1;
    }
    return (s.p[0] == '-' ? -v : v) / scale;
}

/* A decimal, or a fraction of two; else text. */
static bool put_number(mm_buf *out, mm_str s)
{
    const char *slash = s.n ? memchr(s.p, '/', s.n) : NULL;
    mm_str above = mm_sub(s, 0, slash ? (size_t)(slash - s.p) : s.n), below = slash ? mm_sub(s, above.n + 1, s.n) : MM_STR("1");
    if (!is_decimal(above) || !is_decimal(below) || decimal(below) == 0)
        return false;
    mm_json_put_double(out, decimal(above) / decimal(below));
    return true;
}

static void put_simple(mm_buf *out, enum mm_xmp_kind kind, mm_str s)
{
    s = mm_meta_trim(s);
    bool boolean = kind == MM_XMP_BOOLEAN || kind == MM_XMP_LOOKS;
    if ((kind == MM_XMP_NUMBER || kind == MM_XMP_LOOKS) && put_number(out, s))
        return;
    if (boolean && (mm_str_eq(s, MM_STR("True")) || mm_str_eq(s, MM_STR("true"))))
        mm_buf_str(out, MM_STR("true"));
    else if (boolean && (mm_str_eq(s, MM_STR("False")) || mm_str_eq(s, MM_STR("false"))))
        mm_buf_str(out, MM_STR("false"));
    else if (kind == MM_XMP_BASE64)
        mm_buf_printf(out, "{\"bytes\":%zu}", s.n / 4 * 3);
    else
        mm_meta_put_text(out, s);
}

static bool put_reference_text(xmp *x, enum mm_xmp_kind kind, mm_str raw)
{
    x->text.n = 0;
    if (!mm_xml_put(&x->text, raw))
        return false;
    put_simple(x->out, kind, mm_buf_view(&x->text));
    return true;
}

/* "33,30.5S" and "33,30,30S" as degrees (XMP part 2, GPSCoordinate); 1000 when it is none. */
static double degrees_of(mm_str s)
{
    double v = 0, unit = 1;
    char side = s.n ? s.p[s.n - 1] : 0;
    if (!side || !strchr("NSEW", side))
        return 1000;
    for (s.n--; s.n;) {
        const char *comma = memchr(s.p, ',', s.n);
        mm_str part = mm_sub(s, 0, comma ? (size_t)(comma - s.p) : s.n);
        if (!is_decimal(part) || unit < 1.0 / 4000)
            return 1000;
        v += decimal(part) * unit;
        unit /= 60;
        s = mm_sub(s, part.n + 1, s.n);
    }
    return side == 'S' || side == 'W' ? -v : v;
}

/* ---- names ------------------------------------------------------------------ */

/* "exif:FNumber", by the customary prefix where it is known. */
static mm_str full_name(const mm_xml_name *name, char *room, int size)
{
    mm_str prefix = mm_xmp_prefix(name->uri);
    prefix = prefix.n ? prefix : name->prefix;
    if (prefix.n + name->local.n + 2 > (size_t)size)
        return (mm_str){ 0 };
    int n = snprintf(room, (size_t)size, "%.*s%s%.*s", (int)prefix.n, prefix.n ? prefix.p : "", prefix.n ? ":" : "",
                     (int)name->local.n, name->local.n ? name->local.p : "");
    return (mm_str){ room, n > 0 ? (size_t)n : 0 };
}

/* 1, 0 when the object, whose names begin at `base`, has one of that name, -1 when there are too many. */
static int note_name(xmp *x, int base, mm_str name)
{
    uint64_t h = XXH3_64bits(name.p, name.n);
    for (int i = base; i < x->n_told; i++)
        if (x->told[i] == h)
            return 0;
    if (x->n_told == MOST_TOLD)
        return -1;
    x->told[x->n_told++] = h;
    return 1;
}

static void put_comma(xmp *x)
{
    char last = x->out->n ? x->out->p[x->out->n - 1] : 0;
    if (last != '{' && last != '[')
        mm_buf_byte(x->out, ',');
}

static void put_key(xmp *x, mm_str name)
{
    put_comma(x);
    mm_json_put(x->out, name);
    mm_buf_byte(x->out, ':');
}

/* ---- structure -------------------------------------------------------------- */

static bool put_attributes(xmp *x, mm_str attributes, int base, bool top);
static bool put_children(xmp *x, int base, bool top);

static bool skip_element(xmp *x)
{
    for (int depth = 1; depth;) {
        mm_xml_kind k = mm_xml_next(&x->xml);
        if (k == MM_XML_BAD || k == MM_XML_END_OF_TEXT)
            return false;
        depth += k == MM_XML_OPEN ? 1 : k == MM_XML_CLOSE ? -1 : 0;
    }
    return true;
}

/* Fields are attributes of an element and, where it is still open, its children. One that is rdf:value stands for the
 * whole, and the others qualify it. */
static bool put_structure(xmp *x, mm_str attributes, bool open)
{
    int base = x->n_told;
    size_t from = x->out->n, value_at = x->value_at;
    x->value_at = x->value_n = 0;
    mm_buf_byte(x->out, '{');
    bool well = put_attributes(x, attributes, base, false) && (!open || put_children(x, base, false));
    mm_buf_byte(x->out, '}');
    if (x->value_n && !x->out->failed) {
        memmove(x->out->p + from, x->out->p + x->value_at, x->value_n);
        x->out->n = from + x->value_n;
    }
    x->n_told = base;
    x->value_at = value_at;
    x->value_n = 0;
    return well;
}

static mm_str attribute(xmp *x, mm_str attributes, const char *uri, const char *local)
{
    mm_xml_name name;
    mm_str value;
    while (mm_xml_attribute(&x->xml, &attributes, &name, &value))
        if (mm_str_eq(name.uri, mm_str_of(uri)) && mm_str_eq(name.local, mm_str_of(local)))
            return value;
    return (mm_str){ 0 };
}

/* Attributes that are fields: neither RDF's nor XML's own. */
static bool has_fields(xmp *x, mm_str attributes)
{
    mm_xml_name name;
    mm_str value;
    while (mm_xml_attribute(&x->xml, &attributes, &name, &value))
        if (name.uri.n && !mm_str_eq(name.uri, mm_str_of(rdf)) && !mm_str_eq(name.uri, mm_str_of(xml)))
            return true;
    return false;
}

static bool put_value(xmp *x, enum mm_xmp_kind kind, mm_str attributes);

/* rdf:Bag, rdf:Seq and rdf:Alt; an rdf:Alt of texts in languages is an object by language. */
static bool put_array(xmp *x, enum mm_xmp_kind kind, bool alternatives)
{
    mm_xml_kind k;
    char close = ']';
    int base = x->n_told;
    size_t from = x->out->n;
    mm_buf_byte(x->out, '[');
    while ((k = mm_xml_next(&x->xml)) != MM_XML_CLOSE) {
        if (k == MM_XML_TEXT)
            continue;
        if (k != MM_XML_OPEN)
            return false;
        mm_str attributes = x->xml.attributes, lang = attribute(x, attributes, xml, "lang");
        bool first = x->out->n == from + 1;
        if (alternatives && first && lang.n && !x->out->failed) {
            x->out->p[from] = '{';
            close = '}';
        }
        int fresh = close != '}' ? 1 : lang.n ? note_name(x, base, lang) : 0;
        if (fresh < 0)
            return false;
        if (!fresh) {
            if (!skip_element(x))
                return false;
            continue;
        }
        if (close == '}')
            put_key(x, lang);
        else
            put_comma(x);
        if (!put_value(x, kind, attributes))
            return false;
    }
    mm_buf_byte(x->out, close);
    x->n_told = base;
    return true;
}

/* The value of a property or of an item, up to its closing tag. */
static bool put_value(xmp *x, enum mm_xmp_kind kind, mm_str attributes)
{
    mm_str resource = attribute(x, attributes, rdf, "resource");
    mm_buf text = { 0 };
    mm_xml_kind k;
    bool well = true, told = false;
    if (mm_str_eq(attribute(x, attributes, rdf, "parseType"), MM_STR("Resource")))
        return put_structure(x, (mm_str){ 0 }, true);
    while (well && (k = mm_xml_next(&x->xml)) != MM_XML_CLOSE) {
        bool array = k == MM_XML_OPEN && (is_rdf(&x->xml.name, "Bag") || is_rdf(&x->xml.name, "Seq"));
        bool alternatives = k == MM_XML_OPEN && is_rdf(&x->xml.name, "Alt");
        if (k == MM_XML_TEXT)
            well = mm_xml_put(&text, x->xml.text);
        else if (k == MM_XML_CDATA)
            mm_buf_str(&text, x->xml.text);
        else if (told || k != MM_XML_OPEN)
            well = false;
        else if (array || alternatives)
            well = told = put_array(x, kind, alternatives);
        else if (is_rdf(&x->xml.name, "Description"))
            well = told = put_structure(x, x->xml.attributes, true);
        else
            well = false;
    }
    if (well && !told && resource.p) {
        well = put_reference_text(x, kind, resource);
    } else if (well && !told && !text.n && has_fields(x, attributes)) {
        well = put_structure(x, attributes, false);
    } else if (well && !told) {
        put_simple(x->out, kind, mm_buf_view(&text));
    }
    x->out->failed |= text.failed;
    mm_buf_free(&text);
    return well;
}

static void note_position(xmp *x, mm_str name, size_t value)
{
    int i = mm_str_eq(name, MM_STR("exif:GPSLatitude")) ? 0 : mm_str_eq(name, MM_STR("exif:GPSLongitude")) ? 1 : -1;
    if (i >= 0 && !x->out->failed && x->out->n > value + 2)
        x->degrees[i] = degrees_of((mm_str){ x->out->p + value + 1, x->out->n - value - 2 });
}

static bool put_attributes(xmp *x, mm_str attributes, int base, bool top)
{
    mm_xml_name name;
    mm_str value;
    char room[256];
    while (mm_xml_attribute(&x->xml, &attributes, &name, &value)) {
        if (!name.uri.n || mm_str_eq(name.uri, mm_str_of(rdf)) || mm_str_eq(name.uri, mm_str_of(xml)))
            continue;
        mm_str full = full_name(&name, room, sizeof room);
        int fresh = full.n ? note_name(x, base, full) : 0;
        if (fresh < 0)
            return false;
        if (!fresh)
            continue;
        put_key(x, full);
        size_t at = x->out->n;
        if (!put_reference_text(x, mm_xmp_kind_of(full), value))
            return false;
        if (top) {
            note_position(x, full, at);
            x->safe = x->out->n;
        }
    }
    return true;
}

/* The children of an element as members, up to its closing tag. */
static bool put_children(xmp *x, int base, bool top)
{
    char room[256];
    mm_xml_kind k;
    while ((k = mm_xml_next(&x->xml)) != MM_XML_CLOSE) {
        if (k == MM_XML_TEXT)
            continue;
        if (k != MM_XML_OPEN || x->out->n - x->from > MOST_BYTES)
            return false;
        bool is_value = is_rdf(&x->xml.name, "value");
        mm_str full = full_name(&x->xml.name, room, sizeof room);
        int fresh = full.n && x->xml.name.uri.n ? note_name(x, base, full) : 0;
        if (fresh < 0 || (!fresh && !skip_element(x)))
            return false;
        if (!fresh)
            continue;
        put_key(x, full);
        size_t at = x->out->n;
        if (!put_value(x, mm_xmp_kind_of(full), x->xml.attributes))
            return false;
        if (is_value) {
            x->value_at = at;
            x->value_n = x->out->n - at;
        }
        if (top) {
            note_position(x, full, at);
            x->safe = x->out->n;
        }
    }
    return true;
}

/* Every rdf:Description beneath rdf:RDF speaks of the image. */
static void put_packet(xmp *x, mm_str packet)
{
    mm_xml_kind k;
    bool inside = false, well = true;
    mm_xml_begin(&x->xml, packet);
    while (well && (k = mm_xml_next(&x->xml)) != MM_XML_BAD && k != MM_XML_END_OF_TEXT) {
        if (k != MM_XML_OPEN)
            continue;
        if (inside && is_rdf(&x->xml.name, "Description"))
            well = put_attributes(x, x->xml.attributes, 0, true) && put_children(x, 0, true);
        inside |= is_rdf(&x->xml.name, "RDF");
    }
    if (!well && x->safe < x->out->n)
        x->out->n = x->safe;
}

static void put_degrees(xmp *x, const char *name, int i, double most)
{
    if (!(x->degrees[i] >= -most && x->degrees[i] <= most))
        return;
    put_key(x, mm_str_of(name));
    mm_json_put_double(x->out, x->degrees[i]);
}

void mm_meta_xmp(mm_str packet, mm_str extension, mm_buf *out)
{
    xmp *x = calloc(1, sizeof *x);
    if (!x) {
        out->failed = true;
        return;
    }
    x->out = out;
    x->from = out->n;
    x->degrees[0] = x->degrees[1] = 1000;
    mm_buf_byte(out, '{');
    x->safe = out->n;
    put_packet(x, packet);
    if (extension.n)
        put_packet(x, extension);
    put_degrees(x, "latitude_deg", 0, 90);
    put_degrees(x, "longitude_deg", 1, 180);
    mm_buf_byte(out, '}');
    if (out->n - x->from == 2)
        out->n = x->from;
    out->failed |= x->text.failed;
    mm_buf_free(&x->text);
    free(x);
}
