#include "standin.h"

#include <string.h>

draw draw_of(const unsigned char digest[32])
{
    draw d = { 0 };
    for (int i = 0; i < 32; i++)
        d.pool[i / 16] = d.pool[i / 16] << 8 | digest[i];
    return d;
}

unsigned draw_below(draw *d, unsigned n)
{
    unsigned __int128 *p = &d->pool[d->at];
    if (*p < (unsigned __int128)1 << 40)   /* too little is left of it to be even */
        d->at ^= 1;
    p = &d->pool[d->at];
    unsigned v = (unsigned)(*p % n);
    *p /= n;
    return v;
}

/* 64 each. Syllables, and not names, so that no stand-in is the name of a customer. */
static const char first_syllable[] =
    "ba be bi bo da de di do fa fe fi fo ga ge gi go ka ke ki ko la le li lo ma me mi mo na ne ni no "
    "pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi vo za ze zi zo ja je jo ju lu mu nu ru ";
static const char last_syllable[] =
    "ban bel bin bor dan del din dor fan fel fin for gan gel gin gor kan kel kin kor lan len lin lor man mel min mor nan nel nin nor "
    "pan pel pin por ran rel rin ror san sel sin sor tan tel tin tor van vel vin vor zan zel zin zor jan jel jor jun lun mun nun run ";

static void put_syllables(draw *d, int n, bool capital, mm_buf *out)
{
    for (int i = 0; i < n; i++) {
        bool closing = i == n - 1;
        const char *s = closing ? last_syllable + 4 * draw_below(d, 64) : first_syllable + 3 * draw_below(d, 64);
        mm_buf_byte(out, capital && i == 0 ? (char)(s[0] & ~0x20) : s[0]);
        mm_buf_put(out, s + 1, closing ? 2 : 1);
    }
}

void standin_name(draw *d, bool address, mm_buf *out)
{
    put_syllables(d, 2, !address, out);
    mm_buf_byte(out, address ? '.' : ' ');
    put_syllables(d, 4, !address, out);
}

void standin_code(draw *d, mm_buf *out)
{
    static const char consonant[] = "bdfghjklmnprstvz", vowel[] = "aiou";
    for (int i = 0; i < 3; i++) {
        if (i)
            mm_buf_byte(out, '-');
        for (int k = 0; k < 5; k++)
            mm_buf_byte(out, k % 2 ? vowel[draw_below(d, 4)] : consonant[draw_below(d, 16)]);
    }
}
