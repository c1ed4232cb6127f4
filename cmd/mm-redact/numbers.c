#include "numbers.h"

#include <string.h>

static bool separates(char c)
{
    return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')' || is_high(c);
}

void digit_groups_at(const subject *s, size_t from, digit_groups *g)
{
    size_t i = from;
    g->n = 0;
    /* Behind "0103, " the hint counts from the blank. */
    while (i < s->n && separates(s->p[i]))
        i++;
    g->next = 0;
    while (i < s->n && is_digit(s->p[i])) {
        size_t start = i;
        while (i < s->n && is_digit(s->p[i]))
            i++;
        if (g->n == GROUPS_STEP)
            g->next = start;
        g->from[g->n] = start;
        g->len[g->n++] = (unsigned)(i - start);
        if (g->n == GROUPS_MAX)
            return;
        for (size_t gap = i; i < s->n && i < gap + 4 && separates(s->p[i]);)
            i++;
    }
    g->next = 0;
}

/* A comma divides fields too: it joins only threes to three or fewer. */
bool group_begins(const subject *s, const digit_groups *g, size_t i)
{
    char before = byte_at(s, g->from[i] - 1), further = byte_at(s, g->from[i] - 2);
    if (is_word(before))
        return false;
    if (before == ',')
        return g->len[i] != 3 || !is_digit(further) || is_digit(byte_at(s, g->from[i] - 5));
    if (before == '-' || before == '.' || before == '/' || before == '\'')
        return !is_word(further) && further != ')';
    return before != '$' && before != '#';
}

bool group_ends(const subject *s, const digit_groups *g, size_t i)
{
    char behind = byte_at(s, group_end(g, i)), further = byte_at(s, group_end(g, i) + 1);
    if (is_word(behind) || behind == '%')
        return false;
    if (behind == ',')
        return g->len[i] > 3 || !is_digit(further);
    if (behind == '.' || behind == ':' || behind == '/')
        return !is_digit(further);
    return behind != '-' || !is_word(further);
}

char group_separator(const subject *s, const digit_groups *g, size_t i)
{
    size_t end = group_end(g, i);
    return i + 1 < g->n && g->from[i + 1] == end + 1 ? s->p[end] : 0;
}

size_t group_digits(const subject *s, const digit_groups *g, size_t i, size_t j, char out[32])
{
    size_t n = 0;
    for (; i <= j; i++) {
        if (n + g->len[i] > 31)
            return 0;
        memcpy(out + n, s->p + g->from[i], g->len[i]);
        n += g->len[i];
    }
    out[n] = 0;
    return n;
}
