#include "dates.h"

#include <string.h>

/* Month names by language; short forms first where they begin like the long ones, as the longest match counts. */
static const char *const names[][12] = {
    { "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december" },
    { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" },
    { "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember" },
    { "jan", "feb", "mrz", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez" },
    { "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre" },
    { "janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc" },
    { "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
      "diciembre" },
    { "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic" },
    { "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre",
      "dicembre" },
    { "gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic" },
    { "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december" },
    { "jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec" },
    { "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro",
      "dezembro" },
    { "jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez" },
    /* spellings that stand beside the usual ones */
    { "jänner", "fevrier", "mrz", "april", "mai", "juni", "juli", "aout", "sept", "october", "november", "decembre" },
};

static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static bool lettery(char c) { return letter(c) || (unsigned char)c >= 0x80; }

static int value_of(mm_str t, size_t at, size_t n)
{
    int v = 0;
    for (size_t i = 0; i < n; i++)
        v = v * 10 + (t.p[at + i] - '0');
    return v;
}

static bool same_word(const char *name, mm_str word)
{
    if (strlen(name) != word.n)
        return false;
    for (size_t i = 0; i < word.n; i++)
        if ((letter(word.p[i]) ? word.p[i] | 0x20 : word.p[i]) != name[i])
            return false;
    return true;
}

/* A month's name somewhere in the text. */
static bool find_month(mm_str t, date *out)
{
    for (size_t i = 0, end; i < t.n; i = end) {
        end = i + 1;
        if (!lettery(t.p[i]))
            continue;
        while (end < t.n && lettery(t.p[end]))
            end++;
        for (size_t l = 0; l < sizeof names / sizeof *names; l++)
            for (int m = 0; m < 12; m++)
                if (same_word(names[l][m], (mm_str){ t.p + i, end - i })) {
                    out->months = names[l];
                    out->month = m + 1;
                    out->m.at = i;
                    out->m.len = end - i;
                    return true;
                }
    }
    return false;
}

typedef struct groups {
    size_t at[3], len[3], n;
} groups;

static void find_groups(mm_str t, groups *g)
{
    for (size_t i = 0; i < t.n && g->n < 3; i++) {
        if (!digit(t.p[i]))
            continue;
        size_t from = i;
        while (i < t.n && digit(t.p[i]))
            i++;
        g->at[g->n] = from;
        g->len[g->n++] = i - from;
    }
}

static bool read_written(mm_str t, const groups *g, date *out)
{
    for (size_t i = 0; i < g->n; i++) {
        size_t end = g->at[i] + g->len[i];
        if (g->len[i] == 4 && !out->y.len) {
            out->y.at = g->at[i];
            out->y.len = 4;
            out->year = value_of(t, g->at[i], 4);
        } else if (g->len[i] <= 2 && !out->d.len) {
            out->ordinal = t.n - end >= 2 && letter(t.p[end]) && letter(t.p[end + 1]) && (t.n - end == 2 || !lettery(t.p[end + 2])) &&
                           (memcmp(t.p + end, "st", 2) == 0 || memcmp(t.p + end, "nd", 2) == 0 || memcmp(t.p + end, "rd", 2) == 0 ||
                            memcmp(t.p + end, "th", 2) == 0);
            out->d.at = g->at[i];
            out->d.len = g->len[i] + 2 * out->ordinal;
            out->day = value_of(t, g->at[i], g->len[i]);
            out->padded = g->len[i] == 2 && out->day < 10;
        }
    }
    return out->y.len > 0;
}

/* Is the gap behind a group one of a date? Wider ones part the date from what follows. */
static bool joined(mm_str t, const groups *g, size_t i)
{
    size_t end = g->at[i] + g->len[i], n = g->at[i + 1] - end;
    return (n == 1 && strchr("-./ ", t.p[end])) || (n == 2 && t.p[end] == '.' && t.p[end + 1] == ' ') ||
           (n == 3 && (memcmp(t.p + end, "年", 3) == 0 || memcmp(t.p + end, "月", 3) == 0));
}

static void set(mm_str t, const groups *g, size_t i, size_t *at, size_t *len, int *v)
{
    *at = g->at[i];
    *len = g->len[i];
    *v = value_of(t, g->at[i], g->len[i]);
}

static bool read_numeric(mm_str t, groups *g, const char *order, date *out)
{
    if (g->n && g->len[0] == 8) {
        *g = (groups){ { g->at[0], g->at[0] + 4, g->at[0] + 6 }, { 4, 2, 2 }, 3 };
    } else {
        for (size_t i = 0; i + 1 < g->n; i++)
            if (!joined(t, g, i))
                g->n = i + 1;
    }
    for (size_t i = 0; i < g->n; i++)
        if (g->len[i] > 4)
            return false;
    if (g->n == 0 || (g->n < 3 && g->len[0] != 4))
        return false;
    size_t y = 0, m = 1, d = 2;
    if (g->len[0] != 4) {
        if (g->len[0] > 2 || g->len[1] > 2 || (g->len[2] != 4 && g->len[2] != 2))
            return false;
        int a = value_of(t, g->at[0], g->len[0]), b = value_of(t, g->at[1], g->len[1]);
        bool slash = t.p[g->at[0] + g->len[0]] == '/';
        bool month_first = b > 12 || (a <= 12 && (order ? strcmp(order, "mdy") == 0 : slash));
        y = 2;
        m = month_first ? 0 : 1;
        d = month_first ? 1 : 0;
    }
    set(t, g, y, &out->y.at, &out->y.len, &out->year);
    if (g->n > 1)
        set(t, g, m, &out->m.at, &out->m.len, &out->month);
    if (g->n > 2)
        set(t, g, d, &out->d.at, &out->d.len, &out->day);
    if (out->y.len == 2)
        out->year += 1900;
    out->padded = out->m.len != 1 && out->d.len != 1;
    return out->m.len <= 2 && out->d.len <= 2;
}

bool date_read(mm_str t, const char *order, date *out)
{
    static const int last[13] = { 31, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    groups g = { 0 };
    *out = (date){ 0 };
    find_groups(t, &g);
    if (!(find_month(t, out) ? read_written(t, &g, out) : read_numeric(t, &g, order, out)))
        return false;
    if (out->year < 1 || (out->m.len && (out->month < 1 || out->month > 12)))
        return false;
    return !out->d.len || (out->day >= 1 && out->day <= last[out->month]);
}

/* The month's name, with capitals as they were. */
static void put_month(mm_str was, const char *name, mm_buf *out)
{
    bool first = was.p[0] >= 'A' && was.p[0] <= 'Z', all = first && was.n > 1 && was.p[1] >= 'A' && was.p[1] <= 'Z';
    for (size_t i = 0; name[i]; i++)
        mm_buf_byte(out, (i == 0 ? first : all) && letter(name[i]) ? (char)(name[i] & ~0x20) : name[i]);
}

static void put_day(const date *was, int day, mm_buf *out)
{
    mm_buf_printf(out, was->padded ? "%02d" : "%d", day);
    if (was->ordinal)
        mm_buf_str(out, day / 10 == 1 || day % 10 > 3 || day % 10 == 0 ? MM_STR("th")
                        : day % 10 == 1 ? MM_STR("st") : day % 10 == 2 ? MM_STR("nd") : MM_STR("rd"));
}

bool date_write(mm_str t, const date *was, int year, int month, int day, mm_buf *out)
{
    if (year < 1 || year > 9999 || (was->y.len == 2 && (year < 1900 || year > 1999)))
        return false;
    for (size_t i = 0; i < t.n;) {
        if (was->y.len && i == was->y.at) {
            mm_buf_printf(out, was->y.len == 2 ? "%02d" : "%04d", was->y.len == 2 ? year % 100 : year);
            i += was->y.len;
        } else if (was->m.len && i == was->m.at) {
            if (was->months)
                put_month((mm_str){ t.p + i, was->m.len }, was->months[month - 1], out);
            else
                mm_buf_printf(out, was->padded ? "%02d" : "%d", month);
            i += was->m.len;
        } else if (was->d.len && i == was->d.at) {
            put_day(was, day, out);
            i += was->d.len;
        } else {
            mm_buf_byte(out, t.p[i++]);
        }
    }
    return true;
}

/* By eras of 400 years, each beginning in March. */
int64_t date_days(int year, int month, int day)
{
    int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void date_of_days(int64_t days, int *year, int *month, int *day)
{
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}
