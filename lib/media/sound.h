/* sound.h - facts about sound that need its samples, from one decode; media.h has those of headers.
 *
 * What is not known is NAN in a number, "" in a text. Levels are over all channels.
 */
#ifndef MM_MEDIA_SOUND_H
#define MM_MEDIA_SOUND_H

#include "mm.h"

/** What is asked; each costs by itself. */
enum { MM_SOUND_LEVEL = 1, MM_SOUND_LOUDNESS = 2, MM_SOUND_TRUE_PEAK = 4, MM_SOUND_VOICE = 8, MM_SOUND_FINGERPRINT = 16 };

typedef struct mm_sound_ask {
    uint32_t want;       /* MM_SOUND_ bits */
    uint32_t reserved;
    double max_seconds;  /* of sound; 0: no limit */
} mm_sound_ask;

typedef struct mm_sound_facts {
    double decoded_s;           /* seconds that were looked at */
    uint8_t limited, damaged;   /* max_seconds ended it; something of it could not be decoded */
    char kind[16];              /* speech music silence other */
    /* MM_SOUND_LEVEL */
    double peak_dbfs, rms_dbfs, dc_offset, clipped_share, silence_share;
    double clip_runs;           /* runs of MM_SOUND_CLIP_RUN clipped samples in a channel */
    /* MM_SOUND_LOUDNESS, MM_SOUND_TRUE_PEAK: EBU R128 */
    double loudness_lufs, loudness_range_lu, true_peak_dbtp;
    /* MM_SOUND_VOICE */
    double snr_db, voiced_share, f0_median_hz, f0_low_hz, f0_high_hz;
    double modulation_4hz, low_energy_share;
    double aperiodicity;        /* mean of YIN's least normalised difference: 0 repeats, 1 is noise */
    /* MM_SOUND_FINGERPRINT */
    char fingerprint[8192];
} mm_sound_facts;

enum { MM_SOUND_CLIP_RUN = 3, MM_SOUND_FINGERPRINT_S = 120 };

/** Operation of a worker: args is an mm_sound_ask, input audio or video bytes, output an mm_sound_facts. */
#define MM_MEDIA_SOUND_FACTS "sound-facts"
int mm_sound_facts_take(mm_str answer, mm_sound_facts *f, mm_err *e);
/** The work behind it. -1 and MM_EBAD when there is no sound to be had. */
int mm_sound_facts_read(mm_str bytes, const mm_sound_ask *ask, mm_sound_facts *f, mm_err *e);

#endif
