/* meta_names.h - what XMP's properties and IPTC's datasets are called and how they are typed; private to lib/media.
 *
 * XMP part 1 and 2 (ISO 16684-1, Adobe 2012 and 2016), Exif 2.31 for XMP (CIPA DC-010), IPTC Photo Metadata 2021.1,
 * IPTC IIM 4.2 chapters 5 and 6.
 */
#ifndef MM_MEDIA_META_NAMES_H
#define MM_MEDIA_META_NAMES_H

#include "mm.h"

/** The customary prefix of a namespace, or one with p NULL when it is not known here. */
mm_str mm_xmp_prefix(mm_str uri);

/** How a value is told. */
enum mm_xmp_kind {
    MM_XMP_TEXT, MM_XMP_NUMBER, MM_XMP_BOOLEAN,
    MM_XMP_BASE64,   /* only how long it is */
    MM_XMP_LOOKS,    /* a number or a boolean where it looks like one: settings of programs, too many to list */
};
/** By its name with the customary prefix: "exif:FNumber". */
enum mm_xmp_kind mm_xmp_kind_of(mm_str name);

enum mm_iptc_kind { MM_IPTC_TEXT, MM_IPTC_NUMBER, MM_IPTC_DIGITS, MM_IPTC_DATE, MM_IPTC_TIME, MM_IPTC_BYTES };
typedef struct mm_iptc_set {
    unsigned char record, number, kind;
    bool repeats;   /* told as an array */
    const char *name;
} mm_iptc_set;
/** The datasets in the order of their numbers; name NULL ends them. */
extern const mm_iptc_set mm_iptc_sets[];

#endif
