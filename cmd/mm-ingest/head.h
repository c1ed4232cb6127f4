/* head.h - what the header of a new record says: the spelling of its source, its id, the mm member.
 *
 * Depends on lib/json and lib/base. Everything here may be used by many threads.
 */
#ifndef MM_INGEST_HEAD_H
#define MM_INGEST_HEAD_H

#include <xxhash.h>

#include "mm.h"

/** What stands in the mm member. Empty strings, NULL and zeroes are left out. */
typedef struct head_facts {
    mm_str src;            /* as head_spell gives it, without the row */
    uint64_t row;          /* number of the data row, from 1; 0: no row */
    const char *type;
    const char *modality;
    const char *charset;   /* what a text was encoded in before it became UTF-8 */
    bool sized;            /* there is a payload, here or behind a ref: size and xxh3 are told */
    uint64_t size;
    XXH128_hash_t xxh3;    /* of the payload, when sized */
    XXH128_hash_t hash;    /* of all content: the payload's, or that of a row's own bytes; the id follows from it */
    mm_str ref, parts;     /* JSON */
    mm_str id;             /* an id the record came with, 32 hex digits; empty: it follows from src and hash */
    mm_str more;           /* further members of mm, raw, each with a comma in front */
    mm_str via;            /* earlier entries of mm.via, raw, with commas between */
} head_facts;

/** Hash of content, as head_facts wants it: XXH3-128, seed 0. */
XXH128_hash_t head_hash(mm_str bytes);

/** As 32 hex digits and a NUL. */
void head_hex(XXH128_hash_t hash, char out[33]);

/** Append a source name as it stands in mm.src and in messages: bytes that are no UTF-8 and control
 *  characters as %XX. No quotes, no JSON escapes. */
void head_spell(mm_buf *out, mm_str name);

/** The record's id, 32 hex digits and a NUL: XXH3-128 over the source (with #row where there is one), a
 *  zero byte, and the content's hash in canonical form. */
void head_id(const head_facts *f, char out[33]);

/** Append "mm":{...} with all of f, and mm.via as an array of the one entry `via` (mm_app_via). */
void head_member(mm_buf *out, const head_facts *f, mm_str via);

/** What r->extra points to, in the arena, begins with this for every record made here. */
typedef struct head_extra {
    uint32_t kind;          /* ROWS_KIND, LEAF_KIND: whose record it is */
    XXH128_hash_t content;  /* set by its work(): head_facts.hash, by which --dedup knows content again */
} head_extra;

#endif
