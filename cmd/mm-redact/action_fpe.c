/* action_fpe.c - format-preserving encryption: the digits or letters of a value become others of the same kind, by FF1. */
#include <string.h>

#include "action.h"
#include "crypt.h"

#ifdef MM_HAVE_CRYPTO
static const char *const digits = "0123456789", *const hex = "0123456789abcdef",
                  *const alnum = "0123456789abcdefghijklmnopqrstuvwxyz";

/* The alphabet, by its name or kind. */
static const char *alphabet_of(const action_args *a)
{
    static const struct { const char *name; const char *letters; } named[] = {
        { "digits", "0123456789" },
        { "hex", "0123456789abcdef" },
        { "lower", "abcdefghijklmnopqrstuvwxyz" },
        { "upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
        { "alnum", "0123456789abcdefghijklmnopqrstuvwxyz" },
        { "ALNUM", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
        { "Alnum", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" },
    };
    if (!a->alphabet)
        return a->as == KIND_MAC ? hex : a->as == KIND_EMAIL || a->as == KIND_NAME ? alnum : digits;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (strcmp(named[i].name, a->alphabet) == 0)
            return named[i].letters;
    return a->alphabet;
}

static const char *checking(const action_args *a)
{
    return a->check ? a->check : a->as == KIND_CARD ? "luhn" : a->as == KIND_IBAN ? "mod97" : "none";
}

const char *check_fpe(const action_args *a, const char *entity)
{
    const char *letters = alphabet_of(a);
    size_t n = strlen(letters);
    (void)entity;
    if (a->as == KIND_IP || a->as == KIND_DATE || a->as == KIND_PLACE)
        return "addresses, dates and places have no digits that are all free; use generalize, shift or token";
    if (n < 2)
        return "an alphabet has two characters or more";
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)letters[i] <= ' ' || (unsigned char)letters[i] >= 0x7f || strchr(letters + i + 1, letters[i]))
            return "an alphabet is digits, hex, lower, upper, alnum, ALNUM, Alnum, or ASCII characters, each once";
    return strcmp(checking(a), "none") != 0 && letters != digits && strcmp(letters, digits) != 0
               ? "check digits are for the alphabet digits" : NULL;
}

static bool luhn(const uint16_t *d, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned v = d[n - 1 - i] * (i % 2 ? 2u : 1u);
        sum += v > 9 ? v - 9 : v;
    }
    return sum % 10 == 0;
}

/* The value taken apart: every character that is encrypted or kept by number, and where it stands. */
typedef struct parts {
    uint16_t digit[FF1_MAX];
    size_t at[FF1_MAX], n;     /* of the letters of the alphabet */
    size_t from, to;           /* those of them that are encrypted */
} parts;

static char small(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c; }

/* Where the last label of a mail address begins: its dot. */
static size_t last_label(mm_str s)
{
    const char *dot = memrchr(s.p, '.', s.n), *at = memchr(s.p, '@', s.n);
    return (size_t)((dot > at ? dot : at) - s.p);
}

/* -1: why. Letters of an IBAN stay: its country and, in some, its bank; so do the check digits, which are made anew. The top
 * level of a mail address stays. */
static int take_apart(action_in *in, const char *letters, parts *p)
{
    const action_args *a = in->args;
    bool fold = !a->alphabet && letters != digits;
    bool iban = a->as == KIND_IBAN && !a->alphabet;
    size_t end = in->value.n;
    if (a->as == KIND_EMAIL && memchr(in->value.p, '@', in->value.n))
        end = last_label(in->value);
    for (size_t i = 0; i < end; i++) {
        char c = fold ? small(in->value.p[i]) : in->value.p[i];
        const char *found = c ? strchr(letters, c) : NULL;
        bool word = (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') || (small(c) >= 'a' && small(c) <= 'z');
        if (!found && (!word || iban))
            continue;
        if (!found)
            return action_fails(in, "a character that the alphabet of fpe lacks");
        if (p->n == FF1_MAX)
            return action_fails(in, "a value too long for fpe");
        p->digit[p->n] = (uint16_t)(found - letters);
        p->at[p->n++] = i;
    }
    size_t first = (size_t)a->keep_first, last = (size_t)a->keep_last;
    if (iban)
        first = first < 2 ? 2 : first;
    if (first + last >= p->n || !ff1_fits((unsigned)strlen(letters), p->n - first - last))
        return action_fails(in, "a value too short or too long for fpe, which needs a million of its kind");
    p->from = first;
    p->to = p->n - last;
    return 0;
}

/* ISO 7064 mod 97-10 of an IBAN whose digits at 2 and 3 stand for 00: the check digits. */
static unsigned iban_check(mm_str iban)
{
    unsigned r = 0, seen = 0;
    char rest[64], head[5] = "";
    size_t n = 0;
    for (size_t i = 0; i < iban.n; i++) {
        char c = small(iban.p[i]);
        if ((c < '0' || c > '9') && (c < 'a' || c > 'z'))
            continue;
        if (seen < 4) {
            head[seen] = seen < 2 ? c : '0';
            seen++;
        } else if (n < sizeof rest - 5)
            rest[n++] = c;
    }
    memcpy(rest + n, head, 4);
    for (size_t i = 0; i < n + 4; i++)
        r = rest[i] <= '9' ? (r * 10 + (unsigned)(rest[i] - '0')) % 97 : (r * 100 + (unsigned)(rest[i] - 'a' + 10)) % 97;
    return 98 - r;
}

static int encrypt(action_in *in, const char *letters, parts *p)
{
    bool lead = in->number && p->digit[0] != 0 && p->from == 0 && letters[0] == '0';
    bool check = strcmp(checking(in->args), "luhn") == 0 && luhn(p->digit, p->n);
    mm_str tweak = mm_str_of(in->entity);
    /* Cycle walking: a value of those that may stand here is reached, the value itself at the latest. */
    do {
        if (ff1_encrypt((mm_str){ key_bytes(in->args->key, KEY_FPE).p, 32 }, tweak, (unsigned)strlen(letters),
                        p->digit + p->from, p->to - p->from) < 0)
            return action_fails(in, "libcrypto failed");
    } while ((check && !luhn(p->digit, p->n)) || (lead && p->digit[0] == 0));
    return 0;
}

int put_fpe(action_in *in, mm_buf *out)
{
    const char *letters = alphabet_of(in->args);
    parts p = { 0 };
    if (take_apart(in, letters, &p) < 0 || encrypt(in, letters, &p) < 0)
        return -1;
    char *to = mm_buf_room(out, in->value.n);
    if (!to)
        return -1;
    memcpy(to, in->value.p, in->value.n);
    for (size_t i = 0; i < p.n; i++)
        to[p.at[i]] = letters[p.digit[i]];
    if (in->args->as == KIND_EMAIL)
        for (size_t i = 0; i < in->value.n; i++)
            to[i] = in->args->alphabet ? to[i] : small(to[i]);
    if (strcmp(checking(in->args), "mod97") == 0) {
        unsigned check = iban_check((mm_str){ to, in->value.n });
        to[p.at[0]] = (char)('0' + check / 10);
        to[p.at[1]] = (char)('0' + check % 10);
    }
    out->n += in->value.n;
    return 0;
}
#endif
