/* xml.c - XML 1.0 (fifth edition) and Namespaces in XML 1.0, as much as metadata needs. */
#include "media/xml.h"

#include "media/meta_put.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Any byte that can not end a name: names are compared, never judged. */
static bool in_name(char c)
{
    return !is_blank(c) && !strchr("<>/=\"'&", c);
}

static mm_str take_name(mm_str s, uint64_t *at)
{
    uint64_t from = *at;
    while (*at < s.n && in_name(s.p[*at]))
        ++*at;
    return mm_sub(s, from, *at - from);
}

static void skip_blanks(mm_str s, uint64_t *at)
{
    while (*at < s.n && is_blank(s.p[*at]))
        ++*at;
}

static mm_xml_kind bad(mm_xml *x)
{
    x->bad = true;
    return MM_XML_BAD;
}

/* Go behind the next `mark`. */
static bool skip_past(mm_xml *x, const char *mark)
{
    mm_str rest = mm_sub(x->s, x->at, x->s.n);
    const char *found = rest.n ? memmem(rest.p, rest.n, mark, strlen(mark)) : NULL;
    if (!found)
        return false;
    x->at = (uint64_t)(found - x->s.p) + strlen(mark);
    return true;
}

/* Comments and processing instructions: 1 when one was passed over, 0 when none is there, -1. */
static int skip_aside(mm_xml *x)
{
    if (mm_at(x->s, x->at, "<!--", 4))
        return skip_past(x, "-->") ? 1 : -1;
    if (mm_at(x->s, x->at, "<?", 2))
        return skip_past(x, "?>") ? 1 : -1;
    return 0;
}

void mm_xml_begin(mm_xml *x, mm_str s)
{
    *x = (mm_xml){ .s = s };
    if (mm_at(s, 0, "\xef\xbb\xbf", 3))
        x->at = 3;
    int r;
    do
        skip_blanks(s, &x->at);
    while ((r = skip_aside(x)) == 1);
    x->bad = r < 0;
}

/* ---- names ------------------------------------------------------------------ */

static void split_name(mm_str written, mm_xml_name *name)
{
    const char *colon = written.n ? memchr(written.p, ':', written.n) : NULL;
    size_t n = colon ? (size_t)(colon - written.p) : 0;
    *name = (mm_xml_name){ .prefix = { written.p, n } };
    name->local = colon ? mm_sub(written, n + 1, written.n) : written;
}

static bool resolve(const mm_xml *x, mm_xml_name *name, bool is_attribute)
{
    if (mm_str_eq(name->prefix, MM_STR("xml"))) {
        name->uri = MM_STR("http://www.w3.org/XML/1998/namespace");
        return true;
    }
    if (is_attribute && !name->prefix.n)
        return true;
    for (int i = x->spaces; i-- > 0;)
        if (mm_str_eq(x->space[i].prefix, name->prefix)) {
            name->uri = x->space[i].uri;
            return true;
        }
    return !name->prefix.n;
}

/* The next attribute as written: 1, 0 at the end, -1. */
static int take_attribute(mm_str s, uint64_t *at, mm_str *written, mm_str *value)
{
    skip_blanks(s, at);
    if (*at >= s.n)
        return 0;
    *written = take_name(s, at);
    skip_blanks(s, at);
    if (!written->n || !mm_at(s, *at, "=", 1))
        return -1;
    ++*at;
    skip_blanks(s, at);
    char quote = *at < s.n ? s.p[*at] : 0;
    const char *end = quote == '"' || quote == '\'' ? memchr(s.p + *at + 1, quote, s.n - *at - 1) : NULL;
    if (!end)
        return -1;
    *value = mm_sub(s, *at + 1, (uint64_t)(end - s.p) - *at - 1);
    *at = (uint64_t)(end - s.p) + 1;
    return value->n && memchr(value->p, '<', value->n) ? -1 : 1;
}

static bool is_declaration(mm_str written, mm_str *prefix)
{
    *prefix = (mm_str){ 0 };
    if (mm_str_starts(written, MM_STR("xmlns:")))
        *prefix = mm_sub(written, 6, written.n);
    return prefix->n || mm_str_eq(written, MM_STR("xmlns"));
}

static bool declare_all(mm_xml *x)
{
    mm_str written, value, prefix;
    uint64_t at = 0;
    int r;
    while ((r = take_attribute(x->attributes, &at, &written, &value)) == 1) {
        if (!is_declaration(written, &prefix))
            continue;
        if (x->spaces == MM_XML_SPACES)
            return false;
        x->space[x->spaces].prefix = prefix;
        x->space[x->spaces].uri = value;
        x->space[x->spaces++].depth = x->depth;
    }
    return r == 0;
}

bool mm_xml_attribute(mm_xml *x, mm_str *attributes, mm_xml_name *name, mm_str *value)
{
    mm_str written, prefix;
    uint64_t at = 0;
    while (take_attribute(*attributes, &at, &written, value) == 1) {
        if (is_declaration(written, &prefix))
            continue;
        *attributes = mm_sub(*attributes, at, attributes->n);
        split_name(written, name);
        if (resolve(x, name, true))
            return true;
        at = 0;
    }
    return false;
}

