/* row_column.c - sums over one column. */
#include "row_column.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/format.h"

row_column *row_column_new(mm_str name, uint64_t hash)
{
    row_column *c = calloc(1, sizeof *c);
    char *copy = malloc(name.n + 1);
    if (c && copy && (c->registers = calloc(ROW_REGISTERS, 1))) {
        memcpy(copy, name.p, name.n);
        c->name = (mm_str){ copy, name.n };
        c->hash = hash;
        c->formats = (1u << MM_FORMATS) - 1;
        return c;
    }
    free(copy);
    free(c);
    return NULL;
}

void row_column_free(row_column *c)
{
    if (!c)
        return;
    free((char *)c->name.p);
    free(c->registers);
    row_quantiles_free(&c->quantiles);
    free(c);
}

static void count_distinct(row_column *c, uint64_t hash)
{
    uint64_t rest = hash << ROW_REGISTERS_BITS;
    uint8_t rank = (uint8_t)(rest ? __builtin_clzll(rest) + 1 : 64 - ROW_REGISTERS_BITS + 1);
    uint8_t *r = &c->registers[hash >> (64 - ROW_REGISTERS_BITS)];
    *r = rank > *r ? rank : *r;
}

static bool learn_number(row_column *c, double v)
{
    c->min = c->numbers && c->min <= v ? c->min : v;
    c->max = c->numbers && c->max >= v ? c->max : v;
    c->numbers++;
    double before = v - c->mean;
    c->mean += before / (double)c->numbers;
    c->spread += before * (v - c->mean);
    return row_quantiles_add(&c->quantiles, v);
}

static void learn_string(row_column *c, mm_str raw)
{
    mm_str inner = { raw.p + 1, raw.n - 2 };
    uint64_t n = 0;
    for (size_t i = 0; i < inner.n; i++) {
        char mark = inner.p[i];
        if (mark == '\\' && i + 1 < inner.n)
            i += inner.p[i + 1] == 'u' ? 5 : 1;
        n += ((unsigned char)mark & 0xc0) != 0x80;
    }
    c->shortest = c->strings && c->shortest < n ? c->shortest : n;
    c->longest = n > c->longest ? n : c->longest;
    c->strings++;
    /* What is spelled with escapes has none of the formats; none of these needs them. */
    if (c->formats && (inner.n > 512 || memchr(inner.p, '\\', inner.n)))
        c->formats = 0;
    for (int f = 0; f < MM_FORMATS && c->formats >> f; f++)
        if (c->formats >> f & 1 && !mm_format_holds((mm_format)f, inner))
            c->formats &= ~(1u << f);
}

bool row_column_learn(row_column *c, const row_cell *v)
{
    c->of[v->type]++;
    count_distinct(c, v->hash);
    if (v->timed) {
        c->earliest = c->times && c->earliest < v->time ? c->earliest : v->time;
        c->latest = c->times && c->latest > v->time ? c->latest : v->time;
        c->times++;
    }
    if (v->type == ROW_STRING && *v->raw.p == '"')
        learn_string(c, v->raw);
    return (v->type != ROW_INTEGER && v->type != ROW_NUMBER) || learn_number(c, v->number);
}

void row_number_put(mm_buf *out, double v)
{
    char text[40];
    snprintf(text, sizeof text, "%.12g", v);
    mm_json_put_double(out, strtod(text, NULL));
}

uint64_t row_column_values(const row_column *c)
{
    return c->rows - c->missing;
}

uint64_t row_column_distinct(const row_column *c)
{
    double sum = 0, m = ROW_REGISTERS;
    unsigned empty = 0;
    for (int i = 0; i < ROW_REGISTERS; i++) {
        sum += ldexp(1, -c->registers[i]);
        empty += c->registers[i] == 0;
    }
    double about = 0.7213 / (1 + 1.079 / m) * m * m / sum;
    if (about <= 2.5 * m && empty)
        about = m * log(m / empty);
    uint64_t most = row_column_values(c), n = (uint64_t)llround(about);
    return n < most ? n : most;
}

const char *row_column_type(const row_column *c)
{
    int kinds = 0, one = ROW_NULL;
    for (int t = ROW_BOOLEAN; t < ROW_TYPES; t++) {
        if (t == ROW_INTEGER && c->of[ROW_NUMBER])
            continue;
        if (c->of[t]) {
            kinds++;
            one = t;
        }
    }
    for (int f = 0; kinds == 1 && one == ROW_STRING && f < MM_FORMATS; f++)
        if (c->strings && c->formats >> f & 1)
            return mm_format_name((mm_format)f);
    return kinds > 1 ? "mixed" : row_type_name((row_type)one);
}
