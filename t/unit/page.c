/* Reports: escaped whatever they are given, well-formed whatever is in them, told in words too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/chart.h"
#include "page/page.h"

#define HOSTILE "<script>alert(\"1\")</script>&amp;\xff\x1b[2J"

static void same(mm_buf *b, const char *want)
{
    assert_false(b->failed);
    mm_buf_byte(b, 0);
    assert_string_equal(b->p, want);
    mm_buf_free(b);
}

static void text_is_escaped(void **state)
{
    mm_buf b = { 0 };
    mm_page_text(&b, MM_STR("a < b & \"c\" > d, caf\xc3\xa9"));
    same(&b, "a &lt; b &amp; &quot;c&quot; &gt; d, caf\xc3\xa9");
    mm_page_text(&b, mm_str_of(HOSTILE));
    same(&b, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;\xef\xbf\xbd\xef\xbf\xbd[2J");
}

static void bars_may_begin_later(void **state)
{
    mm_buf b = { 0 };
    mm_bar bars[] = { { .label = MM_STR("a"), .value = 5 }, { .label = MM_STR("b"), .value = 10, .start = 5, .shown = MM_STR("5 s") } };
    mm_chart_bars(&b, "When", 10, bars, 2);
    mm_buf_byte(&b, 0);
    assert_non_null(strstr(b.p, "aria-label=\"When: a 5; b 5 s, begins at 5\""));
    /* 70 to 664 are the ends: labels take 60, the gap 10, values 96 of 760 */
    assert_non_null(strstr(b.p, "<rect class=\"bar\" x=\"70.0\" y=\"5\" width=\"297.0\""));
    assert_non_null(strstr(b.p, "<rect class=\"bar\" x=\"367.0\" y=\"31\" width=\"297.0\""));
    mm_buf_free(&b);
}

static void numbers_are_for_people(void **state)
{
    static const struct { double v; const char *text; } known[] = {
        { 0, "0" }, { 0.25, "0.25" }, { 1.0 / 3, "0.3333" }, { 12.5, "12.5" }, { 99.999, "100" }, { 1234567.4, "1,234,567" },
        { -4200, "-4,200" }, { 1e-9, "1e-09" }, { 1e15, "1e+15" }, { NAN, "\xe2\x80\x93" }, { INFINITY, "\xe2\x80\x93" },
    };
    mm_buf b = { 0 };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        mm_page_number(&b, known[i].v);
        same(&b, known[i].text);
    }
    mm_page_count(&b, 18446744073709551615u);
    same(&b, "18,446,744,073,709,551,615");
    mm_page_count(&b, 999);
    same(&b, "999");
}

/* Every element is closed in its turn, as XML wants it. */
static void assert_balanced(const char *p)
{
    char open[32][16];
    int depth = 0;
    for (p = strchr(p, '>'); (p = strchr(p, '<')); ) {   /* behind the doctype */
        char name[16];
        const char *end = strchr(p, '>');
        assert_non_null(end);
        if (p[1] == '/') {
            assert_int_equal(sscanf(p + 2, "%15[a-z0-9]", name), 1);
            assert_true(depth > 0);
            assert_string_equal(open[--depth], name);
        } else if (end[-1] != '/') {
            assert_int_equal(sscanf(p + 1, "%15[a-z0-9]", name), 1);
            assert_true(depth < 32);
            strcpy(open[depth++], name);
        }
        p = end;
    }
    assert_int_equal(depth, 0);
}

static void a_whole_page(mm_buf *b, const char *word)
{
    const double x[] = { 0, 1, 2, 3, 4 }, y[] = { 1, 2, NAN, 4, 3 }, low[] = { 0, 1, 2, -INFINITY, 2 }, high[] = { 2, 3, 4, NAN, 4 };
    const mm_line lines[] = { { word, 5, x, y, low, high }, { "empty", 0, x, y, NULL, NULL }, { "one", 1, x, y, NULL, NULL } };
    const mm_bar bars[] = { { mm_str_of(word), 3, 2, 5, MM_STR("") }, { MM_STR("B"), NAN, 0, 0, mm_str_of(word) },
                            { MM_STR("a name that is so long that its place can not hold all of it"), 0, 0, 0, MM_STR("") } };
    const mm_column columns[] = { { word, false }, { "n", true } };
    const mm_figure figures[] = { { word, mm_str_of(word) }, { "records", MM_STR("12") } };
    const mm_str cells[] = { mm_str_of(word), mm_str_of(word) };
    mm_page_begin(b, word, word);
    mm_page_figures(b, figures, 2);
    mm_page_section(b, word);
    mm_page_note(b, "of %s", word);
    mm_table_begin(b, word, columns, 2);
    mm_table_row(b, columns, cells, 2);
    mm_table_end(b);
    mm_chart_bars(b, word, 0, bars, 3);
    mm_chart_lines(b, &(mm_axes){ word, word, word, true }, lines, 3);
    mm_page_end(b, word);
    mm_buf_byte(b, 0);
    assert_false(b->failed);
}

