/* detect_address.c - addresses of houses: a number beside the name of a street, told by the kind of street, in the orders of
 * English, French, German, Dutch, Nordic, Polish, Spanish, Portuguese and Italian; and members that are called so.
 */
#include "detect.h"
#include "gazetteer.h"

#include <string.h>
#include <strings.h>

enum { NAME_WORDS = 4 };

static bool among(mm_str t, size_t from, size_t to, const char *list)
{
    for (const char *p = list; *p;) {
        size_t k = strcspn(p, " ");
        if (k == to - from && strncasecmp(p, t.p + from, k) == 0)
            return true;
        p += k + (p[k] == ' ');
    }
    return false;
}

static gaz word_in(mm_str t, size_t from, size_t to)
{
    return gazetteer_word((mm_str){ t.p + from, to - from });
}

/* ---- numbers of houses ---- */

/* The end of the number that begins at i: 12, 12a, 12-14, 12/3; i when it is none. */
static size_t number_end(mm_str t, size_t i)
{
    size_t k = i;
    while (k < t.n && is_digit(t.p[k]))
        k++;
    if (k == i || k - i > 4)
        return i;
    size_t end = k;
    if (k + 1 < t.n && (t.p[k] == '-' || t.p[k] == '/') && is_digit(t.p[k + 1])) {
        for (end = k + 1; end < t.n && is_digit(t.p[end]);)
            end++;
        if (end - k > 5)
            return i;
    } else if (k < t.n && is_letter(t.p[k])) {
        end = k + 1;
    }
    char c = end < t.n ? t.p[end] : 0, d = end + 1 < t.n ? t.p[end + 1] : 0;
    return is_word(c) || is_high(c) || c == '%' || c == ':' || c == '-' || ((c == '.' || c == ',' || c == '/') && is_digit(d)) ? i : end;
}

/* Where the number that ends before i begins: 12, 221B; i when it is none. */
static size_t number_start(mm_str t, size_t i)
{
    size_t k = i;
    k -= k > 1 && is_letter(t.p[k - 1]) && is_digit(t.p[k - 2]);
    size_t digits = k;
    while (k > 0 && is_digit(t.p[k - 1]))
        k--;
    char before = k > 0 ? t.p[k - 1] : ' ';
    if (digits == k || digits - k > 5 || is_word(before) || is_high(before) || strchr("$.:/-#+%", before))
        return i;
    return k;
}

/* ---- what may follow ---- */

static size_t capital_words(mm_str t, size_t i, size_t most)
{
    size_t end = i;
    for (size_t n = 0; n < most && capital_at(t, i); n++) {
        end = word_end_at(t, i);
        if (end + 1 >= t.n || t.p[end] != ' ')
            break;
        i = end + 1;
    }
    return end;
}

/* Postcode and place, or place, state and ZIP code: the end of it, or `to`. */
static size_t place_behind(mm_str t, size_t to)
{
    size_t i = to;
    while (i < t.n && i - to < 3 && (t.p[i] == ',' || t.p[i] == ' ' || t.p[i] == '\n'))
        i++;
    if (i == to)
        return to;
    size_t digits = i;
    if (i + 2 < t.n && is_upper(t.p[i]) && t.p[i + 1] == '-')   /* D-10115 */
        digits = i += 2;
    while (i < t.n && (is_digit(t.p[i]) || (t.p[i] == '-' && i > digits)))
        i++;
    if (i - digits >= 4 && i - digits <= 9) {
        size_t code = i;
        if (i + 3 < t.n && t.p[i] == ' ' && is_upper(t.p[i + 1]) && is_upper(t.p[i + 2]) && !is_word(t.p[i + 3]))
            code = i += 3;
        size_t end = i + 1 < t.n && t.p[i] == ' ' ? capital_words(t, i + 1, 2) : i;
        return end > i + 1 ? end : code;
    }
    size_t city = capital_words(t, digits, 3);
    if (city == digits)
        return to;
    i = city + (city < t.n && t.p[city] == ',');
    if (i + 8 >= t.n + 1 || i >= t.n)
        return to;
    if (t.p[i] == ' ' && i + 9 <= t.n && is_upper(t.p[i + 1]) && is_upper(t.p[i + 2]) && t.p[i + 3] == ' ')
        i += 4;
    else if (city - digits > 3 && is_upper(t.p[city - 1]) && is_upper(t.p[city - 2]) && t.p[city - 3] == ' ' && t.p[city] == ' ')
        i = city + 1;
    else
        return to;
    size_t zip = i;
    while (i < t.n && (is_digit(t.p[i]) || (t.p[i] == '-' && i == zip + 5)))
        i++;
    return i - zip == 5 || i - zip == 10 ? i : to;
}

