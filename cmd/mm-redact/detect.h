/* detect.h - finding personal data in one text: what a detector is given and what it gives.
 *
 * A detector is a file detect_NAME.c with one function and a row in the table of detectors.c. It is
 * called for each hint of its kinds (mm_pii_kind) with the place the hint stands on, looks at the
 * text around it, and adds what it is sure of. It may look anywhere in the text and nowhere else.
 */
#ifndef MM_REDACT_DETECT_H
#define MM_REDACT_DETECT_H

#include "mm.h"
#include "words.h"

/** What a first pass over a header saw: its hints, and of all that detectors look at a bit for each byte. */
typedef struct sight {
    const mm_pii_group *hints;
    const uint64_t *marks;
} sight;

/** One text: the value of a string, the digits of a number, a payload, a key. */
typedef struct subject {
    const char *p;
    size_t n;
    words key;      /* what the key the value stands under speaks of */
    mm_str name;    /* that key, as it stands */
    bool number;    /* a JSON number */
    const struct digit_groups *groups;   /* at a NUMBER hint: the run it stands in */
    const mm_pii_group *hints;   /* of bytes of which p[0] is number `first`, or NULL */
    size_t first;
} subject;

/* What detectors are called for: the kinds of hints from lib/simd, and once for a value whose key speaks of a place or person. */
enum { HINTS = (2 << MM_PII_DASHES) - 1, HINT_KEY = MM_PII_KINDS };
#define KEYS_OF_PLACES (WORD_LAT | WORD_LON | WORD_PLACE)
#define KEYS_OF_PERSONS (WORD_PERSON | WORD_NAME | WORD_STREET | WORD_ADDRESS | WORD_CITY)

typedef struct detector detector;

/** What was found: bytes [from, to) of the text. */
typedef struct finding {
    size_t from, to;
    const detector *by;
    const char *rule;   /* which of its rules; static */
    int score;          /* 0..100 */
    enum { REVIEW_NONE, REVIEW_PENDING, REVIEW_ACCEPTED, REVIEW_EDITED } review;   /* what people say of it */
} finding;

/** A set of detectors: bit detector_index(d). */
enum { DETECTORS_MAX = 256 };
typedef struct detector_set {
    uint64_t bits[DETECTORS_MAX / 64];
} detector_set;

typedef struct findings {
    finding *v;
    size_t n, room;
    const detector *by;        /* who is looking: of those that share a function, the first */
    const detector_set *on;    /* who is asked for */
    bool failed;               /* memory ran out, or for `why` */
    const char *why;           /* static */
} findings;

/** Add a finding of the detector that is looking. */
void found(findings *f, size_t from, size_t to, const char *rule, int score);
/** The same of another one with the same function; nothing when it is not asked for. */
void found_by(findings *f, const detector *by, size_t from, size_t to, const char *rule, int score);

struct detector {
    const char *name;      /* for --entities and policies: "email" */
    const char *entity;    /* what stands in its place: "EMAIL" */
    unsigned hints;        /* 1 << MM_PII_... or HINT_KEY, or-ed */
    /* Rows with the same function stand together and have the same hints; it is called once for all. */
    void (*look)(const subject *s, size_t at, mm_pii_kind kind, findings *out);
    const char *about;     /* one line: what is found and how it is proved */
};

/** All detectors, in the order --list shows; closed by a row without name. */
extern detector detectors[];
size_t detector_index(const detector *d);
/** By name or entity, whatever the case; NULL when there is none. */
const detector *detector_named(mm_str name);
/** That of an entity which a policy finds by means of its own: a row that is there, or a new one. `entity` must live as long as
 *  the run. NULL when there is no room. Before any thread. */
const detector *detector_of_policy(const char *entity);
/** What a name that is none may have been meant to be, in its own case; NULL when none is near. */
const char *detector_near(mm_str name);

static inline void detector_add(detector_set *s, const detector *d)
{
    s->bits[detector_index(d) / 64] |= UINT64_C(1) << detector_index(d) % 64;
}

