/* row_stream.c - one row after the other. */
#include "row_stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

enum { BUCKETS = 1 << 16, USUAL_ROWS = 10, RANGE_BEHIND = 30, OUTLIER_BEHIND = 16, GAP_BEHIND = 8 };

/* One column in one series. */
typedef struct row_track {
    uint64_t rows, values, numbers;
    uint64_t row;            /* the last that had it */
    unsigned types;          /* bits, integer counted as number */
    double min, max;
    uint64_t hash, run;      /* of the last value; how often in a row */
    row_window *window;      /* of numbers */
} row_track;

row_stream *row_stream_new(const row_plan *p, mm_err *e)
{
    row_stream *s = calloc(1, sizeof *s);
    if (s && (s->bucket = calloc(BUCKETS, sizeof *s->bucket))) {
        s->plan = p;
        return s;
    }
    free(s);
    mm_fail(e, MM_ESYS, "out of memory");
    return NULL;
}

static void series_free(row_series *g)
{
    for (size_t i = 0; i < g->n_tracks; i++)
        if (g->track[i]) {
            free(g->track[i]->window);
            free(g->track[i]);
        }
    free(g->track);
    free(g->intervals);
    free(g);
}

void row_stream_free(row_stream *s)
{
    if (!s)
        return;
    for (row_series *g = s->oldest, *next; g; g = next) {
        next = g->newer;
        series_free(g);
    }
    for (size_t i = 0; i < s->n_columns; i++)
        row_column_free(s->column[i]);
    for (size_t i = 0; i < s->n_pointers; i++)
        free((char *)s->pointer[i].at.p);
    mm_buf *bufs[] = { &s->missing, &s->drift, &s->outside, &s->outliers };
    for (size_t i = 0; i < 4; i++)
        mm_buf_free(bufs[i]);
    free(s->bucket);
    free(s);
}

/* ---- memory of series ------------------------------------------------------- */

static void *take(row_stream *s, row_series *g, size_t n)
{
    void *p = calloc(1, n);
    size_t cost = n + 16;  /* about what malloc keeps besides */
    if (p) {
        g->bytes += cost;
        s->bytes += cost;
    }
    return p;
}

static void give_back(row_stream *s, row_series *g, size_t n)
{
    g->bytes -= n + 16;
    s->bytes -= n + 16;
}

static void unlink_series(row_stream *s, row_series *g)
{
    *(g->newer ? &g->newer->older : &s->newest) = g->older;
    *(g->older ? &g->older->newer : &s->oldest) = g->newer;
}

static void link_newest(row_stream *s, row_series *g)
{
    g->older = s->newest;
    g->newer = NULL;
    *(s->newest ? &s->newest->newer : &s->oldest) = g;
    s->newest = g;
}

static void forget_oldest(row_stream *s)
{
    row_series *g = s->oldest, **at = &s->bucket[g->hash[0] % BUCKETS];
    while (*at != g)
        at = &(*at)->chain;
    *at = g->chain;
    unlink_series(s, g);
    s->bytes -= g->bytes;
    s->forgotten++;
    series_free(g);
}

static row_series *series_of(row_stream *s, mm_str name)
{
    XXH128_hash_t h = XXH3_128bits(name.p, name.n);
    row_series **bucket = &s->bucket[h.low64 % BUCKETS], *g = *bucket;
    while (g && (g->hash[0] != h.low64 || g->hash[1] != h.high64))
        g = g->chain;
    if (g) {
        unlink_series(s, g);
        link_newest(s, g);
        return g;
    }
    while (s->bytes > s->plan->memory && s->oldest)
        forget_oldest(s);
    if (!(g = calloc(1, sizeof *g)))
        return NULL;
    g->bytes = sizeof *g + 16;
    s->bytes += g->bytes;
    g->hash[0] = h.low64;
    g->hash[1] = h.high64;
    g->number = s->series++;
    g->name_n = (uint8_t)(name.n < ROW_SERIES_NAME ? name.n : ROW_SERIES_NAME);
    memcpy(g->name, name.p, g->name_n);
    g->time_column = -1;
    g->chain = *bucket;
    *bucket = g;
    link_newest(s, g);
    return g;
}

/* ---- columns ---------------------------------------------------------------- */

enum { NONE = -1, FAILED = -2 };

/* The column's number. Columns mostly come in the order of the row before: hint is where that goes on. */
static int column_of(row_stream *s, mm_str name, size_t hint)
{
    if (hint < s->n_columns && mm_str_eq(s->column[hint]->name, name))
        return (int)hint;
    uint64_t h = XXH3_64bits(name.p, name.n);
    size_t room = sizeof s->slot / sizeof *s->slot, at = h % room;
    for (; s->slot[at]; at = (at + 1) % room) {
        const row_column *c = s->column[s->slot[at] - 1];
        if (c->hash == h && mm_str_eq(c->name, name))
            return s->slot[at] - 1;
    }
    if (s->n_columns == ROW_COLUMNS)
        return NONE;
    if (!(s->column[s->n_columns] = row_column_new(name, h)))
        return FAILED;
    s->slot[at] = (uint16_t)++s->n_columns;
    return (int)s->n_columns - 1;
}

