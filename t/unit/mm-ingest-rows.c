/* Rows out of tables and texts: what is given out, and that it never depends on how bytes arrive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "charset/charset.h"
#include "rows.h"

/* ---- a run over text in memory ---- */

typedef struct memory {
    mm_str text;
    size_t at, piece;
    bool damaged;  /* ends in an error, not at its end */
} memory;

static ssize_t read_memory(void *ctx, void *p, size_t n, mm_err *e)
{
    memory *m = ctx;
    size_t left = m->text.n - m->at;
    n = n < m->piece ? n : m->piece;
    n = n < left ? n : left;
    if (!n && m->damaged)
        return mm_fail(e, MM_EBAD, "in: cut short");
    memcpy(p, m->text.p + m->at, n);
    m->at += n;
    return (ssize_t)n;
}

/* A record as one line: its header up to the mm member made here, or its place and reason. */
static void put_record(mm_buf *out, const mm_rec *r)
{
    if (r->verdict == MM_BAD) {
        mm_buf_printf(out, "%llu: %s", (unsigned long long)r->position, r->reason);
        if (r->bad_byte >= 0)
            mm_buf_printf(out, " at byte %lld", (long long)r->bad_byte);
        if (r->cut)
            mm_buf_printf(out, " cut %llu", (unsigned long long)r->cut);
        mm_buf_byte(out, '\n');
        return;
    }
    const char *mm = memmem(r->head.p, r->head.n, "\"mm\":{\"id\":\"", 12);
    mm_buf_str(out, (mm_str){ r->head.p, mm ? (size_t)(mm - r->head.p) : r->head.n });
    mm_buf_byte(out, '\n');
}

static mm_str run(const rows_opts *given, rows_format f, mm_str text, bool damaged, size_t piece, size_t batch)
{
    static mm_buf out;
    memory m = { text, 0, piece, damaged };
    mm_err e = { 0 };
    rows_opts o = *given;
    o.batch = batch;
    rows *r = rows_open(&o, f, (in_bytes){ "in", read_memory, &m }, &e);
    rows_state *s = rows_state_new(&o, &e);
    mm_batch *b = mm_batch_new();
    int got;
    assert_non_null(r);
    assert_non_null(s);
    out.n = 0;
    while ((got = rows_next(r, b, &e)) == 1) {
        for (size_t i = 0; i < b->n; i++) {
            mm_rec *rec = &b->rec[i];
            if (rec->verdict == MM_KEEP)
                rec->verdict = rows_work(s, rec, b->arena);
            if (rec->verdict == MM_KEEP)
                assert_int_equal(mm_json_check_record(rec->head, NULL, NULL), 0);
            put_record(&out, rec);
        }
        mm_batch_reset(b);
    }
    if (got < 0)
        mm_buf_printf(&out, "! %s\n", e.text);
    mm_buf_byte(&out, 0);
    mm_batch_free(b);
    rows_state_free(s);
    rows_close(r);
    return mm_buf_view(&out);
}

/* The same for every size of pieces and batches. */
static void expect_bytes(const rows_opts *o, rows_format f, mm_str text, bool damaged, const char *want)
{
    static const size_t pieces[] = { 1 << 20, 1, 2, 3, 7, 64 };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        for (size_t batch = 0; batch < 40; batch += 13)
            assert_string_equal(run(o, f, text, damaged, pieces[i], batch).p, want);
}

static void expect(const rows_opts *o, rows_format f, const char *text, const char *want)
{
    expect_bytes(o, f, mm_str_of(text), false, want);
}

static const rows_opts plain;

/* ---- CSV ---- */