/* ", Apt 4B", " Suite 200", "#12". */
static size_t unit_behind(mm_str t, size_t to)
{
    size_t i = to;
    while (i < t.n && i - to < 2 && (t.p[i] == ',' || t.p[i] == ' '))
        i++;
    size_t end = word_end_at(t, i);
    if (i < t.n && t.p[i] == '#')
        end = i;
    else if (!among(t, i, end, "apt apartment suite ste unit flat floor room app apto bloc lgh m"))
        return to;
    i = end + (end < t.n && (t.p[end] == '.' || t.p[end] == '#'));
    i += i < t.n && t.p[i] == ' ';
    size_t number = i;
    while (i < t.n && (is_digit(t.p[i]) || is_upper(t.p[i])))
        i++;
    return i > number && i - number < 6 ? i : to;
}

static void add(findings *out, mm_str t, size_t from, size_t to, int score)
{
    to = unit_behind(t, to);
    size_t end = place_behind(t, to);
    found(out, from, end, "street", end > to && score < 85 ? (score < 50 ? 70 : 85) : score);
}

/* ---- name, then number ---- */

static bool ends_with(mm_str t, size_t from, size_t to, const char *list)
{
    for (const char *p = list; *p;) {
        size_t k = strcspn(p, " ");
        if (to - from >= k + 3 && memcmp(t.p + to - k, p, k) == 0)
            return true;
        p += k + (p[k] == ' ');
    }
    return false;
}

/* Back over the capitals and particles before `from`, at most some words. */
static size_t words_back(mm_str t, size_t from, size_t most)
{
    for (size_t n = 0; n < most && from > 1 && t.p[from - 1] == ' '; n++) {
        size_t start = word_start_before(t, from - 1);
        if (start == from - 1 || !capital_at(t, start) || word_in(t, start, from - 1) & GAZ_NOBODY)
            break;
        from = start;
    }
    return from;
}

/* The kind of street at the start of the name that ends with the word at `from`: its start, or SIZE_MAX. */
static size_t kind_before(mm_str t, size_t from, int *score)
{
    bool named = capital_at(t, from) || is_high(t.p[from]);
    for (size_t n = 0; n < NAME_WORDS + 1 && from > 1; n++) {
        size_t i = from, point = 0;
        if (t.p[i - 1] == '/' && i > 1 && (t.p[i - 2] | 0x20) == 'c' && (i == 2 || !is_word(t.p[i - 3])))
            return *score = 80, i - 2;
        if (t.p[i - 1] != ' ')
            return SIZE_MAX;
        i--;
        if (i > 0 && t.p[i - 1] == '.')
            point = 1, i--;
        size_t start = word_start_before(t, i);
        if (start == i)
            return SIZE_MAX;
        gaz is = word_in(t, start, i);
        if (is & GAZ_STREET_FIRST && named) {
            bool clear = among(t, start, i, "calle avenida avda rua rue viale piazza piazzale ul ulica travessa praça alameda paseo travesía boulevard");
            bool usual = capital_at(t, start) && among(t, start, i, "via corso plaza largo strada vicolo estrada rodovia av ronda camino carretera");
            bool short_form = point && among(t, start, i, "al pl os av bd ctra");
            *score = clear || short_form ? 80 : usual ? 55 : 35;
            return start;
        }
        if (!capital_at(t, start) && !(is & GAZ_PARTICLE) && !among(t, start, i, "da do dos di della dei delle degli a"))
            return SIZE_MAX;
        from = start;
    }
    return SIZE_MAX;
}

static void number_behind(mm_str t, size_t at, findings *out)
{
    size_t to = number_end(t, at), i = at;
    if (to == at)
        return;
    while (i > 0 && at - i < 3 && (t.p[i - 1] == ' ' || t.p[i - 1] == ',' || t.p[i - 1] == '.'))
        i--;
    size_t from = word_start_before(t, i);
    int score = 0;
    if (from == i)
        return;
    if (capital_at(t, from) && ends_with(t, from, i, "straße strasse str gasse allee chaussee gatan vägen gränd gade vej veien katu straat laan gracht plein singel kade")) {
        add(out, t, from, to, 85);
        return;
    }
    if (among(t, from, i, "straße strasse str platz allee weg gasse ring damm ufer chaussee straat laan gracht plein gatan gata vägen väg gade vej gate vei veien "
                          "katu tie caddesi cad sokak sok bulvarı utca út tér")) {
        size_t start = words_back(t, from, 3);
        if (start < from)
            add(out, t, start, to, among(t, from, i, "platz weg ring damm ufer allee tie út tér gate väg vei gata") ? 60 : 85);
        return;
    }
    size_t start = kind_before(t, from, &score);
    if (start != SIZE_MAX)
        add(out, t, start, to, score);
    else if (capital_at(t, from) && ends_with(t, from, i, "weg platz ring damm ufer markt hof steig pfad dijk dreef steeg gata vei tie kuja polku"))
        add(out, t, from, to, 45);
}

/* ---- number, then name ---- */

