/* dicom_tags.h - what PS3.6 and PS3.15 say of an attribute, from a table made by scripts/dicom-tags. */
#ifndef MM_REDACT_DICOM_TAGS_H
#define MM_REDACT_DICOM_TAGS_H

#include "mm.h"

/** Its value representation, two letters; "UN" when PS3.6 does not know it. */
const char *dicom_vr(uint32_t tag);
/** X remove, Z empty, D replace by a dummy, U another UID, S empty but for sequences, K keep; X when it is not known. */
char dicom_action(uint32_t tag);
/** Append 2.25. and the first 128 bits in decimal. */
void dicom_put_uid(mm_buf *out, const unsigned char bits[16]);

#endif
