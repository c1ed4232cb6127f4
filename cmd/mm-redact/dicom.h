/* dicom.h - DICOM files without their patients: the Basic Profile of PS3.15, Annex E, over a strict reader of PS3.5 and PS3.10.
 *
 * Explicit and implicit VR in little endian, with or without encapsulated pixels, which are copied as they are. Attributes are
 * removed, emptied or replaced as Table E.1-1 says (dicom_tags.inc), at any depth; private ones, those PS3.6 does not know, and
 * overlays and curves go. UIDs of things become others under a key, the same for the same. Whatever does not add up, and
 * pictures that have people's data burned into them or may well have, are refused.
 */
#ifndef MM_REDACT_DICOM_H
#define MM_REDACT_DICOM_H

#include "keys.h"
#include "mm.h"

typedef struct dicom_report {
    uint32_t removed, emptied, replaced, uids;
} dicom_report;

/** `key` may be NULL: then a file with UIDs is refused. `burned_in`: let pictures pass that may have text in them. out is the
 *  whole new file. -1 and MM_EBAD. */
int dicom_redact(mm_str in, const redact_key *key, bool burned_in, mm_buf *out, dicom_report *r, mm_err *e);

#endif