/* "12 rue de la Paix", "5 bis, avenue Victor Hugo". */
static bool french(mm_str t, size_t from, size_t at, findings *out)
{
    size_t end = word_end_at(t, at);
    if (!among(t, at, end, "rue avenue av boulevard bd bld place chemin allée impasse quai cours route square passage faubourg ruelle"))
        return false;
    size_t i = end + (end < t.n && t.p[end] == '.'), name = 0;
    for (size_t n = 0; n < 7 && i + 1 < t.n && t.p[i] == ' '; n++) {
        size_t word = i + 1, stop = word_end_at(t, word);
        bool elided = stop > word + 2 && (t.p[word + 1] == '\'' || (unsigned char)t.p[word + 1] == 0xe2);
        bool capital = capital_at(t, word) || (elided && capital_at(t, word + (t.p[word + 1] == '\'' ? 2 : 4)));
        if (stop == word || (!capital && !among(t, word, stop, "de du des la le les l d et à au aux sur en") && !elided))
            break;
        if (capital)
            name = stop;
        i = stop;
    }
    if (name)
        add(out, t, from, name, among(t, at, end, "place cours route square passage av bd") ? 60 : 85);
    return true;
}

static void english(mm_str t, size_t from, size_t at, findings *out)
{
    size_t i = at, most = 0;
    int score = 0;
    for (size_t n = 0; n < NAME_WORDS + 1 && i < t.n; n++) {
        size_t word = i, end = word;
        while (end < t.n && is_digit(t.p[end]))
            end++;
        end = word_end_at(t, end);
        bool ordinal = is_digit(t.p[word]) && among(t, end - 2, end, "st nd rd th");
        if (end == word || !(capital_at(t, word) || ordinal))
            break;
        if (n > 0 && word_in(t, word, end) & GAZ_STREET) {
            most = end + (end < t.n && t.p[end] == '.' && end - word < 5);
            score = among(t, word, end, "street st avenue ave road rd boulevard blvd lane ln drive dr parkway pkwy highway hwy crescent cres terrace close") ? 85 : 55;
        }
        if (end + 1 >= t.n || (t.p[end] != ' ' && !(t.p[end] == '.' && t.p[end + 1] == ' ')))
            break;
        i = end + 1 + (t.p[end] == '.');
    }
    if (most)
        add(out, t, from, most, score);
}

static void number_before(mm_str t, size_t at, findings *out)
{
    size_t i = at - 1, end = word_end_at(t, at);
    i -= i > 0 && t.p[i - 1] == ',';
    size_t from = number_start(t, i);
    if (among(t, at, end, "bis ter") && end + 2 < t.n && (t.p[end] == ' ' || t.p[end] == ','))
        at = end + 1 + (t.p[end] == ',');
    if (from == i || french(t, from, at, out) || !capital_at(t, at))
        return;
    english(t, from, at, out);
}

/* ---- members ---- */

static void member(const subject *s, findings *out)
{
    size_t letters = 0, digits = 0, blanks = 0;
    if (s->n < 3 || s->n > 200)
        return;
    for (size_t i = 0; i < s->n; i++) {
        letters += is_letter(s->p[i]) || is_high(s->p[i]);
        digits += is_digit(s->p[i]);
        blanks += s->p[i] == ' ';
    }
    if (s->number || letters < 3 || s->n > 200 || memchr(s->p, '@', s->n) || memchr(s->p, '<', s->n) ||
        (s->n > 8 && memcmp(s->p, "http", 4) == 0))
        return;
    if (s->key & WORD_STREET && s->n > 4)
        found(out, 0, s->n, "member", 85);
    else if (s->key & WORD_ADDRESS && digits && blanks && letters > 4 && !(s->key & (WORD_IP | WORD_MAC)))
        found(out, 0, s->n, "member", 70);
    else if (s->key & WORD_CITY && s->n < 60 && digits < 6)
        found(out, 0, s->n, "city", 40);
}

bool address_idle(mm_str t, size_t at)
{
    if (!is_digit(t.p[at])) {   /* a number before */
        if (capital_at(t, at) || is_high(t.p[at]))
            return false;
        size_t end = word_end_at(t, at);
        if (!gazetteer_glance(t.p + at, end - at))
            return end - at != 3 || !among(t, at, end, "bis ter");
        return !(word_in(t, at, end) & GAZ_STREET_FIRST);
    }
    size_t i = at;
    while (i > 0 && at - i < 3 && (t.p[i - 1] == ' ' || t.p[i - 1] == ',' || t.p[i - 1] == '.'))
        i--;
    size_t from = i;
    while (from > 0 && is_letter(t.p[from - 1]))
        from--;
    if (from == i || number_end(t, at) == at)
        return from < i || i == 0 || !is_high(t.p[i - 1]);
    if (from > 0 && (is_high(t.p[from - 1]) || strchr("\\/-'", t.p[from - 1])))
        return false;
    return !capital_at(t, from) && (!gazetteer_glance(t.p + from, i - from) ||
                                    !(word_in(t, from, i) & (GAZ_STREET | GAZ_STREET_FIRST)));
}

void detect_address(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    mm_str t = { s->p, s->n };
    if ((int)kind == HINT_KEY) {
        if (s->key & (WORD_STREET | WORD_ADDRESS | WORD_CITY) && !(s->key & WORD_UNSURE))
            member(s, out);
        return;
    }
    if (is_digit(t.p[at]))
        number_behind(t, at, out);
    else
        number_before(t, at, out);
}
