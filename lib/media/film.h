/* film.h - facts about a film that need more than its headers: its tracks one by one, its packets, its pictures.
 *
 * Runs in a jail worker. Times are seconds from the first picture. What is not known is -1.
 */
#ifndef MM_MEDIA_FILM_H
#define MM_MEDIA_FILM_H

#include "mm.h"

/** What is asked; each costs by itself: headers, a read of the whole, a decode of the whole, of one picture a scene. */
enum { MM_FILM_TRACKS = 1, MM_FILM_PACKETS = 2, MM_FILM_PICTURES = 4, MM_FILM_SCENE_FRAMES = 8 };

typedef struct mm_film_ask {
    uint32_t want;       /* MM_FILM_ bits */
    uint32_t reserved;
    double max_seconds;  /* of pictures to decode; 0: no limit */
    int64_t max_pixels;  /* of a picture; 0: MM_MAX_PIXELS */
} mm_film_ask;

enum { MM_FILM_TRACKS_MAX = 64, MM_FILM_SCENES_MAX = 1024, MM_FILM_PARTS_MAX = 256, MM_FILM_LOOKS_MAX = 32 };

typedef struct mm_film_track {
    char kind[16];        /* video audio subtitle data attachment */
    char codec[24];       /* FFmpeg's name */
    char language[16];    /* as the container says it; "" when it does not */
    char disposition[112];/* FFmpeg's names with commas between */
} mm_film_track;

typedef struct mm_film_part { double from_s, to_s; } mm_film_part;

/** One picture of a scene: see look.h. */
typedef struct mm_film_look {
    double time_s, luma_mean, sharpness;
    uint8_t pdq[32];
    uint8_t pdq_quality;
    uint8_t spare[7];
} mm_film_look;

typedef struct mm_film_facts {
    /* MM_FILM_TRACKS */
    uint32_t n_tracks;
    mm_film_track track[MM_FILM_TRACKS_MAX];
    /* MM_FILM_PACKETS, of the best picture track */
    int64_t frames, key_frames;
    double key_mean_s, key_max_s;  /* between key frames that follow one another */
    int8_t variable;               /* the time between frames differs by more than MM_FILM_STEADY_S */
    /* MM_FILM_PICTURES, MM_FILM_SCENE_FRAMES */
    uint8_t limited, full, damaged;  /* a limit ended it; there were more scenes or parts than fit; some pictures are guesses */
    double seen_s;                 /* time of the last picture that was looked at */
    uint32_t n_scenes, n_black, n_frozen, n_looks;
    double scene[MM_FILM_SCENES_MAX];  /* when each begins; the first at the first picture */
    mm_film_part black[MM_FILM_PARTS_MAX], frozen[MM_FILM_PARTS_MAX];
    double black_s, frozen_s;      /* how long they are together */
    mm_film_look look[MM_FILM_LOOKS_MAX];
} mm_film_facts;

#define MM_FILM_STEADY_S 0.002

/** Operation of a worker: args is an mm_film_ask, input the bytes of a film, output an mm_film_facts. */
#define MM_MEDIA_FILM_FACTS "film-facts"
int mm_film_facts_take(mm_str answer, mm_film_facts *f, mm_err *e);
/** The work behind it. -1 and MM_EBAD when what was asked is not to be had. */
int mm_film_facts_read(mm_str bytes, const mm_film_ask *ask, mm_film_facts *f, mm_err *e);
/** Its part with pictures. */
int mm_film_view(mm_str bytes, const mm_film_ask *ask, mm_film_facts *f, mm_err *e);

#endif
