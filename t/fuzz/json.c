/* json.c - finding, walking and editing any bytes; and on those that are right JSON, jansson's
 * opinion of the same. The first line of the input is a path, the rest the text. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "json/keep.h"
#include "mm.h"

static void same(bool yes)
{
    if (!yes)
        abort();
}

static void walk(mm_value v, int depth)
{
    mm_json_iter it = mm_json_each(v);
    mm_buf scratch = { 0 };
    double d;
    int64_t i;
    while (depth < 50 && mm_json_next(&it) == 1) {
        walk(it.value, depth + 1);
        if (it.value.type == MM_JSON_STRING)
            mm_json_text(it.value.raw, &scratch);
        mm_json_double(it.value.raw, &d);
        mm_json_int(it.value.raw, &i);
    }
    mm_buf_free(&scratch);
}

/* A text that is right stays right whatever is edited, and has what was set. */
static void edit(mm_edits *ed, mm_str text, const mm_path *path, bool right)
{
    mm_buf out = { 0 };
    mm_value v;
    mm_edits_begin(ed, text);
    bool was_set = mm_edits_set(ed, path, MM_STR("[true]"), NULL) == 0;
    mm_edits_apply(ed, &out);
    if (right) {
        same(mm_json_check(mm_buf_view(&out), 65536, NULL, NULL) == 0);
        same(!was_set || (mm_json_find(mm_buf_view(&out), path, &v) == 1 && mm_str_eq(v.raw, MM_STR("[true]"))));
    }
    int removed = mm_edits_remove(ed, path, NULL);
    mm_edits_replace(ed, text.n / 3, text.n / 2, MM_STR("x"));
    out.n = 0;
    mm_edits_apply(ed, &out);
    same(!right || !was_set || removed == 1);
    mm_buf_free(&out);
}

/* What is kept of a text that is right is right, and has what it had at the path. */
static void keep(mm_str text, const mm_path *path, bool right)
{
    mm_keep *k = mm_keep_new();
    mm_buf out = { 0 };
    mm_value before, after;
    if (mm_keep_add(k, path, NULL) == 0 && mm_keep_apply(k, text, &out) == 0 && right) {
        same(mm_json_check(mm_buf_view(&out), 65536, NULL, NULL) == 0);
        if (mm_json_find(mm_buf_view(&out), path, &after) == 1 && mm_json_find(text, path, &before) == 1)
            same(mm_str_eq(before.raw, after.raw));
        else
            same(mm_json_find(mm_buf_view(&out), path, &after) == 0);
    }
    mm_buf_free(&out);
    mm_keep_free(k);
}

/* Jansson and we agree to differ on numbers and depths beyond it, and on a NUL in a key. */
static void second_opinion(mm_str text, bool right)
{
    json_error_t e;
    json_t *tree = json_loadb(text.p, text.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);
    enum json_error_code code = tree ? json_error_unknown : json_error_code(&e);
    same(!tree || right || memchr(text.p, '\0', text.n));
    same(tree || !right || code == json_error_numeric_overflow || code == json_error_stack_overflow ||
         code == json_error_null_byte_in_key);
    json_decref(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const char *p = (const char *)data, *line = memchr(p, '\n', n);
    if (!line)
        return 0;
    mm_path *path = mm_path_new((mm_str){ p, (size_t)(line - p) }, NULL);
    mm_str text = { line + 1, n - (size_t)(line + 1 - p) };
    bool right = mm_json_check(text, 0, NULL, NULL) == 0;
    second_opinion(text, right);
    mm_edits *ed = mm_edits_new();
    if (path) {
        mm_value one = { .raw.p = NULL }, many;
        const mm_path *paths[] = { path };
        int r = mm_json_find(text, path, &one);
        same(mm_json_find_many(text, paths, 1, &many) == (r < 0 ? -1 : 0));
        same(r != 1 || many.raw.p == one.raw.p);
        if (r == 1)
            walk(one, 0);
        edit(ed, text, path, right);
        keep(text, path, right);
    }
    mm_edits_free(ed);
    mm_path_free(path);
    return 0;
}
