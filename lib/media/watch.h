/* watch.h - a film watched for faces, bar codes and words, and boxes painted on its pictures; in a jail worker.
 *
 * Both operations are streaming calls (mm_cell_open) over a descriptor that can be mapped, so that limits of time hold
 * for a step and not for the film. Pictures are told by their number from 0, in the order they are shown; a film with more
 * than one track of pictures is refused, as only one would be watched.
 */
#ifndef MM_MEDIA_WATCH_H
#define MM_MEDIA_WATCH_H

#include "media/paint.h"
#include "media/recode.h"
#include "media/sight.h"

typedef struct mm_watch_args {
    int64_t max_pixels;    /* of a picture; 0: MM_MAX_PIXELS */
    uint32_t what;         /* MM_SIGHT_ bits */
    uint32_t spare;
    double every_s;        /* pictures are looked at when that time has passed since the last; 0: all */
    double words_every_s;  /* the same for words, which take long to read */
} mm_watch_args;

typedef enum mm_watch_kind { MM_WATCH_LOOK, MM_WATCH_END } mm_watch_kind;

/** One chunk: a picture that was looked at, with what was seen behind it (mm_sight_take); or the end. */
typedef struct mm_watch_chunk {
    uint64_t number;       /* of the picture; at the end, how many there are */
    double time_s;
    uint32_t kind;         /* mm_watch_kind */
    uint32_t what;         /* what was looked for in it */
} mm_watch_chunk;

/** MM_MEDIA_WATCH: args an mm_watch_args; chunks as above. A film without pictures ends at once. */
#define MM_MEDIA_WATCH "film-watch"
int mm_watch_take(mm_str chunk, mm_watch_chunk *c, mm_str *sight, mm_err *e);

/** A box on the pictures `from` to `to`, which moves evenly from `first` to `last`. */
typedef struct mm_film_box {
    uint64_t from, to;
    mm_paint first, last;
} mm_film_box;
enum { MM_FILM_BOXES = 100000 };

/** MM_MEDIA_FILM_PAINT: args the number of pictures (8 bytes) and an array of mm_film_box; chunks of one byte while it works,
 *  then an mm_recode_report with the new film behind it, in pieces. Sound is copied. */
#define MM_MEDIA_FILM_PAINT "film-paint"

/** The work behind the operations. `send` is called with each chunk; 0 or -1. */
int mm_watch(mm_str bytes, const mm_watch_args *a, int (*send)(mm_str chunk), mm_err *e);
int mm_film_paint(mm_str bytes, mm_str args, int (*send)(mm_str chunk), mm_buf *out, mm_err *e);

/** As operations of a worker. */
int mm_watch_run(mm_str args, mm_str in, mm_buf *out, mm_err *e);
int mm_film_paint_run(mm_str args, mm_str in, mm_buf *out, mm_err *e);

#endif
