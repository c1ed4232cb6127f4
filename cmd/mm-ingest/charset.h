/* charset.h - text of any encoding to UTF-8, with LF at the line ends and no byte order mark.
 *
 * Bytes that mean nothing in their encoding are told with their offset and never replaced. UTF-8,
 * UTF-16 and UTF-32 are decoded here. For the others iconv, whose tables the C library holds, is asked once for
 * each character there is, and text is looked up in what it answered: no foreign code sees
 * untrusted bytes. Guessing which encoding it is is uchardet's work, in a confined worker.
 *
 * Depends on lib/base, lib/simd and run/jail.h.
 */
#ifndef MM_INGEST_CHARSET_H
#define MM_INGEST_CHARSET_H

#include "mm.h"
#include "run/jail.h"

/** The operation that guesses, for a tool's table of them; ends with NULL. */
extern const mm_jail_op charset_ops[];

typedef struct charset charset;  /* one encoding, immutable: may be used by many threads */

/** The encoding called `name` ("latin1", "Windows-1252", "utf-16le", "sjis" ...), or NULL and MM_EUSAGE
 *  when there is none such. Lives until the program ends. Thread-safe. */
const charset *charset_named(const char *name, mm_err *e);
/** Its name, as mm.charset has it: "UTF-8", "UTF-16LE", "WINDOWS-1252", "SHIFT_JIS". */
const char *charset_name(const charset *c);

/** Which encoding text is in that begins with `head`; `whole`: that is all of it. By byte order mark, by
 *  being UTF-8, by the zeros of UTF-16 and UTF-32, and then by asking a worker of `jail`. NULL and
 *  MM_EBAD when that is not known (say --charset), or when jail is NULL. */
const charset *charset_detect(mm_jail *jail, mm_str head, bool whole, mm_err *e);

/** A whole text. forced: NULL to detect. 0: `text` is plain UTF-8 with LF ends and no mark already (an empty
 *  text is), and *out is left alone. 1: *out holds it in the arena, and *name (NULL where only mark or line ends
 *  changed) what it was encoded in. -1: MM_EBAD, the text says at which byte. */
int charset_whole(mm_jail *jail, const char *forced, mm_str text, mm_arena *a, mm_str *out, const char **name,
                  mm_err *e);

#endif
