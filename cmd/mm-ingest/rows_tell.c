/* rows_tell.c - which rows an input holds, by its name and its first bytes. */
#include <string.h>
#include <strings.h>

#include "json/scan.h"
#include "media/type.h"
#include "row.h"

static const struct {
    const char *suffix;
    rows_format format;
} suffixes[] = {
    { "csv", ROWS_CSV }, { "tsv", ROWS_TSV }, { "tab", ROWS_TSV }, { "ndjson", ROWS_NDJSON }, { "jsonl", ROWS_NDJSON },
    { "json", ROWS_JSON }, { "txt", ROWS_TEXT }, { "text", ROWS_TEXT }, { "md", ROWS_TEXT }, { "log", ROWS_TEXT },
};

/* Take the last suffix off name; .p NULL when there is none. */
static mm_str take_suffix(mm_str *name)
{
    for (size_t i = name->n; i-- > 0 && name->p[i] != '/' && name->p[i] != '!';)
        if (name->p[i] == '.') {
            mm_str suffix = { name->p + i + 1, name->n - i - 1 };
            name->n = i;
            return suffix;
        }
    return (mm_str){ NULL, 0 };
}

static bool is_one_of(mm_str s, const char *const *words)
{
    for (; *words; words++)
        if (s.n == strlen(*words) && strncasecmp(s.p, *words, s.n) == 0)
            return true;
    return false;
}

static rows_format by_name(const char *name)
{
    static const char *const packed[] = { "gz", "bz2", "xz", "zst", "lz4", "lzma", "z", NULL };
    mm_str rest = mm_str_of(name), suffix = take_suffix(&rest);
    if (suffix.p && is_one_of(suffix, packed))
        suffix = take_suffix(&rest);
    for (size_t i = 0; suffix.p && i < sizeof suffixes / sizeof *suffixes; i++)
        if (suffix.n == strlen(suffixes[i].suffix) && strncasecmp(suffix.p, suffixes[i].suffix, suffix.n) == 0)
            return suffixes[i].format;
    return ROWS_NONE;
}

/* Text that begins with a bracket: an object on its line whole, and no other kind of line behind it, is NDJSON. */
static rows_format json_kind(mm_str head, bool whole)
{
    const char *p = mm_skip_blanks(head.p, head.p + head.n), *end = head.p + head.n;
    if (p == end || (*p != '{' && *p != '['))
        return ROWS_NONE;
    const char *nl = memchr(p, '\n', (size_t)(end - p)), *stop = nl ? nl : end;
    if (*p == '{' && (nl || whole) && mm_json_check((mm_str){ p, (size_t)(stop - p) }, 0, NULL, NULL) == 0)
        return ROWS_NDJSON;
    /* A first line of brackets and keys, but no line of some other text in brackets. */
    const char *next = mm_skip_blanks(p + 1, end);
    bool json = next == end || strchr(*p == '{' ? "\"}" : "{[\"]-0123456789tfn", *next);
    return json ? ROWS_JSON : ROWS_NONE;
}

/* Only what is plainly a table: several rows, all with as many fields. */
static rows_format table_kind(mm_str head, bool whole)
{
    static const char candidates[] = { ',', ';', '|' };
    const char *nl = head.n ? memchr(head.p, '\n', head.n) : NULL;
    if (!nl || nl + 1 == head.p + head.n)
        return ROWS_NONE;
    if (csv_columns_seen(head, '\t', whole) > 1)
        return ROWS_TSV;
    for (size_t i = 0; i < sizeof candidates; i++)
        if (csv_columns_seen(head, candidates[i], whole) > 2)
            return ROWS_CSV;
    return ROWS_NONE;
}

static rows_format text_or_payload(const rows_opts *o)
{
    return o->split == ROWS_SPLIT_FILE ? ROWS_NONE : ROWS_TEXT;
}

/* By content alone, for standard input and names without a suffix we know. */
static rows_format by_content(const rows_opts *o, const char *name, mm_str head, bool whole)
{
    mm_str rest = mm_str_of(name);
    bool named = take_suffix(&rest).p != NULL && strcmp(name, "-") != 0;
    rows_format f = named ? ROWS_NONE : json_kind(head, whole);
    if (f == ROWS_NONE && !named)
        f = table_kind(head, whole);
    return f == ROWS_NONE ? text_or_payload(o) : f;
}

rows_format rows_tell(const rows_opts *o, const char *name, mm_str head, uint64_t size)
{
    bool whole = size == head.n;
    if (mm_texture_of(head, whole) == MM_TEXTURE_BINARY)
        return ROWS_NONE;
    rows_format f = o->format != ROWS_NONE ? o->format : by_name(name);
    if (f == ROWS_NONE)
        return by_content(o, name, head, whole);
    if (f == ROWS_TEXT && o->format == ROWS_NONE)
        return text_or_payload(o);
    /* Many call lines of JSON .json. */
    if (f == ROWS_JSON && o->format == ROWS_NONE && json_kind(head, whole) == ROWS_NDJSON)
        return ROWS_NDJSON;
    return f;
}