static void csv_types(void **state)
{
    expect(&plain, ROWS_CSV, "a,b,c\n1,-0.50,true\n01234,+49 30,1e5\n9007199254740991,9007199254740992,1.5e-7\n"
           ",\"\",FALSE\n\"7\",0.1234567890123456,NaN\n1e-07,1e999,-\n",
           "{\"a\":1,\"b\":-0.50,\"c\":true,\n"
           "{\"a\":\"01234\",\"b\":\"+49 30\",\"c\":\"1e5\",\n"
           "{\"a\":9007199254740991,\"b\":\"9007199254740992\",\"c\":1.5e-7,\n"
           "{\"a\":null,\"b\":\"\",\"c\":false,\n"
           "{\"a\":7,\"b\":0.1234567890123456,\"c\":\"NaN\",\n"
           "{\"a\":1e-07,\"b\":\"1e999\",\"c\":\"-\",\n");
}

static void csv_types_forced(void **state)
{
    const char *list[] = { "id=string,n=number", "ok=boolean" };
    rows_opts o = { .types = { list, 2 } }, all = { .strings = true };
    mm_err e = { 0 };
    assert_int_equal(rows_opts_check(&o, &e), 0);
    expect(&o, ROWS_CSV, "id,n,ok\n1,99999999999999999999,1\n2,x,0\n3,,yes\n",
           "{\"id\":\"1\",\"n\":99999999999999999999,\"ok\":true,\n"
           "3: row 2, column 2 (n): no number; --types says it is one\n"
           "4: row 3, column 3 (ok): neither true nor false; --types says it is one of these\n");
    expect(&all, ROWS_CSV, "id,n\n1,\n", "{\"id\":\"1\",\"n\":\"\",\n");
    list[0] = "id=text";
    assert_int_equal(rows_opts_check(&o, &e), -1);
    assert_string_equal(e.text, "--types id=text: NAME=string, number, boolean or auto is expected");
}

static void csv_quotes(void **state)
{
    expect(&plain, ROWS_CSV, "\xef\xbb\xbf\"a\"\"x\",b\r\n\"say \"\"hi\"\"\",\"x,\r\ny\rz\"\r\n5\" pipe,tab\there\r\n",
           "{\"a\\\"x\":\"say \\\"hi\\\"\",\"b\":\"x,\\ny\\nz\",\n"
           "{\"a\\\"x\":\"5\\\" pipe\",\"b\":\"tab\\there\",\n");
    expect(&plain, ROWS_CSV, "a,b\n\"x\"y,1\n\"open,2\nrest", 
           "2: row 1, column 1 (a): text follows a closing quote; quotes inside a quoted field are doubled\n"
           "3: row 2, column 1 (a): a quote is not closed\n");
}

static void csv_ragged(void **state)
{
    expect(&plain, ROWS_CSV, "a,b,c\n1,2\n\n1,2,3,4\n1,2,\n",
           "2: row 1, column 3 (c): missing, 2 fields where the header has 3\n"
           "4: row 2, column 4: 4 fields where the header has 3\n"
           "{\"a\":1,\"b\":2,\"c\":null,\n");
}

static void csv_headers(void **state)
{
    rows_opts yes = { .header = ROWS_HEADER_YES }, no = { .header = ROWS_HEADER_NO };
    expect(&plain, ROWS_CSV, "a,,a,mm,a_2\n1,2,3,4,5\n",
           "{\"a\":1,\"column_2\":2,\"a_2\":3,\"mm_2\":4,\"a_2_2\":5,\n");
    expect(&plain, ROWS_CSV, "name,2019\nx,5\n", "{\"name\":\"x\",\"2019\":5,\n");
    expect(&plain, ROWS_CSV, "x,5\ny,6\n", "{\"column_1\":\"x\",\"column_2\":5,\n{\"column_1\":\"y\",\"column_2\":6,\n");
    expect(&yes, ROWS_CSV, "x,5\ny,6\n", "{\"x\":\"y\",\"5\":6,\n");
    expect(&no, ROWS_CSV, "x,y\n", "{\"column_1\":\"x\",\"column_2\":\"y\",\n");
    expect(&plain, ROWS_CSV, "a,b\n", "");
    expect(&plain, ROWS_CSV, "", "");
}

