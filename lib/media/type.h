/* type.h - what a run of bytes is, told from the bytes alone.
 *
 * Our own signatures answer for what data sets are made of, in well under a microsecond; a test for
 * text comes next; libmagic is asked only about the rest, and only when the first bytes look
 * like a magic number at all. Names and extensions are never looked at.
 *
 * Depends on lib/base, lib/simd, lib/json and libmagic. A typer is used by one thread at a time.
 */
#ifndef MM_MEDIA_TYPE_H
#define MM_MEDIA_TYPE_H

#include "mm.h"

/** As many first bytes as any of the tests here looks at; more do no harm. */
#define MM_TYPE_HEAD 4096

typedef struct mm_type {
    const char *mime;      /* "image/jpeg"; static, or valid until the typer's next answer */
    const char *modality;  /* "text", "image", "audio", "video", "document", "archive", "binary"; static */
} mm_type;

typedef struct mm_typer mm_typer;
/** Cheap: libmagic's tables are loaded when they are first needed. NULL when memory ran out. */
mm_typer *mm_typer_new(void);
void mm_typer_free(mm_typer *t);

/** The type of content that begins with `head` and is `size` bytes long in all. With t NULL libmagic
 *  is left out. Names follow file(1). Empty content is "application/x-empty", modality binary. */
mm_type mm_type_of(mm_typer *t, mm_str head, uint64_t size);

/** The modality of a MIME type. */
const char *mm_modality_of(mm_str mime);

/** How bytes read as text. */
typedef enum mm_texture {
    MM_TEXTURE_BINARY,  /* control bytes that no text holds */
    MM_TEXTURE_UTF8,    /* well-formed UTF-8, ASCII included */
    MM_TEXTURE_UTF16,   /* UTF-16 with a byte order mark, or visibly so without */
    MM_TEXTURE_8BIT,    /* text in some other encoding */
} mm_texture;
/** `whole`: the bytes are all there is; else a character cut at the end is forgiven. */
mm_texture mm_texture_of(mm_str bytes, bool whole);

/** Length of the MPEG audio frame (layers I to III) whose header begins at p, or 0 when it is none. */
size_t mm_mpeg_frame(const unsigned char p[3]);

#endif