static row_track *track_of(row_stream *s, row_series *g, int column)
{
    if ((size_t)column >= g->n_tracks) {
        size_t n = (size_t)column + 1 < 8 ? 8 : ((size_t)column + 1) * 3 / 2;
        row_track **more = take(s, g, n * sizeof *more);
        if (!more)
            return NULL;
        if (g->n_tracks) {
            memcpy(more, g->track, g->n_tracks * sizeof *more);
            give_back(s, g, g->n_tracks * sizeof *more);
        }
        free(g->track);
        g->track = more;
        g->n_tracks = n;
    }
    if (!g->track[column])
        g->track[column] = take(s, g, sizeof **g->track);
    return g->track[column];
}

/* ---- one cell --------------------------------------------------------------- */

static void list(mm_buf *b, mm_str name)
{
    mm_buf_byte(b, b->n ? ',' : '[');
    mm_json_put(b, name);
}

static void meet_type(row_stream *s, row_series *g, row_track *t, row_column *c, const row_cell *v)
{
    unsigned type = v->type == ROW_INTEGER ? ROW_NUMBER : v->type;
    bool new = t->rows == 0, other = t->values >= USUAL_ROWS && !(t->types >> type & 1);
    if ((new && g->rows >= USUAL_ROWS) || other) {
        unsigned was = 0;
        while (!new && !(t->types >> was & 1))
            was++;
        mm_buf_str(&s->drift, s->drift.n ? MM_STR(",{\"column\":") : MM_STR("[{\"column\":"));
        mm_json_put(&s->drift, c->name);
        mm_buf_printf(&s->drift, ",\"was\":\"%s\",\"is\":\"%s\"}", new ? "absent" : row_type_name((row_type)was), row_type_name(v->type));
        c->drifts++;
    }
    t->types |= 1u << type;
}

static double rounded(double v, double steps)
{
    return fabs(v) < 1e12 ? round(v * steps) / steps : v;
}

static void meet_outlier(row_stream *s, const row_track *t, row_column *c, double v)
{
    double median, deviation;
    if (t->window->n < OUTLIER_BEHIND)
        return;
    row_window_spread(t->window, &median, &deviation);
    double score = fabs(v - median) / deviation;
    if (!(deviation > 0) || !(score > s->plan->outlier))
        return;
    mm_buf_str(&s->outliers, s->outliers.n ? MM_STR(",{\"column\":") : MM_STR("[{\"column\":"));
    mm_json_put(&s->outliers, c->name);
    mm_buf_str(&s->outliers, MM_STR(",\"median\":"));
    row_number_put(&s->outliers, median);
    mm_buf_str(&s->outliers, MM_STR(",\"score\":"));
    mm_json_put_double(&s->outliers, rounded(fmin(score, 1e300), 100));
    mm_buf_byte(&s->outliers, '}');
    c->outliers++;
}

static bool meet_number(row_stream *s, row_series *g, row_track *t, row_column *c, double v)
{
    if (!t->window && !(t->window = take(s, g, sizeof *t->window)))
        return false;
    meet_outlier(s, t, c, v);
    if (t->numbers >= RANGE_BEHIND && (v < t->min || v > t->max)) {
        list(&s->outside, c->name);
        c->outside++;
    }
    t->min = t->numbers && t->min <= v ? t->min : v;
    t->max = t->numbers && t->max >= v ? t->max : v;
    t->numbers++;
    row_window_add(t->window, v);
    return true;
}

static bool meet_cell(row_stream *s, row_series *g, int column, const row_cell *v)
{
    row_column *c = s->column[column];
    row_track *t = track_of(s, g, column);
    if (!t)
        return false;
    if (t->rows && t->row == g->rows)
        return true;  /* the same key again */
    if (!v->missing)
        meet_type(s, g, t, c, v);
    t->row = g->rows;
    t->rows++;
    c->rows++;
    if (v->missing) {
        list(&s->missing, c->name);
        c->missing++;
        return true;
    }
    t->values++;
    t->run = t->run && t->hash == v->hash ? t->run + 1 : 1;
    t->hash = v->hash;
    c->longest_run = t->run > c->longest_run ? t->run : c->longest_run;
    if (g->time_column < 0 && v->timed)
        g->time_column = column;
    bool number = (v->type == ROW_INTEGER || v->type == ROW_NUMBER) && g->time_column != column;
    if (number && !meet_number(s, g, t, c, v->number))
        return false;
    return !s->plan->columns || row_column_learn(c, v);
}

/* ---- time ------------------------------------------------------------------- */

double row_series_interval(const row_series *g)
{
    double median = 0, deviation;
    if (g->intervals)
        row_window_spread(g->intervals, &median, &deviation);
    return median;
}

static bool is_gap(const row_plan *p, const row_series *g, double step)
{
    double median, deviation;
    if (!g->intervals || g->intervals->n < GAP_BEHIND)
        return false;
    row_window_spread(g->intervals, &median, &deviation);
    return step > p->gap * median && step > median + p->outlier * deviation;
}