static void csv_delimiters(void **state)
{
    rows_opts bar = { .delimiter = '|' };
    expect(&plain, ROWS_CSV, "a;b\n1,5;2\n", "{\"a\":\"1,5\",\"b\":2,\n");
    expect(&plain, ROWS_CSV, "a\tb\n1,5\t2\n", "{\"a\":\"1,5\",\"b\":2,\n");
    expect(&plain, ROWS_CSV, "a|b\n\"x|y\"|2\n", "{\"a\":\"x|y\",\"b\":2,\n");
    expect(&plain, ROWS_TSV, "a,b\tc\n1\t2\n", "{\"a,b\":1,\"c\":2,\n");
    expect(&bar, ROWS_CSV, "a,b|c\n1|2\n", "{\"a,b\":1,\"c\":2,\n");
    expect(&plain, ROWS_CSV, "word\nx\n", "{\"word\":\"x\",\n");
}

static void csv_line_ends(void **state)
{
    expect(&plain, ROWS_CSV, "a,b\r1,2\r3,\"x\ry\"\r", "{\"a\":1,\"b\":2,\n{\"a\":3,\"b\":\"x\\ny\",\n");
    expect(&plain, ROWS_CSV, "a,b\r\n1,2\r\n", "{\"a\":1,\"b\":2,\n");
}

static void csv_bad_bytes(void **state)
{
    rows_opts latin = { .charset = "latin1" };
    const char text[] = "a,b\n1,\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\n2,x\xe9\n3,y\0z\n4,5\n";
    expect_bytes(&plain, ROWS_CSV, (mm_str){ text, sizeof text - 1 }, false,
                 "{\"a\":1,\"b\":\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\",\n3: invalid UTF-8 at byte 3\n4: NUL byte at byte 3\n{\"a\":4,\"b\":5,\n");
    expect(&latin, ROWS_CSV, "a\nstra\xdf" "e\n", "{\"a\":\"stra\xc3\x9f" "e\",\n");
}

static void csv_over_the_limit(void **state)
{
    rows_opts o = { .max_record = 8 };
    expect(&o, ROWS_CSV, "a,b\n1,234567\n1,2345678\n3,\"4\n56789\"\n5,6\n",
           "{\"a\":1,\"b\":234567,\n"
           "3: row 2 is over the limit of 8 bytes, or has a quote that is not closed; raise --max-record cut 1\n"
           "4: row 3 is over the limit of 8 bytes, or has a quote that is not closed; raise --max-record cut 3\n"
           "{\"a\":5,\"b\":6,\n");
    expect(&o, ROWS_CSV, "\r\nabcde,fgh\n1,2\n", "! in:2: the first row is over the limit of 8 bytes, or has a quote that is not closed; raise --max-record\n");
}

static void csv_cut_short(void **state)
{
    expect_bytes(&plain, ROWS_CSV, MM_STR("a,b\n1,2\n3,4"), true,
                 "{\"a\":1,\"b\":2,\n3: the input is cut short inside this row\n! in: cut short\n");
}

/* ---- JSON ---- */

static void json_arrays(void **state)
{
    expect(&plain, ROWS_JSON, "[ {\"a\": 1.50,\r\n   \"a\": [1,\n  2]}, \"]\\\"\",5, null ,[{}]\n,{}]\n",
           "{\"a\": 1.50,\"a\": [1,2],\n{\"value\":\"]\\\"\",\n{\"value\":5,\n{\"value\":null,\n{\"value\":[{}],\n{\n");
    expect(&plain, ROWS_JSON, " []\n", "");
    expect(&plain, ROWS_JSON, "", "");
}

static void json_sequences(void **state)
{
    expect(&plain, ROWS_JSON, "{\"a\":\n1}{\"b\":2} 3\n[4, 5] \"x\"",
           "{\"a\":1,\n{\"b\":2,\n{\"value\":3,\n{\"value\":4,\n{\"value\":5,\n{\"value\":\"x\",\n");
}

