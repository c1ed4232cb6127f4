/* meta_tags.h - the tags of EXIF by name; private to lib/media.
 *
 * Names and numbers of Exif 2.32 (JEITA CP-3451X) sections 4.6.4 to 4.6.7, and the few of TIFF 6.0 that say how
 * pixels are stored. Tags that point at data, and nothing else, are not in the tables.
 */
#ifndef MM_MEDIA_META_TAGS_H
#define MM_MEDIA_META_TAGS_H

#include <stddef.h>

/** How the value is told, where its type alone does not say. */
enum mm_meta_kind {
    MM_TAG_PLAIN,
    MM_TAG_TEXT,     /* bytes that are text: a version */
    MM_TAG_LIST,     /* bytes that are numbers */
    MM_TAG_COMMENT,  /* text behind 8 bytes that name its code */
    MM_TAG_TIME,     /* YYYY:MM:DD, with hh:mm:ss or without */
    MM_TAG_CLOCK,    /* three rationals: hours, minutes, seconds */
    MM_TAG_LENGTH,   /* only how long it is */
};

typedef struct mm_meta_tag {
    unsigned short tag;
    unsigned char kind;
    const char *name;
} mm_meta_tag;

enum { MM_META_MAIN, MM_META_GPS, MM_META_INTEROP, MM_META_TABLES };

/** The place of a tag in its table, or -1. */
int mm_meta_tag_find(int table, unsigned tag);
const mm_meta_tag *mm_meta_tag_at(int table, int i);
/** No table is longer. */
enum { MM_META_MOST_TAGS = 128 };

#endif
