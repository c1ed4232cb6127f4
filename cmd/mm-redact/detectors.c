/* detectors.c - the table of detectors: one row each. */
#include "detect.h"

#include <string.h>
#include <strings.h>

#define ON(kind) (1u << MM_PII_##kind)

const detector detectors[] = {
    { "private-key", "PRIVATE_KEY", ON(DASHES), detect_private_key,
      "PEM and OpenSSH private keys, from BEGIN to END" },
    { "secret", "SECRET", ON(TOKEN) | ON(EQUALS), detect_secret,
      "API keys, tokens and passwords by the formats of their issuers; values of secret query parameters" },
    { "url", "URL_CREDENTIALS", ON(AT), detect_url, "user and password in a URL (RFC 3986 userinfo)" },
    { "email", "EMAIL", ON(AT), detect_email, "addresses (RFC 5321, RFC 6531) at a domain with a top level" },
    { "card", "CARD", ON(NUMBER), detect_card,
      "payment cards: issuer range and length, Luhn digit (ISO/IEC 7812)" },
    { "iban", "IBAN", ON(IBAN), detect_iban, "bank accounts: country, length, mod 97 (ISO 13616)" },
    { "ssn", "US_SSN", ON(NUMBER), detect_ssn, "US social security numbers: areas and groups that are issued" },
    { "phone", "PHONE", ON(NUMBER), detect_phone,
      "telephone numbers: international (E.164), and national forms of US CA UK DE FR ES IT NL IN AU JP BR IL" },
    { "ip", "IP", ON(QUAD) | ON(HEX), detect_ip, "IPv4 and IPv6 addresses (RFC 4291, RFC 5952)" },
    { "mac", "MAC", ON(HEX), detect_mac, "hardware addresses (IEEE 802) in three spellings" },
    { "birth", "BIRTH_DATE", ON(NUMBER) | ON(YEAR), detect_birth,
      "dates of birth: a date beside words or under a key that say so" },
    { "place", "COORDINATES", ON(PAIR) | ON(DECIMAL) | ON(DEGREE), detect_place,
      "positions: pairs of decimal degrees, degrees and minutes, lat and lon members" },
    { "field", "FIELD", 0, NULL, "fields that the policy names under columns" },
    { NULL, NULL, 0, NULL, NULL },
};

size_t detector_index(const detector *d)
{
    return (size_t)(d - detectors);
}

const detector *detector_named(mm_str name)
{
    for (const detector *d = detectors; d->name; d++)
        if ((strlen(d->name) == name.n && strncasecmp(d->name, name.p, name.n) == 0) ||
            (strlen(d->entity) == name.n && strncasecmp(d->entity, name.p, name.n) == 0))
            return d;
    return NULL;
}
