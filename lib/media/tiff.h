/* tiff.h - the directory structure of TIFF 6.0, BigTIFF and EXIF; private to lib/media.
 *
 * Depends on bytes.h. Directories are walked entry by entry; values are slices of the bytes.
 * Nothing is followed twice by itself: a caller that follows offsets bounds how often.
 */
#ifndef MM_MEDIA_TIFF_H
#define MM_MEDIA_TIFF_H

#include "media/bytes.h"

typedef struct mm_tiff {
    mm_str s;
    bool big_endian;
    bool big;        /* BigTIFF: 64-bit offsets */
    uint64_t first;  /* offset of the first directory */
} mm_tiff;

typedef struct mm_tiff_entry {
    unsigned tag, type;
    uint64_t count;   /* values, not bytes */
    mm_str data;      /* what of the value lies inside the bytes */
    bool cut;         /* some of it lies outside */
} mm_tiff_entry;

typedef struct mm_tiff_dir {
    const mm_tiff *t;
    uint64_t at, left;  /* next entry, entries to come */
    uint64_t next;      /* offset of the next directory, 0 when there is none */
    bool cut;           /* the directory reaches past the end */
} mm_tiff_dir;

/** 0, or -1 when the bytes start no TIFF structure. */
int mm_tiff_open(mm_str s, mm_tiff *t);
mm_tiff_dir mm_tiff_dir_at(const mm_tiff *t, uint64_t at);
bool mm_tiff_next(mm_tiff_dir *d, mm_tiff_entry *entry);
/** The i-th value of an integer entry; 0 when there is none. */
uint64_t mm_tiff_uint(const mm_tiff *t, const mm_tiff_entry *entry, uint64_t i);
/** Copy an ASCII entry up to its NUL, without blanks at the end. */
void mm_tiff_text(const mm_tiff_entry *entry, char *out, size_t room);

#endif
