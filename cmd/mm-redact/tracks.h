/* tracks.h - one thing through the pictures of a film: boxes seen in some of them, and those between. */
#ifndef MM_REDACT_TRACKS_H
#define MM_REDACT_TRACKS_H

#include "media/watch.h"
#include "pixels.h"

typedef struct track_point {
    uint64_t number;         /* of the picture */
    size_t look;             /* of the tracks' looks of its kind */
    mm_paint box;
} track_point;

typedef struct track {
    mark mark;               /* its first box, its best score */
    char rule[24];
    double from_s, to_s;
    track_point *point;      /* owned */
    size_t n, room;
    bool words, ended;       /* ended: of a round before */
    bool solid;              /* was seen in spite of being painted over */
    uint64_t before, behind; /* first and last picture it may be in: next to the looks in which it was not seen */
} track;

typedef struct tracks {
    track *v;                /* owned */
    size_t n, room;
    size_t looks[2];         /* how many there were, at faces and codes, and at words */
    uint64_t last[2];        /* the picture of the last of them */
} tracks;

/** A film is watched from its start (again): what was seen before stays. */
void tracks_begin(tracks *t);
/** What was seen in a picture, of words or of all else. -1: memory ran out, or there is too much. */
int tracks_look(tracks *t, bool read, uint64_t number, double time_s, const mark *m, size_t n, mm_err *e);
void tracks_end(tracks *t);
/** Those from number `old` on were seen in spite of what was painted: they and what they touch become solid. */
void tracks_box(tracks *t, size_t old);
/** Append what to paint, as mm_film_box. */
void tracks_boxes(const tracks *t, mm_buf *out);
void tracks_free(tracks *t);

#endif