static void a_page_is_well_formed(void **state)
{
    mm_buf b = { 0 };
    a_whole_page(&b, HOSTILE);
    assert_balanced(b.p);
    assert_null(strstr(b.p, "<script"));
    assert_null(strstr(b.p, "nan"));
    assert_null(strstr(b.p, "inf "));
    assert_null(strstr(b.p, "src="));   /* nothing is fetched */
    assert_null(strstr(b.p, "href="));
    const char *keep = getenv("MM_PAGE_SHOW");   /* to look at */
    if (keep) {
        FILE *f = fopen(keep, "w");
        b.n = 0;
        a_whole_page(&b, "A word");
        fputs(b.p, f);
        fclose(f);
    }
    mm_buf_free(&b);
}

static void bars_are_told_in_words(void **state)
{
    mm_buf b = { 0 };
    const mm_bar bars[] = { { MM_STR("EMAIL"), 12, 0, 0, MM_STR("") }, { MM_STR("PHONE"), 0.5, 0.25, 0.75, MM_STR("50 %") } };
    mm_chart_bars(&b, "Findings", 0, bars, 2);
    mm_buf_byte(&b, 0);
    assert_non_null(strstr(b.p, "aria-label=\"Findings: EMAIL 12; PHONE 50 %, from 0.25 to 0.75\""));
    b.n = 0;
    mm_chart_bars(&b, "Findings", 0, bars, 0);
    assert_int_equal(b.n, 0);
    mm_buf_free(&b);
}

static void bars_are_as_long_as_their_values(void **state)
{
    mm_buf b = { 0 };
    const mm_bar bars[] = { { MM_STR("a"), 1, 0, 0, MM_STR("") }, { MM_STR("b"), 0.5, 0, 0, MM_STR("") } };
    mm_chart_bars(&b, "t", 2, bars, 2);
    mm_buf_byte(&b, 0);
    double first, second;
    const char *p = strstr(b.p, "<rect");
    assert_int_equal(sscanf(strstr(p, "width"), "width=\"%lf", &first), 1);
    p = strstr(p + 1, "<rect");
    assert_int_equal(sscanf(strstr(p, "width"), "width=\"%lf", &second), 1);
    assert_true(fabs(first - 2 * second) < 0.2 && first > 200 && first < 380);
    mm_buf_free(&b);
}

static void lines_are_told_in_words(void **state)
{
    mm_buf b = { 0 };
    const double x[] = { 0, 10, 20 }, y[] = { 5, 1, 9 };
    const mm_line line = { "cost", 3, x, y, NULL, NULL };
    mm_chart_lines(&b, &(mm_axes){ "Cost by day", "day", "EUR", true }, &line, 1);
    mm_buf_byte(&b, 0);
    assert_non_null(strstr(b.p, "aria-label=\"Cost by day: cost from 5 at 0 to 9 at 20, least 1, most 9\""));
    /* from (0, 5) at the left, half way between ticks 0 and 10, to (20, 9) at the right */
    assert_non_null(strstr(b.p, "d=\"M64.0 133.0L404.0 231.4L744.0 34.6\""));
    mm_buf_free(&b);
    const mm_line none = { "none", 0, x, y, NULL, NULL };
    mm_chart_lines(&b, &(mm_axes){ "t", "x", "y", true }, &none, 1);
    assert_int_equal(b.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(bars_may_begin_later), cmocka_unit_test(numbers_are_for_people), cmocka_unit_test(a_page_is_well_formed),
        cmocka_unit_test(bars_are_told_in_words), cmocka_unit_test(bars_are_as_long_as_their_values),
        cmocka_unit_test(lines_are_told_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