static void json_broken(void **state)
{
    expect(&plain, ROWS_JSON, "[1,\n{\"a\":01},2", "{\"value\":1,\n2: row 2: a number begins with a zero at byte 5\n"
           "{\"value\":2,\n! in:2: the array is not closed: the input is cut short\n");
    expect(&plain, ROWS_JSON, "[1\n2]", "{\"value\":1,\n! in:2: ',' or ']' is expected between the elements of an array\n");
    expect(&plain, ROWS_JSON, "[1,]", "{\"value\":1,\n! in:1: a value is expected behind the last comma\n");
    expect(&plain, ROWS_JSON, "{\"a\":", "1: row 1: the text ends where a value is expected at byte 5\n");
    expect(&plain, ROWS_JSON, "[{\"a\":[1}]},3]", "1: row 1: ',' or ']' is expected at byte 7\n"
           "! in:1: ',' or ']' is expected between the elements of an array\n");
}

static void json_over_the_limit(void **state)
{
    rows_opts o = { .max_record = 8 };
    expect(&o, ROWS_JSON, "[{\"a\":123},{\"b\":\"}\\\"]\"},\"12345678\",123456789,[\n[]]]",
           "1: row 1 is over the limit of 8 bytes; raise --max-record cut 1\n"
           "1: row 2 is over the limit of 8 bytes; raise --max-record cut 4\n"
           "1: row 3 is over the limit of 8 bytes; raise --max-record cut 2\n"
           "1: row 4 is over the limit of 8 bytes; raise --max-record cut 1\n"
           "{\"value\":[[]],\n");
    expect(&o, ROWS_JSON, "[1,[1234567890", "{\"value\":1,\n1: row 2 is over the limit of 8 bytes; raise --max-record cut 3\n"
           "! in:1: the array is not closed: the input is cut short\n");
}

static void json_bombs(void **state)
{
    mm_buf deep = { 0 };
    for (int i = 0; i < 100000; i++)
        mm_buf_byte(&deep, '[');
    mm_str got = run(&plain, ROWS_JSON, mm_buf_view(&deep), false, 1 << 20, 0);
    assert_string_equal(got.p, "1: row 1: nested too deeply at byte 1024\n! in:1: the array is not closed: the input is cut short\n");
    mm_buf_free(&deep);
}

static void ndjson_lines(void **state)
{
    expect(&plain, ROWS_NDJSON, "\xef\xbb\xbf{\"n\":1.0e0,\"k\":\"\\u0041\"}\r\n\n[1]\n{\"a\":\"\\ud800\"}\nx\n{\"b\":\"\xff\"}\n{\"c\":{}}",
           "{\"n\":1.0e0,\"k\":\"\\u0041\",\n{\"value\":[1],\n4: row 3: half a surrogate pair at byte 6\n"
           "5: row 4: a value is expected at byte 0\n6: invalid UTF-8 at byte 6\n{\"c\":{},\n");
}

static void rows_with_mm(void **state)
{
    rows_opts o = { .via = MM_STR("{\"tool\":\"t\"}") };
    expect(&o, ROWS_NDJSON, "{\"a\":1,\"mm\":{ \"id\":\"i\",\"src\":\"s\",\"modality\":\"row\"} }\n"
           "{\"mm\":{\"src\":\"s\",\"modality\":\"row\",\"id\":\"i\",\"via\":5}}\n{\"mm\":[]}\n",
           "{\"a\":1,\"mm\":{ \"id\":\"i\",\"src\":\"s\",\"modality\":\"row\"} }\n"
           "2: row 2: its member mm is not what this toolkit writes there; rename it\n"
           "3: row 3: its member mm is not what this toolkit writes there; rename it\n");
    expect(&o, ROWS_NDJSON, "{\"mm\":{\"x\":1,\"id\":\"i\",\"via\":[{\"tool\":\"u\"}]},\"b\":2}\n",
           "{\"mm\":{\"x\":1,\"id\":\"i\",\"via\":[{\"tool\":\"u\"},{\"tool\":\"t\"}],\"src\":\"in#1\",\"modality\":\"row\"},\"b\":2}\n");
}

