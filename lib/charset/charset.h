/* charset.h - text of any encoding to UTF-8, with LF at the line ends and no byte order mark.
 *
 * Bytes that mean nothing in their encoding are told with their offset and never replaced. UTF-8,
 * UTF-16 and UTF-32 are decoded here. For the others iconv, whose tables the C library holds, is asked once for
 * each character of up to two bytes, and text is looked up in what it answered; of longer characters it sees
 * one at a time, whose form was checked. Guessing which encoding it is is uchardet's work, in a confined worker.
 *
 * Depends on lib/base, lib/simd and run/jail.h.
 */
#ifndef MM_CHARSET_CHARSET_H
#define MM_CHARSET_CHARSET_H

#include <iconv.h>

#include "mm.h"
#include "run/jail.h"

/** The operation that guesses, for a tool's table of them; ends with NULL. */
extern const mm_jail_op mm_charset_ops[];

typedef struct mm_charset mm_charset;  /* one encoding, immutable: may be used by many threads */

/** The encoding called `name` ("latin1", "Windows-1252", "utf-16le", "sjis" ...), or NULL and MM_EUSAGE
 *  when there is none such. Made once, and lives until the program ends. Thread-safe. */
const mm_charset *mm_charset_named(const char *name, mm_err *e);
/** Its name, as mm.charset has it: "UTF-8", "UTF-16LE", "WINDOWS-1252", "SHIFT_JIS". */
const char *mm_charset_name(const mm_charset *c);
bool mm_charset_is_utf8(const mm_charset *c);

/** Which encoding text is in that begins with `head`; `whole`: that is all of it. By byte order mark, by
 *  being UTF-8, by the zeros of UTF-16 and UTF-32, and then by asking a worker of `jail`: *cell, which is made when it is
 *  needed and is the caller's to free, or, with cell NULL, one for this once. NULL and MM_EBAD when that is not known, or
 *  when jail is NULL. */
const mm_charset *mm_charset_detect(mm_jail *jail, mm_cell **cell, mm_str head, bool whole, mm_err *e);
/** As mm_charset_detect, for what must be Unicode (JSON): never NULL, UTF-8 when nothing speaks for another. */
const mm_charset *mm_charset_detect_unicode(mm_str head);
/** Bytes of the byte order mark of c at the start of head; 0: there is none. */
size_t mm_charset_mark(const mm_charset *c, mm_str head);

/** One text on its way to UTF-8. Zero-initialise with the encoding. */
typedef struct mm_charset_decoder {
    const mm_charset *from;
    iconv_t cd;         /* for characters of three and four bytes; opened when one comes */
    bool opened;
    char held[4];       /* the first bytes of a character that was cut */
    unsigned held_n;
} mm_charset_decoder;
void mm_charset_decoder_end(mm_charset_decoder *d);
/** What stands for a byte that means nothing: never part of UTF-8, so that checking finds it. */
#define MM_CHARSET_BAD '\xff'
/** Append n bytes, decoded; `last`: nothing follows. Line ends stay. Returns the offset of the first byte
 *  that means nothing, which became MM_CHARSET_BAD, or n. */
size_t mm_charset_decode(mm_charset_decoder *d, const char *p, size_t n, bool last, mm_buf *out);

/** CR LF and CR to LF, in place; returns the new length. */
size_t mm_charset_line_ends(char *p, size_t n);

/** A whole text. forced: NULL to detect. 0: `text` is plain UTF-8 with LF ends and no mark already (an empty
 *  text is), and *out is left alone. 1: *out holds it in the arena. *name is what it was encoded in, NULL where
 *  that was UTF-8. -1: MM_EBAD, the text says at which byte; MM_ESYS when memory ran out. */
int mm_charset_whole(mm_jail *jail, const char *forced, mm_str text, mm_arena *a, mm_str *out, const char **name,
                  mm_err *e);

#endif
