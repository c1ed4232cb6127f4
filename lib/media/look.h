/* look.h - what the pixels of one picture look like: statistics, perceptual hash, dominant colours, faces.
 *
 * Works on packed RGB as frames.h gives it; runs in a jail worker. All results but the PDQ hash
 * are of the luma (77 R + 150 G + 29 B + 128) / 256 or of R, G, B as they are. Deterministic.
 */
#ifndef MM_MEDIA_LOOK_H
#define MM_MEDIA_LOOK_H

#include "media/faces.h"
#include "media/media.h"
#include "media/skin.h"

/** What to look for; args of MM_MEDIA_LOOK. */
enum { MM_LOOK_STATS = 1, MM_LOOK_PDQ = 2, MM_LOOK_COLORS = 4, MM_LOOK_FACES = 8 };
typedef struct mm_look_args {
    int64_t max_pixels;  /* 0: MM_MAX_PIXELS */
    uint32_t what;       /* MM_LOOK_ bits */
    uint32_t spare;
} mm_look_args;

enum { MM_LOOK_COLORS_MAX = 8 };

typedef struct mm_look {
    uint32_t what;          /* what of it was found */
    int64_t width, height;
    /* MM_LOOK_STATS */
    double luma_mean;       /* 0 to 255 */
    double contrast;        /* standard deviation of luma / 255: RMS contrast (Peli 1990), 0 to 0.5 */
    double shadows, highlights;  /* shares of pixels with luma at most MM_LUMA_LOW, at least MM_LUMA_HIGH */
    double colorfulness;    /* Hasler and Suesstrunk 2003, M(3) */
    double entropy;         /* bits, of the histogram of luma (Shannon 1948), 0 to 8 */
    double sharpness;       /* variance of the Laplacian (0 1 0, 1 -4 1, 0 1 0) of luma, borders mirrored */
    double flat;            /* share of pixels with the luma of both the left and the upper neighbour */
    int8_t is_blank, is_drawn;
    /* MM_LOOK_PDQ */
    uint8_t pdq_quality;    /* 0 to 100 */
    uint8_t pdq[32];        /* most significant byte first, as hashes are printed */
    /* MM_LOOK_COLORS */
    uint32_t n_colors;
    struct { uint8_t r, g, b; double share; } color[MM_LOOK_COLORS_MAX];
    /* MM_LOOK_FACES */
    uint32_t n_faces;
    mm_face face[MM_FACES_MAX];
    int8_t has_skin;        /* the largest face has a tone */
    mm_lab skin;            /* its */
    mm_media_warnings warnings;
} mm_look;

/** MM_MEDIA_LOOK: image bytes in, an mm_look out; args is one mm_look_args. Of several frames the first. */
#define MM_MEDIA_LOOK "image-look"
int mm_look_take(mm_str answer, mm_look *l, mm_err *e);

/** The work behind it. -1 and MM_EBAD when there are no pixels to look at. */
int mm_look_read(mm_str bytes, const mm_look_args *a, mm_look *l, mm_err *e);
/** The same for pixels at hand, such as a frame of a film. -1 and MM_ESYS. */
int mm_look_at(const uint8_t *rgb, int width, int height, uint32_t what, mm_look *l, mm_err *e);

/** The 256-bit PDQ hash of a plane of luma, width bytes a row (Facebook 2019, "The TMK+PDQF Video-Hashing
 *  Algorithm and the PDQ Image-Hashing Algorithm"), and its quality. Pictures with a side of 1024 or more are first
 *  made smaller by the largest whole factor that leaves 512 (mm_plane_shrink). -1: out of memory. */
int mm_pdq(const uint8_t *luma, int width, int height, uint8_t hash[32], uint8_t *quality);
/** Scale a plane down: pixel (x, y) of `to` is the mean, rounded down from halves up, of the source pixels from
 *  x * width / to_width up to (x + 1) * width / to_width, rows likewise, all rounded down. */
void mm_plane_shrink(const uint8_t *from, int width, int height, uint8_t *to, int to_width, int to_height);
/** Dominant colours by median cut (Heckbert 1982) of 5 bits a channel into MM_LOOK_COLORS_MAX boxes, the most
 *  frequent first. -1: out of memory. */
int mm_palette(const uint8_t *rgb, size_t n, mm_look *l);

#endif