/* ---- text ---- */

static void text_parts(void **state)
{
    rows_opts lines = { .split = ROWS_SPLIT_LINE }, paragraphs = { .split = ROWS_SPLIT_PARAGRAPH };
    const char *text = "\n one\r\ntwo \"q\"\r\n \r\n\r\nthree\n\nfour";
    expect(&lines, ROWS_TEXT, text, "{\"text\":\" one\",\n{\"text\":\"two \\\"q\\\"\",\n{\"text\":\"three\",\n{\"text\":\"four\",\n");
    expect(&paragraphs, ROWS_TEXT, text, "{\"text\":\" one\\ntwo \\\"q\\\"\",\n{\"text\":\"three\",\n{\"text\":\"four\",\n");
}

/* ---- which rows ---- */

static rows_format told(const char *name, const char *head)
{
    return rows_tell(&plain, name, mm_str_of(head), strlen(head));
}

static void formats(void **state)
{
    rows_opts lines = { .split = ROWS_SPLIT_LINE };
    assert_int_equal(told("a.csv", "x"), ROWS_CSV);
    assert_int_equal(told("a.tar!b/T.TSV.gz", "x\ty\n"), ROWS_TSV);
    assert_int_equal(told("a.json", "[1]"), ROWS_JSON);
    assert_int_equal(told("a.json", "{\"a\":1}\n{\"a\":2}\n"), ROWS_NDJSON);
    assert_int_equal(told("a.jsonl", "{"), ROWS_NDJSON);
    assert_int_equal(told("-", "{\"a\":1}\n"), ROWS_NDJSON);
    assert_int_equal(told("-", "[\n{\"a\":1}]\n"), ROWS_JSON);
    assert_int_equal(told("-", "a,b,c\n1,2,3\n"), ROWS_CSV);
    assert_int_equal(told("-", "Dear all,\nthis is, well, text.\n"), ROWS_NONE);
    assert_int_equal(told("notes.txt", "a,b,c\n1,2,3\n"), ROWS_NONE);
    assert_int_equal(rows_tell(&lines, "notes.txt", MM_STR("x"), 1), ROWS_TEXT);
    assert_int_equal(rows_tell(&lines, "a.csv", MM_STR("\x7f" "ELF\0\0\1"), 100), ROWS_NONE);
}

/* ---- encodings ---- */

static void whole(const char *forced, mm_str text, int status, const char *want, const char *name)
{
    mm_arena *a = mm_arena_new();
    mm_str out = { NULL, 0 };
    const char *got = NULL;
    mm_err e = { 0 };
    assert_int_equal(mm_charset_whole(NULL, forced, text, a, &out, &got, &e), status);
    if (status < 0)
        assert_string_equal(e.text, want);
    if (status > 0) {
        assert_int_equal(out.n, strlen(want));
        assert_memory_equal(out.p, want, out.n);
    }
    if (name)
        assert_string_equal(got, name);
    else
        assert_null(got);
    mm_arena_free(a);
}

