/* media.h - facts about media, and the operations a confined worker offers on them.
 *
 * Depends on lib/base and run/jail.h. Media bytes are untrusted: a tool starts a jail with
 * mm_media_ops and asks through a cell,
 *
 *     mm_image_facts f;
 *     if (mm_cell_call(cell, MM_MEDIA_IMAGE_FACTS, (mm_str){ 0 }, bytes, &answer, &err) == 0 &&
 *         mm_image_facts_take(answer, &f, &err) == 0) ...
 *
 * Invariants: facts are plain structs without pointers, so that a worker can hand them over as
 * bytes. What is not known is -1 in a number, "" in a text, MM_UNKNOWN in a yes or no. The _take
 * functions believe nothing of an answer: lengths are checked and texts are terminated.
 */
#ifndef MM_MEDIA_MEDIA_H
#define MM_MEDIA_MEDIA_H

#include "mm.h"
#include "run/jail.h"

enum { MM_UNKNOWN = -1, MM_NO = 0, MM_YES = 1 };

/** What is wrong with media that could still be read. */
typedef struct mm_media_warnings {
    uint32_t n;
    char text[6][112];
} mm_media_warnings;

typedef struct mm_image_facts {
    char format[8];           /* jpeg png webp gif bmp tiff heic heif avif */
    int64_t width, height;    /* pixels as stored */
    int64_t display_width, display_height;  /* after the orientation is applied */
    int64_t orientation;      /* 1..8 as EXIF numbers them; for HEIF from irot and imir */
    int64_t bit_depth;        /* bits a channel; for palettes bits an index */
    int64_t channels;         /* stored channels, alpha included; 1 for palettes */
    char color_space[8];      /* gray rgb ycbcr cmyk ycck lab palette */
    int64_t frames;           /* animation frames or pages */
    char camera_make[128], camera_model[128], lens[128];
    int8_t has_alpha, has_exif, has_xmp, has_iptc, has_icc;
    int8_t has_gps;           /* a position is written in EXIF or XMP; never where */
    int8_t has_datetime;      /* EXIF says when */
    mm_media_warnings warnings;
} mm_image_facts;

typedef struct mm_av_facts {
    char container[16];       /* wav flac mp3 ogg mp4 m4a mov matroska webm avi ... */
    double duration_s;
    int64_t bit_rate_bps;     /* of the whole file */
    int64_t streams;
    int8_t has_tags;          /* title, artist, comment or other descriptive tags */
    int8_t has_datetime;      /* the container says when it was made */
    int8_t has_gps;           /* the container says where; never the place */
    int8_t has_picture;       /* a cover or thumbnail is attached */
    /* best audio stream */
    char audio_codec[24];     /* FFmpeg's codec name; "" without audio */
    int64_t audio_rate_hz, audio_channels, audio_bits, audio_bit_rate_bps;
    double audio_duration_s;
    /* best video stream that is no attached picture */
    char video_codec[24];     /* "" without video */
    char pixel_format[16];
    int64_t video_width, video_height;    /* as stored */
    int64_t display_width, display_height; /* after rotation */
    double frame_rate;        /* frames a second, average */
    int64_t rotation;         /* degrees clockwise to turn for display: 0 90 180 270 */
    int64_t video_bit_rate_bps;
    mm_media_warnings warnings;
} mm_av_facts;

/** Operations of a worker; `args` is empty unless said otherwise.
 *  MM_MEDIA_IMAGE_FACTS: image bytes in, an mm_image_facts out.
 *  MM_MEDIA_AV_FACTS: audio or video bytes in, an mm_av_facts out.
 *  MM_MEDIA_STRIP: audio or video bytes in, out the same streams in the same kind of container
 *  without metadata, chapters, attachments, pictures, subtitles or data tracks. Packets are
 *  copied, not decoded, so what a codec carries inside its packets (an encoder's name) stays;
 *  equal input gives equal output. For wav, flac, mp3, ogg (and opus), m4a,
 *  mp4, mov, matroska, webm and avi; any other container is refused (MM_EBAD), so that a caller
 *  can fail closed. */
#define MM_MEDIA_IMAGE_FACTS "image-facts"
#define MM_MEDIA_AV_FACTS "av-facts"
#define MM_MEDIA_STRIP "media-strip"
extern const mm_jail_op mm_media_ops[];

/** Check and copy the answer of a facts operation. -1 and MM_EBAD when it is not one. */
int mm_image_facts_take(mm_str answer, mm_image_facts *f, mm_err *e);
int mm_av_facts_take(mm_str answer, mm_av_facts *f, mm_err *e);

/** Which image format the first bytes announce ("jpeg", ...), or NULL. Looks at 64 bytes at most
 *  and is safe outside a jail. */
const char *mm_image_format(mm_str bytes);

/** The work behind the operations; for the worker, the fuzz targets and tests. Reads headers of
 *  the image in bytes: 0, with what is amiss in f->warnings, or -1 and MM_EBAD when nothing could
 *  be read. */
int mm_image_facts_read(mm_str bytes, mm_image_facts *f, mm_err *e);
int mm_av_facts_read(mm_str bytes, mm_av_facts *f, mm_err *e);
int mm_media_strip(mm_str bytes, mm_buf *out, mm_err *e);
/** Load what FFmpeg needs before confinement. */
void mm_av_warm(void);

/** Add a warning; beyond the sixth they are dropped. */
void mm_media_warn(mm_media_warnings *w, const char *fmt, ...) MM_PRINTF(2, 3);

#endif
