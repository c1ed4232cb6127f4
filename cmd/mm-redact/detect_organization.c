/* detect_organization.c - names of organisations by the legal form behind them. */
#include "detect.h"
#include "gazetteer.h"

#include <string.h>

/* As they are written, the longest first where one begins another. Short ones that are other words or states as well are
 * worth less. */
#define F(form, score) { form, sizeof form - 1, score }
static const struct {
    const char *form;
    unsigned n;
    int score;
} forms[] = {
    F("GmbH & Co. KGaA", 80), F("GmbH & Co. KG", 80), F("GmbH & Co KG", 80), F("gGmbH", 75), F("GmbH", 75), F("KGaA", 75),
    F("AG & Co. KG", 80), F("AG", 60), F("OHG", 60), F("KG", 50), F("UG (haftungsbeschränkt)", 80), F("UG", 40), F("SE & Co. KGaA", 80),
    F("Pty Ltd", 75), F("Pty. Ltd.", 75), F("Pvt Ltd", 75), F("Pvt. Ltd.", 75), F("Private Limited", 75), F("Co.", 55), F("Co., Ltd.", 75),
    F("Co., Ltd", 75), F("Co. Ltd.", 75), F("Ltd.", 70), F("Ltd", 70), F("Ltda.", 70), F("Ltda", 70), F("Limited", 55), F("PLC", 65),
    F("LLC", 70), F("L.L.C.", 70), F("LLP", 70), F("Incorporated", 65), F("Inc.", 70), F("Inc", 65), F("Corporation", 60),
    F("Corp.", 70), F("Corp", 60), F("S.A.R.L.", 75), F("SARL", 70), F("S.A.S.", 65), F("SASU", 60), F("SAS", 50), F("S.A.", 65),
    F("SA", 35), F("S.p.A.", 75), F("SpA", 65), F("S.r.l.", 75), F("Srl", 65), F("S.L.U.", 70), F("S.L.", 60), F("SL", 35),
    F("B.V.", 70), F("BV", 55), F("N.V.", 65), F("NV", 35), F("ApS", 70), F("A/S", 65), F("ASA", 55), F("AS", 30), F("AB", 40),
    F("Oyj", 70), F("Oy", 65), F("Sp. z o.o.", 80), F("Kft.", 70), F("Kft", 65), F("Zrt.", 70), F("Zrt", 65), F("S.r.o.", 70),
    F("Lda.", 65), F("Lda", 60), F("EIRL", 60), F("K.K.", 65), F("SE", 35),
};
enum { WORDS_MOST = 5 };

/* Bit second % 64: a form begins with that letter and one like this. */
static uint64_t beginnings[26];

void organizations_prepare(void)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (is_upper(forms[i].form[0]))
            beginnings[forms[i].form[0] - 'A'] |= UINT64_C(1) << (forms[i].form[1] & 63);
}

static size_t form_at(mm_str t, size_t at, int *score)
{
    if (!is_upper(t.p[at]) || at + 2 > t.n || !(beginnings[t.p[at] - 'A'] >> (t.p[at + 1] & 63) & 1))
        return at;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t n = forms[i].n, end = at + n;
        if (n > t.n - at || t.p[at] != forms[i].form[0] || memcmp(t.p + at, forms[i].form, n) != 0)
            continue;
        if (end < t.n && (is_word(t.p[end]) || is_high(t.p[end]) || (t.p[end] == '-' && end + 1 < t.n && is_letter(t.p[end + 1]))))
            continue;
        *score = forms[i].score;
        return end;
    }
    return at;
}

/* Back over capitals, &, "and" and numbers; where the name begins. */
static size_t name_start(mm_str t, size_t at)
{
    size_t from = at;
    for (size_t n = 0, i = at; n < WORDS_MOST && i > 1; n++) {
        i -= t.p[i - 1] == ' ';
        i -= i > 0 && t.p[i - 1] == ',' && n == 0;
        size_t start = word_start_before(t, i);
        if (start == i && i > 0 && (t.p[i - 1] == '&' || t.p[i - 1] == '+')) {
            i--;
            continue;
        }
        mm_str word = { t.p + start, i - start };
        gaz is = gazetteer_word(word);
        bool joins = n > 0 && !capital_at(t, start) && (is & GAZ_PARTICLE || (word.n == 3 && memcmp(word.p, "and", 3) == 0) ||
                                                          (word.n == 2 && memcmp(word.p, "of", 2) == 0));
        if (start == i || (!capital_at(t, start) && !joins))
            break;
        if (is & GAZ_NOBODY && !(is & (GAZ_GIVEN | GAZ_FAMILY)) && !(is & GAZ_VENUE) && n > 0)
            break;
        from = joins ? from : start;
        i = start;
        if (i == 0 || t.p[i - 1] != ' ')
            break;
    }
    return from;
}

/* At a NAME hint, which is a capital. */
bool organization_idle(mm_str t, size_t at)
{
    int score;
    if (at < 3 || at + 1 >= t.n || t.p[at - 1] != ' ' || !(beginnings[t.p[at] - 'A'] >> (t.p[at + 1] & 63) & 1))
        return true;
    return form_at(t, at, &score) == at;
}

void detect_organization(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    mm_str t = { s->p, s->n };
    int score = 0;
    size_t to = form_at(t, at, &score);
    if (to == at || at < 3 || t.p[at - 1] != ' ')
        return;
    size_t from = name_start(t, at);
    size_t end = word_end_at(t, from);
    if (from == at || (end - from < 2 && end + 1 >= at))
        return;
    found(out, from, to, "legal-form", score);
}
