/* voice.h - what is in a voice: pitch, noise behind it, speech or music; from mono PCM of VOICE_HZ.
 *
 * Pitch: YIN (A. de Cheveigne, H. Kawahara, "YIN, a fundamental frequency estimator for speech and music",
 * JASA 111, 2002), steps 1 to 5, 40 frames a second, 60 to 500 Hz.
 * SNR: WADA-SNR (C. Kim, R. Stern, "Robust signal-to-noise ratio estimation based on waveform amplitude
 * distribution analysis", Interspeech 2008): speech as a gamma distribution of shape 0.4, noise as a Gaussian.
 * Speech or music: 4 Hz modulation energy (E. Scheirer, M. Slaney, "Construction and evaluation of a robust
 * multifeature speech/music discriminator", ICASSP 1997) and the share of frames of low energy (likewise).
 */
#ifndef MM_MEDIA_VOICE_H
#define MM_MEDIA_VOICE_H

#include "media/sound.h"

enum { VOICE_HZ = 8000 };

typedef struct voice voice;
voice *voice_new(void);
void voice_free(voice *v);
void voice_put(voice *v, const float *samples, size_t n);
/** Fill the facts of MM_SOUND_VOICE, and kind. */
void voice_close(voice *v, mm_sound_facts *f);

#endif
