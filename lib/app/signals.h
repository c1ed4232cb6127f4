/* signals.h - SIGINT, SIGTERM and SIGHUP ask a run to end; another one kills, half a second later or more.
 *
 * Depends on lib/record. The one part of lib that changes the process's signal handling, and
 * with it the only state that changes after start: a handler has no other way to speak.
 */
#ifndef MM_APP_SIGNALS_H
#define MM_APP_SIGNALS_H

#include "mm.h"

/** Take notice of the signals (but of those that were ignored when the program started), and
 *  have a closed pipe reported by write() rather than by death. */
void mm_signals_start(void);
/** The reader to wake when a signal comes; NULL: none any more. */
void mm_signals_wake(mm_reader *r);
/** Turns non-zero, to the signal's number, when one came. */
const volatile int *mm_signals_stop(void);
/** Die of this signal, as the shell expects to see it. Returns only when it is blocked. */
void mm_signals_die(int number);

#endif
