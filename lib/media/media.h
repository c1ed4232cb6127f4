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
 * bytes. What is not known is -1 in a number, "" in a text, MM_UNTOLD in a yes or no. The _take
 * functions believe nothing of an answer: lengths are checked and texts are terminated.
 */
#ifndef MM_MEDIA_MEDIA_H
#define MM_MEDIA_MEDIA_H

#include "mm.h"
#include "run/jail.h"

enum { MM_UNTOLD = -1, MM_NO = 0, MM_YES = 1 };

/** What is wrong with media that could still be read. */
typedef struct mm_media_warnings {
    uint32_t n;
    char text[6][112];
} mm_media_warnings;

typedef struct mm_image_facts {
    char format[8];           /* jpeg png webp gif bmp tiff heic heif avif */
    int64_t width, height;    /* pixels as stored */
    int64_t display_width, display_height;  /* after the orientation is applied */
    int64_t orientation;      /* 1..8 as EXIF numbers them; XMP's where EXIF is silent; for HEIF from irot and imir */
    int64_t xmp_orientation;  /* what XMP alone says */
    int64_t bit_depth;        /* bits a channel; for palettes bits an index */
    int64_t channels;         /* stored channels, alpha included; 1 for palettes */
    char color_space[8];      /* gray rgb ycbcr cmyk ycck lab palette */
    int64_t frames;           /* animation frames or pages */
    double duration_s;        /* of an animation: its frames once, as stated */
    int64_t loops;            /* of an animation: how often it plays, as stated; 0 without end */
    int64_t tile_columns, tile_rows;  /* of a HEIF grid */
    char icc_description[128], icc_space[8], icc_class[8];  /* of the colour profile; its signatures without blanks */
    char camera_make[128], camera_model[128], lens[128];
    int8_t has_alpha, has_exif, has_xmp, has_iptc, has_icc;
    int8_t has_gps;           /* a position is written in EXIF or XMP; never where */
    int8_t has_datetime;      /* EXIF says when */
    struct { uint64_t at, n; } place[3];  /* where EXIF (its TIFF header), XMP and IPTC lie in the bytes; n 0: unknown */
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
 *  MM_MEDIA_STRIP: image, audio or video bytes in, out an mm_strip_report and, where something had to
 *  change, the same media without anything said about them. `args` is empty, or one mm_keep as 4 bytes
 *  in the machine's order.
 *    Images (jpeg, png, gif, webp, tiff, bmp, heic, avif): the coded pixels are copied, byte for byte; of
 *  the rest only what is needed to show them right, and what mm_keep names. What follows the image is
 *  dropped. Structure that does not add up is refused.
 *    Audio and video (wav, flac, mp3, ogg and opus, m4a, mp4, mov, matroska, webm, avi): packets are
 *  copied, not decoded, so what a codec carries inside its packets (an encoder's name) stays;
 *  metadata, chapters, attachments, pictures, subtitles and data tracks go.
 *  Anything else is refused (MM_EBAD), so that a caller can fail closed. Equal input gives equal
 *  output. */
#define MM_MEDIA_IMAGE_FACTS "image-facts"
#define MM_MEDIA_AV_FACTS "av-facts"
#define MM_MEDIA_STRIP "media-strip"
extern const mm_jail_op mm_media_ops[];

/** What of an image's metadata stays, because it says how to show it. */
enum {
    MM_KEEP_ORIENTATION = 1,
    MM_KEEP_COLOR = 2,    /* ICC profile, gamma, chromaticities */
    MM_KEEP_DENSITY = 4,  /* pixels per inch */
    MM_KEEP_DEFAULT = MM_KEEP_ORIENTATION | MM_KEEP_COLOR | MM_KEEP_DENSITY,
};

/** Classes of what was taken out; mm_strip_class names them. */
enum {
    MM_STRIP_EXIF = 1 << 0, MM_STRIP_GPS = 1 << 1, MM_STRIP_XMP = 1 << 2, MM_STRIP_IPTC = 1 << 3,
    MM_STRIP_COMMENT = 1 << 4, MM_STRIP_THUMBNAIL = 1 << 5, MM_STRIP_MAKER_NOTE = 1 << 6,
    MM_STRIP_C2PA = 1 << 7, MM_STRIP_TIME = 1 << 8, MM_STRIP_COLOR = 1 << 9, MM_STRIP_DENSITY = 1 << 10,
    MM_STRIP_APPLICATION = 1 << 11,  /* segments, chunks and boxes of some program */
    MM_STRIP_UNUSED = 1 << 12,       /* bytes nothing refers to */
    MM_STRIP_TRAILER = 1 << 13,      /* bytes behind the end */
    MM_STRIP_TAGS = 1 << 14, MM_STRIP_CHAPTERS = 1 << 15, MM_STRIP_PICTURE = 1 << 16,
    MM_STRIP_SUBTITLES = 1 << 17, MM_STRIP_DATA = 1 << 18,  /* data tracks and attachments */
};
enum { MM_STRIP_CLASSES = 19 };
/** "exif", "gps", ... of the class with bit 1 << i. */
const char *mm_strip_class(int i);

typedef struct mm_strip_report {
    uint32_t removed;  /* MM_STRIP_ bits */
    uint32_t changed;  /* 1: the new bytes follow; 0: the media stay as they are */
} mm_strip_report;

/** Check and take apart the answer of MM_MEDIA_STRIP; *bytes borrows from it. */
int mm_strip_take(mm_str answer, mm_strip_report *r, mm_str *bytes, mm_err *e);

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
/** out holds the stripped media also when they are those that came in. */
int mm_image_strip(mm_str bytes, unsigned keep, mm_buf *out, mm_strip_report *r, mm_err *e);
int mm_av_strip(mm_str bytes, mm_buf *out, mm_strip_report *r, mm_err *e);
int mm_media_strip(mm_str bytes, unsigned keep, mm_buf *out, mm_strip_report *r, mm_err *e);
/** Load what FFmpeg needs before confinement. */
void mm_av_warm(void);

/** Of an operation that answers JSON: is the answer an object of it? 0, or -1 and MM_EBAD. */
int mm_media_take_json(mm_str answer, mm_err *e);

/** Add a warning; beyond the sixth they are dropped. */
void mm_media_warn(mm_media_warnings *w, const char *fmt, ...) MM_PRINTF(2, 3);

#endif
