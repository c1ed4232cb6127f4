/* bars.c - a chart of bars. */
#include <math.h>

#include "page/chart.h"
#include "page/page.h"

/* In units of the drawing, which is as wide as its place. */
enum { WIDTH = 760, ROW = 26, BAR = 16, LETTER = 9, LABEL_LEAST = 60, LABEL_MOST = 324, GAP = 10, VALUE = 96 };

static size_t characters(mm_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

/* As much of a label as its place holds; cut, it ends in an ellipsis. */
static void put_label(mm_buf *b, mm_str s, size_t most)
{
    size_t n = 0, i = 0;
    if (characters(s) <= most) {
        mm_page_text(b, s);
        return;
    }
    for (; i < s.n && n < most; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    while (i > 0 && ((unsigned char)s.p[i - 1] & 0xc0) == 0x80)
        i--;
    mm_page_text(b, (mm_str){ s.p, i - (i > 0) });
    mm_buf_str(b, MM_STR("\xe2\x80\xa6"));
}

static void put_value(mm_buf *b, const mm_bar *bar)
{
    if (bar->shown.n)
        mm_page_text(b, bar->shown);
    else
        mm_page_number(b, bar->value);
}

static void put_words(mm_buf *b, const char *title, const mm_bar *bar, size_t n)
{
    mm_page_text(b, mm_str_of(title));
    for (size_t i = 0; i < n; i++) {
        mm_buf_str(b, i ? MM_STR("; ") : MM_STR(": "));
        mm_page_text(b, bar[i].label);
        mm_buf_byte(b, ' ');
        put_value(b, &bar[i]);
        if (bar[i].start > 0) {
            mm_buf_str(b, MM_STR(", begins at "));
            mm_page_number(b, bar[i].start);
        }
        if (bar[i].low < bar[i].high) {
            mm_buf_str(b, MM_STR(", from "));
            mm_page_number(b, bar[i].low);
            mm_buf_str(b, MM_STR(" to "));
            mm_page_number(b, bar[i].high);
        }
    }
}

static double greatest(const mm_bar *bar, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        if (isfinite(bar[i].value))
            most = fmax(most, bar[i].value);
        if (bar[i].low < bar[i].high && isfinite(bar[i].high))
            most = fmax(most, bar[i].high);
    }
    return most > 0 ? most : 1;
}

static double within(double v, double most)
{
    return v > 0 ? v < most ? v / most : 1 : 0;   /* not a number: 0 */
}

static void put_bar(mm_buf *b, const mm_bar *bar, double from, double width, double most, int y)
{
    double begin = from + within(bar->start, most) * width, end = from + within(bar->value, most) * width;
    mm_buf_printf(b, "<rect class=\"bar\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>", begin, y + (ROW - BAR) / 2,
                  fmax(end - begin, 0), BAR);
    if (bar->low < bar->high) {
        double low = from + within(bar->low, most) * width, high = from + within(bar->high, most) * width;
        int middle = y + ROW / 2;
        mm_buf_printf(b, "<path class=\"range\" d=\"M%.1f %dV%dM%.1f %dH%.1fM%.1f %dV%d\"/>", low, middle - 5, middle + 5, low, middle,
                      high, high, middle - 5, middle + 5);
        end = fmax(end, high);
    }
    mm_buf_printf(b, "<text x=\"%.1f\" y=\"%d\">", end + 6, y + ROW / 2 + 5);
    put_value(b, bar);
    mm_buf_str(b, MM_STR("</text>\n"));
}

void mm_chart_bars(mm_buf *b, const char *title, double most, const mm_bar *bar, size_t n)
{
    size_t longest = 0;
    for (size_t i = 0; i < n; i++) {
        size_t length = characters(bar[i].label) * LETTER + LETTER;
        longest = length > longest ? length : longest;
    }
    longest = longest < LABEL_LEAST ? LABEL_LEAST : longest > LABEL_MOST ? LABEL_MOST : longest;
    if (n == 0)
        return;
    if (!(most > 0))
        most = greatest(bar, n);
    mm_buf_str(b, MM_STR("<figure>\n<figcaption>"));
    mm_page_text(b, mm_str_of(title));
    mm_buf_printf(b, "</figcaption>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %zu\" role=\"img\" aria-label=\"", WIDTH,
                  n * ROW + 4);
    put_words(b, title, bar, n);
    mm_buf_str(b, MM_STR("\">\n"));
    double from = (double)longest + GAP;
    for (size_t i = 0; i < n; i++) {
        mm_buf_printf(b, "<text x=\"%zu\" y=\"%zu\" text-anchor=\"end\">", longest, i * ROW + ROW / 2 + 5);
        put_label(b, bar[i].label, longest / LETTER);
        mm_buf_str(b, MM_STR("</text>"));
        put_bar(b, &bar[i], from, WIDTH - from - VALUE, most, (int)i * ROW);
    }
    mm_buf_str(b, MM_STR("</svg>\n</figure>\n"));
}
