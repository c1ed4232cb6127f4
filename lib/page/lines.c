/* lines.c - a chart of lines over numbers, with bands. */
#include <math.h>

#include "page/chart.h"
#include "page/page.h"

enum { WIDTH = 760, HEIGHT = 300, LEFT = 64, RIGHT = 16, TOP = 10, BOTTOM = 44, TICKS = 6, LINES = 6 };

/* How lines differ beside their colours. */
static const char *const dashes[LINES] = { "none", "7 4", "2 3", "10 3 2 3", "14 5", "5 2 1 2 1 2" };

/* One axis: what lies at its ends, and a tick every `step` from the first multiple on. */
typedef struct scale {
    double low, high, step;
} scale;

static void include(scale *s, double v)
{
    if (!isfinite(v))
        return;
    s->low = fmin(s->low, v);
    s->high = fmax(s->high, v);
}

/* Steps of 1, 2 or 5 times a power of ten, at most TICKS of them; `wide` takes the ends to ticks. */
static void settle(scale *s, bool wide)
{
    if (!(s->high > s->low)) {
        double around = s->low != 0 ? fabs(s->low) * 0.5 : 1;
        s->low -= around;
        s->high += around;
    }
    double rough = (s->high - s->low) / TICKS, power = pow(10, floor(log10(rough)));
    s->step = rough <= power ? power : rough <= 2 * power ? 2 * power : rough <= 5 * power ? 5 * power : 10 * power;
    if (wide) {
        s->low = floor(s->low / s->step) * s->step;
        s->high = ceil(s->high / s->step) * s->step;
    }
}

static double place(const scale *s, double v, double from, double to)
{
    return from + (v - s->low) / (s->high - s->low) * (to - from);
}

static double across(const scale *s, double v)
{
    return place(s, v, LEFT, WIDTH - RIGHT);
}

static double up(const scale *s, double v)
{
    return place(s, v, HEIGHT - BOTTOM, TOP);
}

static bool measure(const mm_axes *a, const mm_line *line, size_t n, scale *x, scale *y)
{
    *x = *y = (scale){ .low = INFINITY, .high = -INFINITY };
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < line[i].n; k++) {
            if (!isfinite(line[i].y[k]))
                continue;
            include(x, line[i].x[k]);
            include(y, line[i].y[k]);
            if (line[i].low)
                include(y, line[i].low[k]);
            if (line[i].high)
                include(y, line[i].high[k]);
        }
    if (!isfinite(x->low) || !isfinite(y->low))
        return false;
    if (a->from_zero)
        include(y, 0);
    settle(x, false);
    settle(y, true);
    return true;
}