static inline void detector_remove(detector_set *s, const detector *d)
{
    s->bits[detector_index(d) / 64] &= ~(UINT64_C(1) << detector_index(d) % 64);
}

static inline bool detector_in(const detector_set *s, const detector *d)
{
    return s->bits[detector_index(d) / 64] >> detector_index(d) % 64 & 1;
}

/** Build the tables detectors look into; once, before anything else and before any thread. */
void detect_prepare(void);
enum { HIDDEN_STRANGE = 1, HIDDEN_BASE64 = 2 };
/** Call the detectors in `on` for every hint in s. Returns what more may be in the text: HIDDEN_STRANGE, it reads otherwise than
 *  it stands (not asked of a text with hints of its own: a first look has told); HIDDEN_BASE64, base64 that holds text. */
unsigned detect(const subject *s, const detector_set *on, findings *out);
/** Do all that look at this kind see the line it stands in, and nothing behind a line end? */
bool detect_in_line(mm_pii_kind kind);
/** Call those that look at this kind of hint, for one at `at`. */
void detect_hint(const subject *s, size_t at, mm_pii_kind kind, const detector_set *on, findings *out);
/** Let findings that overlap become one that covers them all, under the name of the one with the highest
 *  score, then the longest, then the first in the table; sorted by place. */
void findings_resolve(findings *f);

/* ---- for detectors ---- */

/* The words around [from, to) that stand in its sentence: from *start on, and up to *end. */
void context_bounds(const subject *s, size_t from, size_t to, size_t *start, size_t *end);
/* What they speak of, and the key. */
words context(const subject *s, size_t from, size_t to);

static inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static inline bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static inline bool is_hex(char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }
static inline bool is_word(char c) { return is_digit(c) || is_letter(c) || c == '_'; }
static inline bool is_high(char c) { return (unsigned char)c >= 0x80; }
/* The byte at i, or 0 outside the text; i may be (size_t)-1. */
static inline char byte_at(const subject *s, size_t i) { return i < s->n ? s->p[i] : 0; }

void secrets_prepare(void);
void phones_prepare(void);
void organizations_prepare(void);
/* Of hints in bytes as they stand, for idle.c: can the detector make nothing of this one? */
bool secret_idle_parameter(mm_str t, size_t at);
bool secret_idle_token(mm_str t, size_t at);
bool wallet_idle(mm_str t, size_t at);
bool person_idle(mm_str t, size_t at);
bool organization_idle(mm_str t, size_t at);
bool address_idle(mm_str t, size_t at);
/* Where the user and password of a URL begin that end before the @ at `at`; `at` when there are none. */
size_t userinfo_before(const subject *s, size_t at);

void detect_email(const subject *s, size_t at, mm_pii_kind kind, findings *out);
void detect_url(const subject *s, size_t at, mm_pii_kind kind, findings *out);
void detect_phone(const subject *s, size_t at, mm_pii_kind kind, findings *out);
void detect_card(const subject *s, size_t at, mm_pii_kind kind, findings *out);
void detect_iban(const subject *s, size_t at, mm_pii_kind kind, findings *out);
void detect_ssn(const subject *s, size_t at, mm_pii_kind kind, findings *out);
void detect_ip(const subject *s, size_t at, mm_pii_kind kind, findings *out);
void detect_mac(const subject *s, size_t at, mm_pii_kind kind, findings *out);
void detect_secret(const subject *s, size_t at, mm_pii_kind kind, findings *out);
void detect_private_key(const subject *s, size_t at, mm_pii_kind kind, findings *out);
void detect_birth(const subject *s, size_t at, mm_pii_kind kind, findings *out);
void detect_wallet(const subject *s, size_t at, mm_pii_kind kind, findings *out);
void detect_person(const subject *s, size_t at, mm_pii_kind kind, findings *out);
void detect_address(const subject *s, size_t at, mm_pii_kind kind, findings *out);
void detect_organization(const subject *s, size_t at, mm_pii_kind kind, findings *out);
void detect_place(const subject *s, size_t at, mm_pii_kind kind, findings *out);

#endif
