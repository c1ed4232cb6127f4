/* asr.h - what is spoken in a sound, by pocketsphinx, in a jail worker.
 *
 * The models are read by warm(), so that a worker that is confined holds them already. Sound is mixed to one channel, resampled to
 * 16 kHz, and decoded in stretches of at most 30 s, cut where it is quietest in their last 10 s. Each stretch is normalised and decoded by
 * itself, so that what was heard before in the same process makes no difference.
 */
#ifndef MM_MEDIA_ASR_H
#define MM_MEDIA_ASR_H

#include "run/jail.h"

/** Audio or video bytes in, args one double: decode no more than so many seconds (0: all). Out the JSON
 *  {"text":TEXT,"by":"pocketsphinx","times":"word","words":[[FROM,TO,WORD,CONFIDENCE],...]} with seconds from the start and
 *  confidences 0 to 1 (posteriors of the word lattice), and "heard_s" where the limit ended it. */
#define MM_MEDIA_ASR "transcribe"
extern const mm_jail_op mm_asr_op;

/** Is it in this build? */
bool mm_asr_is_built(void);
/** Choose the folder of the models before the jail starts: in it, or in a folder in it, an acoustic model (a file mdef), a
 *  dictionary (*.dict) and a language model (*.lm.bin, *.lm.dmp or *.lm); NULL: Debian's pocketsphinx-en-us. Borrowed. -1 and MM_EUSAGE when one
 *  of them is not there, or the build has no pocketsphinx. */
int mm_asr_models(const char *folder, mm_err *e);

#endif