static void tell_seconds(answer *a, size_t which, int64_t ns)
{
    mm_buf json = { 0 };
    mm_json_put_double(&json, (double)ns / 1e9);
    tell_raw(a, which, mm_buf_view(&json));
    mm_buf_free(&json);
}

/* Steps are those from row to row, so that one wrong stamp, or a clock set back, is told where it is and not for ever. */
static bool meet_time(row_stream *s, row_series *g, int64_t now, answer *a)
{
    int64_t step = 0, before = g->before;
    bool first = !g->stamps++;
    g->first = first || now < g->first ? now : g->first;
    g->last = first || now > g->last ? now : g->last;
    g->before = now;
    if (first || __builtin_sub_overflow(now, before, &step))
        return true;
    if (step < 0) {
        g->back++;
        tell_seconds(a, ROW_BACK, step == INT64_MIN ? INT64_MAX : -step);
        return true;
    }
    if (step == 0) {
        g->same++;
        tell_bool(a, ROW_SAME, 1);
        return true;
    }
    if (is_gap(s->plan, g, (double)step)) {
        g->gaps++;
        g->longest_gap = step > g->longest_gap ? step : g->longest_gap;
        tell_seconds(a, ROW_GAP, step);
    }
    if (!g->intervals && !(g->intervals = take(s, g, sizeof *g->intervals)))
        return false;
    row_window_add(g->intervals, (double)step);
    return true;
}

/* ---- a row ------------------------------------------------------------------ */

static void list_absent(row_stream *s, const row_series *g)
{
    for (size_t i = 0; i < g->n_tracks && g->rows >= USUAL_ROWS; i++) {
        const row_track *t = g->track[i];
        if (t && t->row != g->rows && t->rows * 10 >= g->rows * 9)
            list(&s->missing, s->column[i]->name);
    }
}

static bool count_pointer(row_stream *s, mm_str reason)
{
    const char *colon = memmem(reason.p, reason.n, ": ", 2);
    mm_str at = *reason.p == '/' && colon ? (mm_str){ reason.p, (size_t)(colon - reason.p) } : MM_STR("/");
    size_t i = 0;
    while (i < s->n_pointers && !mm_str_eq(s->pointer[i].at, at))
        i++;
    if (i == ROW_POINTERS)
        return true;
    if (i == s->n_pointers) {
        char *copy = malloc(at.n + 1);
        if (!copy)
            return false;
        memcpy(copy, at.p, at.n);
        s->pointer[s->n_pointers++].at = (mm_str){ copy, at.n };
    }
    s->pointer[i].rows++;
    return true;
}

static bool count_failed(row_stream *s, mm_str reasons)
{
    mm_buf list = { 0 }, text = { 0 };
    bool good = true;
    if (!reasons.n)
        return true;
    s->failed++;
    mm_buf_printf(&list, "[%.*s]", (int)reasons.n, reasons.p);
    mm_json_iter it = mm_json_each((mm_value){ mm_buf_view(&list), MM_JSON_ARRAY });
    while (good && mm_json_next(&it) == 1)
        good = count_pointer(s, mm_json_text(it.value.raw, &text));
    mm_buf_free(&list);
    mm_buf_free(&text);
    return good;
}

static void tell_list(answer *a, size_t which, mm_buf *b)
{
    if (!b->n)
        return;
    mm_buf_byte(b, ']');
    tell_raw(a, which, mm_buf_view(b));
}

int row_stream_meet(row_stream *s, const row_cells *row, answer *a, mm_err *e)
{
    row_series *g = series_of(s, row->series);
    const row_cell *stamp = NULL;
    size_t hint = 0;
    bool good = g && count_failed(s, row->schema_failed);
    s->missing.n = s->drift.n = s->outside.n = s->outliers.n = 0;
    s->left_out += row->left_out;
    for (size_t i = 0; good && i < row->n; i++) {
        int column = column_of(s, row->cell[i].name, hint);
        if (column == NONE) {
            s->left_out++;
            continue;
        }
        good = column != FAILED && meet_cell(s, g, column, &row->cell[i]);
        hint = (size_t)column + 1;
        if (good && column == g->time_column && row->cell[i].timed && !stamp)
            stamp = &row->cell[i];
    }
    if (good)
        list_absent(s, g);
    good = good && (!stamp || meet_time(s, g, stamp->time, a));
    mm_buf *lists[] = { [ROW_MISSING] = &s->missing, [ROW_DRIFT] = &s->drift, [ROW_OUTSIDE] = &s->outside, [ROW_OUTLIERS] = &s->outliers };
    for (size_t f = ROW_MISSING; f <= ROW_OUTLIERS; f++) {
        tell_list(a, f, lists[f]);
        good = good && !lists[f]->failed;
    }
    if (!good)
        return mm_fail(e, MM_ESYS, "out of memory for what is learned of rows; a smaller --row-memory needs less");
    g->rows++;
    s->rows++;
    return 0;
}