static void put_axes(mm_buf *b, const mm_axes *a, const scale *x, const scale *y)
{
    for (int i = 0; i <= 2 * TICKS && y->low + i * y->step < y->high + y->step / 2; i++) {
        double v = y->low + i * y->step, at = up(y, v);
        mm_buf_printf(b, "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text class=\"dim\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", LEFT, at,
                      WIDTH - RIGHT, LEFT - 8, at + 4);
        mm_page_number(b, fabs(v) < y->step / 1e6 ? 0 : v);
        mm_buf_str(b, MM_STR("</text>\n"));
    }
    double first = ceil(x->low / x->step) * x->step;
    for (int i = 0; i <= 2 * TICKS && first + i * x->step <= x->high + x->step / 1e6; i++) {
        double v = first + i * x->step;
        mm_buf_printf(b, "<text class=\"dim\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">", across(x, v), HEIGHT - BOTTOM + 18);
        mm_page_number(b, fabs(v) < x->step / 1e6 ? 0 : v);
        mm_buf_str(b, MM_STR("</text>\n"));
    }
    mm_buf_printf(b, "<text class=\"dim\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6);
    mm_page_text(b, mm_str_of(a->x));
    mm_buf_printf(b, "</text>\n<text class=\"dim\" transform=\"translate(12 %d) rotate(-90)\" text-anchor=\"middle\">",
                  (TOP + HEIGHT - BOTTOM) / 2);
    mm_page_text(b, mm_str_of(a->y));
    mm_buf_str(b, MM_STR("</text>\n"));
}

/* From point `from` on, those that can be joined: the first that can not. */
static size_t run_end(const mm_line *l, size_t from)
{
    while (from < l->n && isfinite(l->y[from]))
        from++;
    return from;
}

/* A bound of the band at a point, within the chart; where none is known the band has no width. */
static double bound(const scale *y, const double *bounds, const mm_line *l, size_t i)
{
    return isnan(bounds[i]) ? l->y[i] : fmax(y->low, fmin(bounds[i], y->high));
}

static void put_band(mm_buf *b, const mm_line *l, size_t from, size_t to, const scale *x, const scale *y, size_t color)
{
    mm_buf_printf(b, "<path style=\"fill:var(--c%zu);fill-opacity:.18\" d=\"", color);
    for (size_t i = from; i < to; i++)
        mm_buf_printf(b, "%c%.1f %.1f", i == from ? 'M' : 'L', across(x, l->x[i]), up(y, bound(y, l->high, l, i)));
    for (size_t i = to; i > from; i--)
        mm_buf_printf(b, "L%.1f %.1f", across(x, l->x[i - 1]), up(y, bound(y, l->low, l, i - 1)));
    mm_buf_str(b, MM_STR("Z\"/>\n"));
}

static void put_stroke(mm_buf *b, size_t i)
{
    mm_buf_printf(b, "fill:none;stroke:var(--c%zu);stroke-width:2;stroke-dasharray:%s;stroke-linecap:round", i % LINES, dashes[i % LINES]);
}

static void put_line(mm_buf *b, const mm_line *l, size_t index, const scale *x, const scale *y)
{
    for (size_t from = 0, to; from < l->n; from = to + 1) {
        to = run_end(l, from);
        if (to == from)
            continue;
        if (l->low && l->high)
            put_band(b, l, from, to, x, y, index % LINES);
        mm_buf_str(b, MM_STR("<path style=\""));
        put_stroke(b, index);
        mm_buf_str(b, MM_STR("\" d=\""));
        for (size_t i = from; i < to; i++)
            mm_buf_printf(b, "%c%.1f %.1f", i == from ? 'M' : 'L', across(x, l->x[i]), up(y, l->y[i]));
        mm_buf_str(b, to - from == 1 ? MM_STR("h0\"/>\n") : MM_STR("\"/>\n"));
    }
}

/* "name from 3 at 0 to 9 at 12, least 2, most 10". */
static void put_words(mm_buf *b, const mm_line *l)
{
    size_t first = 0, last = l->n;
    double low = INFINITY, high = -INFINITY;
    while (first < l->n && !isfinite(l->y[first]))
        first++;
    while (last > first && !isfinite(l->y[last - 1]))
        last--;
    mm_page_text(b, mm_str_of(l->name));
    if (first == last) {
        mm_buf_str(b, MM_STR(" has no points"));
        return;
    }
    for (size_t i = first; i < last; i++)
        if (isfinite(l->y[i])) {
            low = fmin(low, l->y[i]);
            high = fmax(high, l->y[i]);
        }
    const struct { const char *before; double v; } told[] = {
        { " from ", l->y[first] }, { " at ", l->x[first] }, { " to ", l->y[last - 1] }, { " at ", l->x[last - 1] },
        { ", least ", low }, { ", most ", high },
    };
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        mm_buf_str(b, mm_str_of(told[i].before));
        mm_page_number(b, told[i].v);
    }
}

static void put_keys(mm_buf *b, const mm_line *line, size_t n)
{
    mm_buf_str(b, MM_STR("<ul class=\"keys\">\n"));
    for (size_t i = 0; i < n; i++) {
        mm_buf_str(b, MM_STR("<li><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 8\" aria-hidden=\"true\"><path style=\""));
        put_stroke(b, i);
        mm_buf_str(b, MM_STR("\" d=\"M2 4H38\"/></svg>"));
        mm_page_text(b, mm_str_of(line[i].name));
        mm_buf_str(b, MM_STR("</li>\n"));
    }
    mm_buf_str(b, MM_STR("</ul>\n"));
}

void mm_chart_lines(mm_buf *b, const mm_axes *a, const mm_line *line, size_t n)
{
    scale x, y;
    if (!measure(a, line, n, &x, &y))
        return;
    mm_buf_str(b, MM_STR("<figure>\n<figcaption>"));
    mm_page_text(b, mm_str_of(a->title));
    mm_buf_printf(b, "</figcaption>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, HEIGHT);
    mm_page_text(b, mm_str_of(a->title));
    for (size_t i = 0; i < n; i++) {
        mm_buf_str(b, i ? MM_STR("; ") : MM_STR(": "));
        put_words(b, &line[i]);
    }
    mm_buf_str(b, MM_STR("\">\n"));
    put_axes(b, a, &x, &y);
    for (size_t i = 0; i < n; i++)
        put_line(b, &line[i], i, &x, &y);
    mm_buf_str(b, MM_STR("</svg>\n"));
    put_keys(b, line, n);
    mm_buf_str(b, MM_STR("</figure>\n"));
}
