/* simd.h - the kernel tables, one for each instruction set this build knows.
 *
 * Depends on mm.h only. A table is const and complete; which one runs is decided in
 * dispatch.c alone.
 */
#ifndef MM_SIMD_SIMD_H
#define MM_SIMD_SIMD_H

#include "mm.h"

extern const mm_kernels mm_simd_scalar;

/** The alphabet of RFC 4648 section 4. */
extern const char mm_base64_alphabet[65];

#endif