/* ---- elements --------------------------------------------------------------- */

/* The '>' that ends a tag: those in quotes do not. */
static uint64_t tag_end(mm_str s, uint64_t at)
{
    char quote = 0;
    for (; at < s.n; at++) {
        if (quote)
            quote = s.p[at] == quote ? 0 : quote;
        else if (s.p[at] == '"' || s.p[at] == '\'')
            quote = s.p[at];
        else if (s.p[at] == '>')
            break;
    }
    return at;
}

static mm_xml_kind open_element(mm_xml *x)
{
    uint64_t at = x->at + 1, end = tag_end(x->s, at);
    mm_str written = take_name(x->s, &at);
    if (!written.n || end >= x->s.n || x->depth == MM_XML_DEPTH)
        return bad(x);
    x->closing = x->s.p[end - 1] == '/';
    x->attributes = mm_sub(x->s, at, end - at - x->closing);
    x->open[x->depth++] = written;
    x->at = end + 1;
    split_name(written, &x->name);
    return declare_all(x) && resolve(x, &x->name, false) ? MM_XML_OPEN : bad(x);
}

static mm_xml_kind close_element(mm_xml *x)
{
    x->depth--;
    while (x->spaces && x->space[x->spaces - 1].depth > x->depth)
        x->spaces--;
    x->closing = false;
    return MM_XML_CLOSE;
}

static mm_xml_kind close_tag(mm_xml *x)
{
    uint64_t at = x->at + 2;
    mm_str written = take_name(x->s, &at);
    skip_blanks(x->s, &at);
    if (!x->depth || !mm_str_eq(written, x->open[x->depth - 1]) || !mm_at(x->s, at, ">", 1))
        return bad(x);
    x->at = at + 1;
    return close_element(x);
}

static mm_xml_kind take_text(mm_xml *x)
{
    const char *end = memchr(x->s.p + x->at, '<', x->s.n - x->at);
    if (!end)
        return bad(x);
    x->text = mm_sub(x->s, x->at, (uint64_t)(end - x->s.p) - x->at);
    x->at += x->text.n;
    return MM_XML_TEXT;
}

mm_xml_kind mm_xml_next(mm_xml *x)
{
    int r = 0;
    if (x->closing && !x->bad)
        return close_element(x);
    if (!x->bad && !x->depth && x->open[0].n)
        return MM_XML_END_OF_TEXT;
    while (!x->bad && (r = skip_aside(x)) == 1)
        ;
    if (x->bad || r < 0 || x->at >= x->s.n)
        return bad(x);
    if (mm_at(x->s, x->at, "<![CDATA[", 9) && x->depth) {
        uint64_t from = x->at + 9;
        if (!skip_past(x, "]]>"))
            return bad(x);
        x->text = mm_sub(x->s, from, x->at - 3 - from);
        return MM_XML_CDATA;
    }
    if (mm_at(x->s, x->at, "</", 2))
        return close_tag(x);
    if (mm_at(x->s, x->at, "<!", 2))
        return bad(x);
    if (x->s.p[x->at] == '<')
        return open_element(x);
    return x->depth ? take_text(x) : bad(x);
}

/* ---- references ------------------------------------------------------------- */

/* The character behind "&" and before ";", or 0. */
static unsigned reference(mm_str s)
{
    static const struct { mm_str name; char c; } names[] = {
        { MM_STR("lt"), '<' }, { MM_STR("gt"), '>' }, { MM_STR("amp"), '&' }, { MM_STR("quot"), '"' }, { MM_STR("apos"), '\'' } };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (mm_str_eq(s, names[i].name))
            return (unsigned char)names[i].c;
    bool hex = mm_at(s, 0, "#x", 2);
    unsigned v = 0, base = hex ? 16 : 10;
    if (!mm_at(s, 0, "#", 1) || s.n < (hex ? 3u : 2u) || s.n > 9)
        return 0;
    for (size_t i = hex ? 2 : 1; i < s.n; i++) {
        const char *digits = "0123456789abcdef", *d = memchr(digits, s.p[i] | 0x20, base);
        if (!d || s.p[i] < '0')
            return 0;
        v = v * base + (unsigned)(d - digits);
    }
    bool surrogate = v >= 0xd800 && v < 0xe000;
    return v > 0x10ffff || surrogate ? 0 : v;
}

bool mm_xml_put(mm_buf *out, mm_str text)
{
    while (text.n) {
        const char *amp = memchr(text.p, '&', text.n);
        size_t plain = amp ? (size_t)(amp - text.p) : text.n;
        mm_buf_put(out, text.p, plain);
        if (!amp)
            return true;
        const char *end = memchr(amp, ';', text.n - plain);
        unsigned c = end ? reference((mm_str){ amp + 1, (size_t)(end - amp) - 1 }) : 0;
        if (!c)
            return false;
        mm_meta_put_utf8(out, c);
        text = mm_sub(text, plain + (size_t)(end - amp) + 1, text.n);
    }
    return true;
}