static void whole_texts(void **state)
{
    whole(NULL, MM_STR("plain\n"), 0, "", NULL);
    whole(NULL, MM_STR(""), 0, "", NULL);
    whole(NULL, MM_STR("a\r\nb\rc"), 1, "a\nb\nc", NULL);
    whole(NULL, MM_STR("\xef\xbb\xbfx"), 1, "x", NULL);
    whole(NULL, MM_STR("\xff\xfe" "a\0\r\0\n\0\xe9\0"), 1, "a\n\xc3\xa9", "UTF-16LE");
    whole(NULL, MM_STR("\0a\0b\0 \0c"), 1, "ab c", "UTF-16BE");
    whole(NULL, MM_STR("\xff\xfe\0\0" "a\0\0\0\0\xf6\x01\0"), 1, "a\xf0\x9f\x98\x80", "UTF-32LE");
    whole("utf-16le", MM_STR("\x3d\xd8\0\xde" "a\0"), 1, "\xf0\x9f\x98\x80" "a", "UTF-16LE");
    whole("utf-16le", MM_STR("\x3d\xd8" "a\0"), -1, "byte 0 means nothing in UTF-16LE", "UTF-16LE");
    whole("utf-16le", MM_STR("a\0b"), -1, "byte 2 means nothing in UTF-16LE", "UTF-16LE");
    whole("windows-1252", MM_STR("\x80\x93"), 1, "\xe2\x82\xac\xe2\x80\x9c", "WINDOWS-1252");
    whole("windows-1252", MM_STR("ab\x81"), -1, "byte 2 means nothing in WINDOWS-1252", "WINDOWS-1252");
    whole("sjis", MM_STR("\x93\xfa\x96{\\"), 1, "\xe6\x97\xa5\xe6\x9c\xac\\", "SHIFT_JIS");
    whole("gb18030", MM_STR("\x81\x30\x81\x30"), 1, "\xc2\x80", "GB18030");
    whole("euc-jp", MM_STR("\x8f\xb0\xa1"), 1, "\xe4\xb8\x82", "EUC-JP");
    whole(NULL, MM_STR("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xff"), -1,
          "invalid UTF-8 at byte 10; --charset names another encoding", NULL);
    whole(NULL, MM_STR("caf\xe9"), -1, "its encoding is not known (it is no UTF-8); --charset names it", NULL);
    whole("no-such", MM_STR("x"), -1,
          "no-such: no encoding that can be read; iconv -l lists names, and those that switch sets (ISO-2022) are not read", NULL);
    whole("iso-2022-jp", MM_STR("x"), -1,
          "iso-2022-jp: no encoding that can be read; iconv -l lists names, and those that switch sets (ISO-2022) are not read", NULL);
}

static void rows_in_other_encodings(void **state)
{
    rows_opts sjis = { .charset = "shift_jis" };
    expect_bytes(&plain, ROWS_CSV, MM_STR("\xff\xfe" "a\0,\0b\0\r\0\n\0\x31\0,\0\xe9\0\r\0\n\0"), false, "{\"a\":1,\"b\":\"\xc3\xa9\",\n");
    expect_bytes(&plain, ROWS_NDJSON, MM_STR("\0{\0\"\0a\0\"\0:\0" "1\0}\0\n"), false, "{\"a\":1,\n");
    expect(&sjis, ROWS_CSV, "a,b\n\x93\xfa,\xff\n\x93\xfa,2\n",
           "2: a byte that means nothing in SHIFT_JIS, the encoding of the input at byte 4\n{\"a\":\"\xe6\x97\xa5\",\"b\":2,\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_types), cmocka_unit_test(csv_types_forced), cmocka_unit_test(csv_quotes),
        cmocka_unit_test(csv_ragged), cmocka_unit_test(csv_headers), cmocka_unit_test(csv_delimiters),
        cmocka_unit_test(csv_line_ends), cmocka_unit_test(csv_bad_bytes), cmocka_unit_test(csv_over_the_limit),
        cmocka_unit_test(csv_cut_short), cmocka_unit_test(json_arrays), cmocka_unit_test(json_sequences),
        cmocka_unit_test(json_broken), cmocka_unit_test(json_over_the_limit), cmocka_unit_test(json_bombs), cmocka_unit_test(ndjson_lines),
        cmocka_unit_test(rows_with_mm), cmocka_unit_test(text_parts), cmocka_unit_test(formats),
        cmocka_unit_test(whole_texts), cmocka_unit_test(rows_in_other_encodings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
