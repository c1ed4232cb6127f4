/* jail_confine.h - take away from a process all it does not need for decoding bytes.
 *
 * Three layers, each enough against a part of what a captured decoder could try: seccomp (system
 * calls; a forbidden one kills), Landlock where the kernel has it (files, TCP), and
 * resource limits (memory, files, cores). Irrevocable. Private to the jail.
 */
#ifndef MM_RUN_JAIL_CONFINE_H
#define MM_RUN_JAIL_CONFINE_H

#include "run/jail.h"

#if defined(__SANITIZE_ADDRESS__)
#define MM_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MM_SANITIZED 1
#endif
#endif
#ifndef MM_SANITIZED
#define MM_SANITIZED 0
#endif

/** Confine this process, which may then send on `sock` and read any descriptor it holds. Under
 *  the address sanitizer memory is not limited (its shadow would break any limit) and
 *  reports may be written to standard error. */
int mm_confine(int sock, const mm_jail_limits *limits, mm_err *e);

#endif
