/* faces.h - finding faces from the front with a cascade of OpenCV's making.
 *
 * P. Viola and M. Jones, "Rapid Object Detection using a Boosted Cascade of Simple Features" (2001);
 * R. Lienhart and J. Maydt, "An Extended Set of Haar-like Features for Rapid Object Detection" (2002).
 * The cascade is a file of OpenCV (Debian: opencv-data), read once before a worker is confined.
 */
#ifndef MM_MEDIA_FACES_H
#define MM_MEDIA_FACES_H

#include "mm.h"

#define MM_CASCADE_FILE "/usr/share/opencv4/haarcascades/haarcascade_frontalface_alt2.xml"

/** A box in pixels of the picture as stored. */
typedef struct mm_face {
    int32_t x, y, width, height;
    int32_t neighbours;  /* how many windows agreed on it */
} mm_face;
enum { MM_FACES_MAX = 64 };

typedef struct mm_cascade mm_cascade;
/** Read an OpenCV cascade of upright Haar features (stumps or trees). NULL and MM_EBAD. */
mm_cascade *mm_cascade_parse(mm_str xml, mm_err *e);
void mm_cascade_free(mm_cascade *c);

typedef struct mm_faces_opts {
    double scale;        /* between sizes of window; 0: 1.1 */
    int neighbours;      /* windows that must agree; 0: 3 */
    int least;           /* smallest side of a face in pixels; 0: that of the cascade */
    int longest;         /* side of a picture, beyond which it is scaled down first; 0: 1024 */
} mm_faces_opts;

/** Faces on a plane of luma, width bytes a row: how many of them are in out, top to bottom, at most room; -1: out of
 *  memory. */
int mm_faces_find(const mm_cascade *c, const uint8_t *luma, int width, int height, const mm_faces_opts *o, mm_face *out,
                  int room);

/** The cascade of this process, for operations of a jail: the file named by mm_faces_use before the jail is started
 *  (MM_CASCADE_FILE without), loaded by mm_faces_warm. NULL with the reason in *why when it can not be had. */
void mm_faces_use(const char *file);
void mm_faces_warm(void);
const mm_cascade *mm_faces_cascade(const char **why);

#endif
