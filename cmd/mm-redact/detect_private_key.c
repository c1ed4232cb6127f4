/* detect_private_key.c - private keys in PEM (RFC 7468), OpenSSH's and PGP's armour. A key whose end is missing
 * goes on to the end of the text. */
#include "detect.h"

#include <string.h>

void detect_private_key(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    static const char begin[] = "-----BEGIN ", end_mark[] = "-----END ";
    size_t from = at - 4;
    const char *p = s->p + from, *end = s->p + s->n;
    if ((size_t)(end - p) < sizeof begin - 1 || memcmp(p, begin, sizeof begin - 1) != 0)
        return;
    const char *label = p + sizeof begin - 1, *q = label;
    while (q < end && q - label < 64 && *q != '-' && *q != '\n')
        q++;
    if (!memmem(label, (size_t)(q - label), "PRIVATE KEY", 11))
        return;
    const char *stop = memmem(q, (size_t)(end - q), end_mark, sizeof end_mark - 1);
    if (stop) {
        stop += sizeof end_mark - 1;
        while (stop < end && *stop != '-' && *stop != '\n')
            stop++;
        while (stop < end && *stop == '-')
            stop++;
    }
    found(out, from, stop ? (size_t)(stop - s->p) : s->n, stop ? "pem" : "pem-cut", 100);
}
