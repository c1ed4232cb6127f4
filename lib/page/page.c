/* page.c - the frame of a report, its figures and tables. */
#include "page/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "page/style.h"

/* ---- text and numbers ---- */

static const char *escape_of(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    }
    bool control = ((unsigned char)c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
    return control ? "\xef\xbf\xbd" : NULL;
}

static void put_valid(mm_buf *b, mm_str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        const char *instead = escape_of(s.p[i]);
        if (!instead)
            continue;
        mm_buf_put(b, s.p + from, i - from);
        mm_buf_str(b, mm_str_of(instead));
        from = i + 1;
    }
    mm_buf_put(b, s.p + from, s.n - from);
}

void mm_page_text(mm_buf *b, mm_str s)
{
    while (s.n) {
        size_t valid = mm_simd()->utf8_check(s.p, s.n);
        put_valid(b, (mm_str){ s.p, valid });
        if (valid == s.n)
            return;
        mm_buf_str(b, MM_STR("\xef\xbf\xbd"));
        s = (mm_str){ s.p + valid + 1, s.n - valid - 1 };
    }
}

void mm_page_count(mm_buf *b, uint64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            mm_buf_byte(b, ',');
        mm_buf_byte(b, digits[i]);
    }
}

/* Without the zeros behind the last digit that counts. */
static void put_trimmed(mm_buf *b, double v, int decimals)
{
    char text[64];
    int n = snprintf(text, sizeof text, "%.*f", decimals, v);
    if (strchr(text, '.')) {
        while (text[n - 1] == '0')
            n--;
        n -= text[n - 1] == '.';
    }
    mm_buf_put(b, text, (size_t)n);
}

void mm_page_number(mm_buf *b, double v)
{
    double size = fabs(v);
    if (!isfinite(v)) {
        mm_buf_str(b, MM_STR("\xe2\x80\x93"));
    } else if (size != 0 && (size < 1e-3 || size >= 1e12)) {
        mm_buf_printf(b, "%.3g", v);
    } else if (size >= 1000) {
        if (v < 0)
            mm_buf_byte(b, '-');
        mm_page_count(b, (uint64_t)llround(size));
    } else {
        put_trimmed(b, v, size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4);
    }
}

/* ---- the frame ---- */

static void put_element(mm_buf *b, const char *open, mm_str text, const char *close)
{
    mm_buf_str(b, mm_str_of(open));
    mm_page_text(b, text);
    mm_buf_str(b, mm_str_of(close));
}

/* The content policy is for readers of a report from strangers: nothing in it can be fetched or run. */
void mm_page_begin(mm_buf *b, const char *title, const char *lead)
{
    mm_buf_str(b, MM_STR("<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\"/>\n"
                         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"));
    put_element(b, "<title>", mm_str_of(title), "</title>\n<style>\n");
    mm_buf_str(b, mm_str_of(mm_page_style));
    put_element(b, "</style>\n</head>\n<body>\n<main>\n<h1>", mm_str_of(title), "</h1>\n");
    if (lead)
        put_element(b, "<p class=\"lead\">", mm_str_of(lead), "</p>\n");
}

void mm_page_end(mm_buf *b, const char *foot)
{
    if (foot)
        put_element(b, "<footer>", mm_str_of(foot), "</footer>\n");
    mm_buf_str(b, MM_STR("</main>\n</body>\n</html>\n"));
}

void mm_page_section(mm_buf *b, const char *title)
{
    put_element(b, "<h2>", mm_str_of(title), "</h2>\n");
}

void mm_page_note(mm_buf *b, const char *fmt, ...)
{
    char text[4096];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    put_element(b, "<p>", mm_str_of(text), "</p>\n");
}

void mm_page_figures(mm_buf *b, const mm_figure *f, size_t n)
{
    mm_buf_str(b, MM_STR("<dl class=\"figures\">\n"));
    for (size_t i = 0; i < n; i++) {
        put_element(b, "<div><dt>", mm_str_of(f[i].label), "</dt>");
        put_element(b, "<dd>", f[i].value, "</dd></div>\n");
    }
    mm_buf_str(b, MM_STR("</dl>\n"));
}

/* ---- tables ---- */

/* A wide one scrolls within its place, for the keyboard too. */
void mm_table_begin(mm_buf *b, const char *caption, const mm_column *c, size_t n)
{
    put_element(b, "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"", mm_str_of(caption), "\">\n");
    put_element(b, "<table>\n<caption>", mm_str_of(caption), "</caption>\n<thead><tr>");
    for (size_t i = 0; i < n; i++)
        put_element(b, c[i].number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">", mm_str_of(c[i].name), "</th>");
    mm_buf_str(b, MM_STR("</tr></thead>\n<tbody>\n"));
}

void mm_table_row(mm_buf *b, const mm_column *c, const mm_str *cell, size_t n)
{
    mm_buf_str(b, MM_STR("<tr>"));
    for (size_t i = 0; i < n; i++)
        put_element(b, i == 0 ? "<th scope=\"row\">" : c[i].number ? "<td class=\"n\">" : "<td>", cell[i],
                    i == 0 ? "</th>" : "</td>");
    mm_buf_str(b, MM_STR("</tr>\n"));
}

void mm_table_end(mm_buf *b)
{
    mm_buf_str(b, MM_STR("</tbody>\n</table>\n</div>\n"));
}
