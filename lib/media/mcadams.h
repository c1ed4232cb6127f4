/* mcadams.h - a voice made another by moving its formants.
 *
 * The McAdams transformation as in baseline B2 of the Voice Privacy Challenge: J. Patino, N. Tomashenko, M. Todisco, A. Nautsch,
 * N. Evans, "Speaker anonymisation using the McAdams coefficient", Interspeech 2021; S. McAdams, "Spectral fusion, spectral
 * parsing and the formation of auditory images", Stanford 1984. Frames of 20 ms every 10 ms under the square root of a Hann window,
 * linear prediction of order 20 by Burg's method, the angle of each complex pole raised to the power alpha, the frame's residual
 * through the filter with the new poles, overlap and add.
 *
 * B2 is defined at 16 kHz, and this is B2 there; its scaling of the whole is the caller's, as poles that moved may ring many
 * times louder. At other rates the same
 * frequencies move to the same frequencies: angles are those of a sampling at 16 kHz, poles above 8 kHz stay, and the order grows
 * with the rate. What words are said is still heard; it makes voices hard to tell apart and is no proof against those who
 * know alpha and try.
 */
#ifndef MM_MEDIA_MCADAMS_H
#define MM_MEDIA_MCADAMS_H

#include "mm.h"

typedef struct mm_mcadams mm_mcadams;

/** One channel of this rate; alpha 0.3 to 2, 1 changes nothing. NULL: out of memory. Owned: mm_mcadams_free. */
mm_mcadams *mm_mcadams_new(int rate_hz, double alpha);
void mm_mcadams_free(mm_mcadams *m);
/** How many samples behind a piece it wants to see. */
size_t mm_mcadams_ahead(int rate_hz);
/** Change [0, n), the next piece of the channel, in place, and read the `ahead` samples behind it as they are; what is missing there
 *  counts as silence. -1: out of memory. */
int mm_mcadams_put(mm_mcadams *m, float *samples, size_t n, size_t ahead);

#endif
