/* sight.h - what can be seen of people in a picture: faces, bar codes, words; all in one look in a jail worker.
 *
 * Pictures are looked at the way they are shown, but boxes are in pixels as stored. All pages and frames are looked at
 * (shots.h). What can not be looked for is an error and never silence.
 */
#ifndef MM_MEDIA_SIGHT_H
#define MM_MEDIA_SIGHT_H

#include "media/media.h"

enum { MM_SIGHT_FACES = 1, MM_SIGHT_CODES = 2, MM_SIGHT_WORDS = 4 };

typedef struct mm_sight_args {
    int64_t max_pixels;    /* of a picture; 0: MM_MAX_PIXELS */
    uint32_t what;         /* MM_SIGHT_ bits */
    uint32_t spare;
} mm_sight_args;

typedef struct mm_sight_box {
    int32_t x, y, width, height;
    uint32_t page;         /* of a TIFF */
    int32_t score;         /* 0 to 100: of faces by how many windows agreed, 50 for four; of codes 100; of words how sure */
    uint32_t from, to;     /* words: bytes of the text */
    char kind[16];         /* codes: "qr-code" ... */
} mm_sight_box;
enum { MM_SIGHT_MAX = 65536 };

typedef struct mm_sight {
    int32_t width, height;  /* of the first picture, as stored */
    uint32_t n_faces, n_codes, n_words, n_text;
    uint8_t is_indexed;     /* samples are indexes into a palette, of which no means can be made */
    uint8_t spare[7];
    const mm_sight_box *face, *code, *word;
    mm_str text;            /* the words: a blank between, a line end before a new line */
} mm_sight;

/** MM_MEDIA_SIGHT: image bytes in, args an mm_sight_args; mm_sight_take takes the answer. */
#define MM_MEDIA_SIGHT "image-sight"
/** Check an answer; what *s points to lies in a. -1 and MM_EBAD. */
int mm_sight_take(mm_str answer, mm_arena *a, mm_sight *s, mm_err *e);

/** What the operation does with packed RGB, for frames of films too: appends to out as mm_sight_take wants it. */
typedef struct mm_sight_seen mm_sight_seen;
mm_sight_seen *mm_sight_begin(uint32_t what, mm_err *e);
/** Look for other things from now on. */
void mm_sight_want(mm_sight_seen *s, uint32_t what);
/** Look at a picture turned as EXIF's `orientation` says (0 and 1: not). */
int mm_sight_look(mm_sight_seen *s, const uint8_t *rgb, int width, int height, int orientation, uint32_t page, mm_err *e);
/** Give what was seen up to now, and forget it. */
int mm_sight_end(mm_sight_seen *s, bool is_indexed, mm_buf *out, mm_err *e);
void mm_sight_free(mm_sight_seen *s);

/** The work behind the operation. */
int mm_sight_read(mm_str bytes, const mm_sight_args *a, mm_buf *out, mm_err *e);
void mm_sight_warm(void);

#endif
