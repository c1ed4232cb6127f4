/* gen_rows - NDJSON rows as a text corpus has them, for the benchmarks: about 700 bytes each, with
 * language, text, ids, timestamps, prices, urls and nested metadata. A share of the rows is
 * dirty: their text holds one piece of personal data of a random kind, made up but well-formed.
 *
 *   gen_rows [-s SIZE_MIB] [-d DIRTY_PERCENT] [-r SEED] >rows.ndjson
 *
 * Equal arguments give equal bytes. Sentences are made once and then copied, so that it
 * writes faster than anything that reads it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef uint64_t u64;

/* splitmix64, Steele, Lea, Flood 2014 */
static u64 state;

static u64 draw(void)
{
    u64 z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static unsigned below(unsigned n) { return (unsigned)(((draw() >> 32) * n) >> 32); }

/* ---- text --------------------------------------------------------------------- */

enum { LANGS = 5, SENTENCES = 4096 };

static const struct language {
    const char *code;
    unsigned share;   /* percent */
    const char *words;
} languages[LANGS] = {
    { "en", 45, "the a customer order was shipped late and we have not received any answer from support since last "
                "week please check whether invoice number is correct because payment went through but account still "
                "shows an open balance thanks for quick help great product would buy again although manual could be "
                "clearer about setup battery lasts long enough screen bright camera good in daylight" },
    { "de", 20, "der die das Kunde hat bestellt und die Lieferung kam zu spät wir möchten gerne wissen ob Rechnung "
                "stimmt weil Betrag doppelt abgebucht wurde vielen Dank für schnelle Hilfe Gerät läuft gut Akku hält "
                "lange Bildschirm könnte heller sein trotzdem zufrieden würde wieder kaufen größer schöner" },
    { "fr", 15, "le la les client a commandé et le colis est arrivé en retard nous voulons savoir si la facture est "
                "exacte car le montant a été débité deux fois merci pour votre aide rapide très bon produit écran "
                "lumineux batterie dure longtemps déçu par notice réglage où être même" },
    { "es", 12, "el la los cliente ha pedido y el paquete llegó tarde queremos saber si la factura es correcta porque "
                "el importe se cobró dos veces gracias por la ayuda rápida muy buen producto pantalla brillante "
                "batería dura mucho años mañana también más según" },
    { "it", 8, "il lo la cliente ha ordinato e il pacco è arrivato tardi vogliamo sapere se la fattura è corretta "
               "perché importo addebitato due volte grazie per aiuto rapido ottimo prodotto schermo luminoso batteria "
               "dura molto città più però qualità" },
};

static char *sentence[LANGS][SENTENCES];
static size_t sentence_len[LANGS][SENTENCES];

static size_t split_words(char *text, const char **out, size_t room)
{
    size_t n = 0;
    for (char *w = strtok(text, " "); w && n < room; w = strtok(NULL, " "))
        out[n++] = w;
    return n;
}

/* Numbers that are nobody's: what makes a detector of personal data work for its living. */
static int number_phrase(char *p, size_t room)
{
    switch (below(8)) {
    case 0: return snprintf(p, room, " %u.%02u EUR", 1 + below(900), below(100));
    case 1: return snprintf(p, room, " version %u.%u.%u", below(9), below(20), below(30));
    case 2: return snprintf(p, room, " ORD-%u-%06u", 2019 + below(7), below(1000000));
    case 3: return snprintf(p, room, " %u-%02u-%02u", 2019 + below(7), 1 + below(12), 1 + below(28));
    case 4: return snprintf(p, room, " %u:%02u", below(24), below(60));
    case 5: return snprintf(p, room, " %u%%", below(101));
    case 6: return snprintf(p, room, " %u x %u cm", 10 + below(90), 10 + below(90));
    default: return snprintf(p, room, " %u", below(5000));
    }
}

static void make_sentences(int l)
{
    char text[1024];
    const char *word[200];
    snprintf(text, sizeof text, "%s", languages[l].words);
    size_t words = split_words(text, word, 200);
    for (int i = 0; i < SENTENCES; i++) {
        char s[512];
        int n = snprintf(s, sizeof s, "%s", word[below((unsigned)words)]);
        for (int k = 6 + (int)below(12); k > 0; k--)
            n += snprintf(s + n, sizeof s - (size_t)n, " %s", word[below((unsigned)words)]);
        if (below(4) == 0)
            n += number_phrase(s + n, sizeof s - (size_t)n);
        n += snprintf(s + n, sizeof s - (size_t)n, below(12) ? ". " : ".\\n");
        if (s[0] >= 'a' && s[0] <= 'z')
            s[0] = (char)(s[0] - 32);
        sentence[l][i] = strdup(s);
        sentence_len[l][i] = (size_t)n;
        if (!sentence[l][i])
            exit(4);
    }
}

/* ---- personal data ------------------------------------------------------------ */

static void digits(char *p, int n)
{
    for (int i = 0; i < n; i++)
        p[i] = (char)('0' + below(10));
    p[n] = 0;
}

static void letters(char *p, int n)
{
    static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (int i = 0; i < n; i++)
        p[i] = set[below(62)];
    p[n] = 0;
}

/* Visa shape, closed by its Luhn digit (ISO/IEC 7812-1 annex B). */
static void card(char out[17])
{
    digits(out, 15);
    out[0] = '4';
    int sum = 0;
    for (int i = 0; i < 15; i++) {
        int d = out[i] - '0';
        sum += i % 2 ? d : d * 2 - (d > 4 ? 9 : 0);
    }
    out[15] = (char)('0' + (10 - sum % 10) % 10);
    out[16] = 0;
}

/* German IBAN: 18 digits, check digits by ISO 7064 mod 97-10. */
static void iban(char out[23])
{
    char bban[19];
    digits(bban, 18);
    unsigned r = 0;
    for (int i = 0; i < 18; i++)
        r = (r * 10 + (unsigned)(bban[i] - '0')) % 97;
    r = (r * 10000 + 1314) % 97;   /* D = 13, E = 14 */
    r = r * 100 % 97;
    snprintf(out, 23, "DE%02u%s", 98 - r, bban);
}

static int personal(char *p, size_t room)
{
    char a[48], b[48];
    switch (below(14)) {
    case 0:
        letters(a, 6);
        return snprintf(p, room, "Write to %s.%u@mail%u.example.org please. ", a, below(100), below(50));
    case 1: return snprintf(p, room, "My number is +49 170 %07u. ", 1000000 + below(8999999));
    case 2: return snprintf(p, room, "Call (%u) 555-%04u after six. ", 212 + below(3), below(10000));
    case 3:
        card(a);
        return snprintf(p, room, "Card %.4s %.4s %.4s %.4s was charged. ", a, a + 4, a + 8, a + 12);
    case 4: iban(a); return snprintf(p, room, "Refund to %s today. ", a);
    case 5:
        return snprintf(p, room, "SSN %03u-%02u-%04u on file. ", 100 + below(500), 1 + below(99), 1 + below(9998));
    case 6: return snprintf(p, room, "Login from %u.%u.%u.%u failed. ", 80 + below(100), below(256), below(256), below(256));
    case 7: return snprintf(p, room, "Peer 2001:db8:%x::%x seen. ", below(65536), below(65536));
    case 8:
        return snprintf(p, room, "Device %02x:%02x:%02x:%02x:%02x:%02x online. ", below(256), below(256), below(256),
                        below(256), below(256), below(256));
    case 9: letters(a, 8); return snprintf(p, room, "See https://bob:%s@host.example.net/x now. ", a);
    case 10:
        letters(a, 16);
        for (int i = 0; i < 16; i++)
            a[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(unsigned char)a[i] % 32];
        return snprintf(p, room, "Key AKIA%s leaked. ", a);
    case 11:
        letters(a, 43);
        letters(b, 20);
        return snprintf(p, room, "-----BEGIN PRIVATE KEY-----\\n%s\\n%s==\\n-----END PRIVATE KEY-----\\n ", a, b);
    case 12: return snprintf(p, room, "Born on %u-%02u-%02u in town. ", 1940 + below(65), 1 + below(12), 1 + below(28));
    default:
        return snprintf(p, room, "Found at %u.%05u, %u.%05u yesterday. ", 30 + below(30), below(100000), 2 + below(40),
                        below(100000));
    }
}

/* ---- rows --------------------------------------------------------------------- */

static char *put(char *p, const char *s, size_t n)
{
    memcpy(p, s, n);
    return p + n;
}
#define LIT(p, s) put(p, s, sizeof(s) - 1)

static char *put_padded(char *p, u64 v, int width)
{
    for (int i = width - 1; i >= 0; i--, v /= 10)
        p[i] = (char)('0' + v % 10);
    return p + width;
}

static char *put_number(char *p, u64 v)
{
    int width = 1;
    for (u64 t = v; t > 9; t /= 10)
        width++;
    return put_padded(p, v, width);
}

static char *put_hex(char *p, u64 v, int width)
{
    for (int i = 0; i < width; i++, v >>= 4)
        p[i] = "0123456789abcdef"[v & 15];
    return p + width;
}

static char *put_time(char *p)
{
    u64 r = draw();
    p = put_padded(LIT(p, "20"), 19 + r % 7, 2);
    p = put_padded(LIT(p, "-"), 1 + (r >> 8) % 12, 2);
    p = put_padded(LIT(p, "-"), 1 + (r >> 16) % 28, 2);
    p = put_padded(LIT(p, "T"), (r >> 24) % 24, 2);
    p = put_padded(LIT(p, ":"), (r >> 32) % 60, 2);
    p = put_padded(LIT(p, ":"), (r >> 40) % 60, 2);
    p = put_padded(LIT(p, "."), (r >> 48) % 1000, 3);
    return LIT(p, "Z");
}

static int pick_language(void)
{
    unsigned r = below(100);
    int l = 0;
    while (l < LANGS - 1 && r >= languages[l].share)
        r -= languages[l++].share;
    return l;
}

static char *put_text(char *p, int l, int dirty, size_t *length)
{
    char *start = p;
    int n = 4 + (int)below(3), dirty_at = dirty ? (int)below((unsigned)n) : -1;
    for (int i = 0; i < n; i++) {
        if (i == dirty_at)
            p += personal(p, 400);
        unsigned k = below(SENTENCES);
        p = put(p, sentence[l][k], sentence_len[l][k]);
    }
    p -= p[-1] == ' ';
    *length = (size_t)(p - start);
    return p;
}

static char *put_row(char *p, u64 number, int dirty)
{
    static const char *const tags[] = { "billing", "refund", "delivery", "praise", "setup", "question", "returns" };
    static const char *const labels[] = { "complaint", "request", "review", "other" };
    int l = pick_language();
    size_t text_len;
    u64 r = draw(), s = draw();
    p = put_hex(LIT(p, "{\"id\":\""), r, 16);
    p = put_hex(p, s, 16);
    p = put_time(LIT(p, "\",\"ts\":\""));
    p = put(LIT(p, "\",\"lang\":\""), languages[l].code, 2);
    p = put_number(LIT(p, "\",\"url\":\"https://forum.example.com/t/"), r % 900000);
    p = put_number(LIT(p, "?page="), s % 40);
    p = put_number(LIT(p, "\",\"user\":{\"id\":"), r % 70000000);
    p = put_number(LIT(p, ",\"name\":\"member_"), s % 100000);
    p = put_padded(LIT(p, "\",\"score\":0."), r >> 20, 4);
    p = put_text(LIT(p, "},\"text\":\""), l, dirty, &text_len);
    const char *tag = tags[r % 7], *label = labels[s % 4];
    p = put(LIT(p, "\",\"tags\":[\""), tag, strlen(tag));
    p = put(LIT(p, "\"],\"label\":\""), label, strlen(label));
    p = put_number(LIT(p, "\",\"meta\":{\"row\":"), number);
    p = put_number(LIT(p, ",\"len\":"), text_len);
    p = put_padded(LIT(p, ",\"toxicity\":0."), s >> 24, 5);
    p = put_number(LIT(p, ",\"crawl\":{\"status\":200,\"bytes\":"), s % 100000);
    p = put_time(LIT(p, ",\"fetched\":\""));
    return LIT(p, "\"}}}\n");
}

int main(int argc, char **argv)
{
    u64 size = 256, seed = 1;
    double dirty = 5;
    for (int c; (c = getopt(argc, argv, "s:d:r:")) != -1;) {
        switch (c) {
        case 's': size = strtoull(optarg, NULL, 10); break;
        case 'd': dirty = strtod(optarg, NULL); break;
        case 'r': seed = strtoull(optarg, NULL, 10); break;
        default: fputs("usage: gen_rows [-s SIZE_MIB] [-d DIRTY_PERCENT] [-r SEED]\n", stderr); return 2;
        }
    }
    state = seed;
    for (int l = 0; l < LANGS; l++)
        make_sentences(l);
    enum { ROOM = 1 << 20, ROW = 8192 };
    char *buf = malloc(ROOM + ROW), *p = buf;
    unsigned threshold = (unsigned)(dirty * 10000);
    u64 number = 0;
    for (u64 left = size << 20; buf && left > 0;) {
        p = put_row(p, number++, below(1000000) < threshold);
        size_t n = (size_t)(p - buf);
        if (n < ROOM && n < left)
            continue;
        for (size_t done = 0; done < n;) {
            ssize_t w = write(1, buf + done, n - done);
            if (w < 0)
                return 4;
            done += (size_t)w;
        }
        left -= n < left ? n : left;
        p = buf;
    }
    return buf ? 0 : 4;
}
