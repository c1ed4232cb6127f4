/* asr.c - pocketsphinx over decoded sound. */
#include "media/asr.h"

#include <math.h>
#include <string.h>

#define MODELS "/usr/share/pocketsphinx/model/en-us"

#ifdef MM_HAVE_ASR
#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <pocketsphinx.h>
#include <sphinxbase/err.h>

#include "media/lazy.h"
#include "media/pcm.h"

enum { RATE_HZ = 16000, FRAMES_A_SECOND = 100, LONGEST = 30 * RATE_HZ, CUT_FROM = 20 * RATE_HZ, QUIET = RATE_HZ / 10, LEAST = RATE_HZ / 10,
       SILENT = 33 /* -60 dBFS */ };

/* What the fork server loads and its workers share; set before any thread is there. */
static char acoustic[512], dictionary[512], language[512];
static ps_decoder_t *engine;

bool mm_asr_is_built(void)
{
    return true;
}

/* ---- models ----------------------------------------------------------------- */

/* The first entry of a folder, by name, that matches and is none of the phonetic models. false: there is none. */
static bool first_in(const char *folder, const char *pattern, char *out, size_t room)
{
    struct dirent **list = NULL;
    int n = scandir(folder, &list, NULL, alphasort);
    bool found = false;
    for (int i = 0; i < n; i++) {
        const char *name = list[i]->d_name;
        if (!found && name[0] != '.' && fnmatch(pattern, name, 0) == 0 && !strstr(name, "-phone."))
            found = snprintf(out, room, "%s/%s", folder, name) < (int)room;
        free(list[i]);
    }
    free(list);
    return found;
}

static bool has_definition(const char *folder)
{
    char file[600];
    return snprintf(file, sizeof file, "%s/mdef", folder) < (int)sizeof file && access(file, R_OK) == 0;
}

static bool find_acoustic(const char *folder)
{
    struct dirent **list = NULL;
    snprintf(acoustic, sizeof acoustic, "%s", folder);
    bool found = has_definition(acoustic);
    int n = found ? 0 : scandir(folder, &list, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        if (!found && list[i]->d_name[0] != '.' &&
            snprintf(acoustic, sizeof acoustic, "%s/%s", folder, list[i]->d_name) < (int)sizeof acoustic)
            found = has_definition(acoustic);
        free(list[i]);
    }
    free(list);
    return found;
}

int mm_asr_models(const char *folder, mm_err *e)
{
    const char *from = folder ? folder : MODELS, *missing = NULL;
    if (strlen(from) >= sizeof acoustic || !find_acoustic(from))
        missing = "acoustic model (a folder with mdef)";
    else if (!first_in(from, "*.dict", dictionary, sizeof dictionary) && !first_in(from, "*.dic", dictionary, sizeof dictionary))
        missing = "dictionary (*.dict)";
    else if (!first_in(from, "*.lm.bin", language, sizeof language) && !first_in(from, "*.lm.dmp", language, sizeof language) &&
             !first_in(from, "*.lm", language, sizeof language))
        missing = "language model (*.lm.bin)";
    if (!missing)
        return 0;
    return mm_fail(e, MM_EUSAGE, "--transcribe: no %s in %s; %s", missing, from,
                   folder ? "give a folder of models of pocketsphinx with --transcribe-models" : "install pocketsphinx-en-us, or give --transcribe-models");
}

/* Silence is not taken out, or times would be those of what is left. */
static void warm(void)
{
    if (!acoustic[0])
        return;
    mm_lazy_load();
    err_set_logfp(NULL);
    err_set_callback(NULL, NULL);
    cmd_ln_t *config = cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", acoustic, "-dict", dictionary, "-lm", language, "-remove_silence", "no",
                                   "-bestpath", "yes", "-samprate", "16000.0", "-logfn", "/dev/null", NULL);
    engine = config ? ps_init(config) : NULL;
    cmd_ln_free_r(config);
}

/* ---- words ------------------------------------------------------------------ */

typedef struct listener {
    int16_t *sound;      /* what is not decoded yet */
    size_t n;
    uint64_t at;         /* samples before it */
    mm_buf text, words;
} listener;

/* "read(2)" is the second way to say it; <sil>, [NOISE] and their like are none. */
static mm_str word_of(const char *name)
{
    mm_str w = mm_str_of(name);
    const char *way = memchr(w.p, '(', w.n);
    if (w.n == 0 || strchr("<[+", w.p[0]))
        return (mm_str){ 0 };
    return way && way > w.p ? (mm_str){ w.p, (size_t)(way - w.p) } : w;
}

static void put_time(mm_buf *b, double s)
{
    mm_json_put_double(b, round(s * 1000) / 1000);
    mm_buf_byte(b, ',');
}

static void put_word(listener *l, mm_str word, int from, int to, double sure)
{
    double start = (double)l->at / RATE_HZ;
    mm_buf_str(&l->words, l->words.n ? MM_STR(",[") : MM_STR("["));
    put_time(&l->words, start + (double)from / FRAMES_A_SECOND);
    put_time(&l->words, start + (double)(to + 1) / FRAMES_A_SECOND);
    mm_json_put(&l->words, word);
    mm_buf_byte(&l->words, ',');
    mm_json_put_double(&l->words, round(fmin(fmax(sure, 0), 1) * 1000) / 1000);
    mm_buf_byte(&l->words, ']');
    mm_buf_str(&l->text, l->text.n ? MM_STR(" ") : MM_STR(""));
    mm_buf_str(&l->text, word);
}

static bool is_silent(const int16_t *sound, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sound[i] > SILENT || sound[i] < -SILENT)
            return false;
    return true;
}

/* In silence it would hear a word or two. */
static int decode(listener *l, size_t n, mm_err *e)
{
    if (n < LEAST || is_silent(l->sound, n))
        return 0;
    if (ps_start_stream(engine) < 0 || ps_start_utt(engine) < 0 || ps_process_raw(engine, l->sound, n, FALSE, TRUE) < 0 ||
        ps_end_utt(engine) < 0)
        return mm_fail(e, MM_EBAD, "pocketsphinx could not decode the sound");
    for (ps_seg_t *s = ps_seg_iter(engine); s; s = ps_seg_next(s)) {
        int from, to, a, b, c;
        mm_str word = word_of(ps_seg_word(s));
        ps_seg_frames(s, &from, &to);
        if (word.n)
            put_word(l, word, from, to, logmath_exp(ps_get_logmath(engine), ps_seg_prob(s, &a, &b, &c)));
    }
    return 0;
}

/* Where the tenth of a second with the least power begins, in the last third of a full stretch. */
static size_t quietest(const int16_t *sound)
{
    size_t best = LONGEST;
    double least = INFINITY;
    for (size_t i = CUT_FROM; i + QUIET <= LONGEST; i += QUIET) {
        double power = 0;
        for (size_t k = i; k < i + QUIET; k++)
            power += (double)sound[k] * sound[k];
        if (power < least) {
            least = power;
            best = i + QUIET / 2;
        }
    }
    return best;
}

static int take(listener *l, const float *samples, size_t n, mm_err *e)
{
    for (size_t i = 0; i < n; i++) {
        if (l->n == LONGEST) {
            size_t cut = quietest(l->sound);
            if (decode(l, cut, e) < 0)
                return -1;
            memmove(l->sound, l->sound + cut, (LONGEST - cut) * sizeof *l->sound);
            l->n -= cut;
            l->at += cut;
        }
        float v = samples[i] * 32768;
        l->sound[l->n++] = (int16_t)(v >= 32767 ? 32767 : v <= -32768 ? -32768 : lrintf(v));
    }
    return 0;
}

static int hear(mm_str in, double limit, listener *l, bool *limited, mm_err *e)
{
    const mm_pcm_opts o = { .rate_hz = RATE_HZ, .mono = true, .max_seconds = limit };
    mm_pcm_block block;
    int r;
    mm_pcm *p = mm_pcm_open(in, &o, e);
    if (!p)
        return -1;
    while ((r = mm_pcm_next(p, &block, e)) == 1 && (r = take(l, block.samples, block.frames, e)) == 0)
        ;
    *limited = mm_pcm_limited(p);
    mm_pcm_close(p);
    return r < 0 ? -1 : decode(l, l->n, e);
}

static int run(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    listener l = { .n = 0 };
    double limit = 0;
    bool limited = false;
    if (!engine)
        return mm_fail(e, MM_EBAD, "pocketsphinx could not be started");
    if (args.n == sizeof limit)
        memcpy(&limit, args.p, sizeof limit);
    l.sound = malloc(LONGEST * sizeof *l.sound);
    int status = l.sound ? hear(in, limit, &l, &limited, e) : mm_fail(e, MM_ESYS, "out of memory");
    if (status == 0) {
        mm_buf_str(out, MM_STR("{\"text\":"));
        mm_json_put(out, mm_buf_view(&l.text));
        mm_buf_str(out, MM_STR(",\"by\":\"pocketsphinx\",\"times\":\"word\",\"words\":["));
        mm_buf_str(out, mm_buf_view(&l.words));
        mm_buf_byte(out, ']');
        if (limited) {
            mm_buf_str(out, MM_STR(",\"heard_s\":"));
            mm_json_put_double(out, limit);
        }
        mm_buf_byte(out, '}');
        if (l.text.failed || l.words.failed)
            status = mm_fail(e, MM_ESYS, "out of memory");
    }
    free(l.sound);
    mm_buf_free(&l.text);
    mm_buf_free(&l.words);
    return status;
}

const mm_jail_op mm_asr_op = { MM_MEDIA_ASR, run, warm };

#else

bool mm_asr_is_built(void)
{
    return false;
}

int mm_asr_models(const char *folder, mm_err *e)
{
    return mm_fail(e, MM_EUSAGE, "--transcribe needs pocketsphinx, which this build leaves out");
}

static int run(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    return mm_fail(e, MM_EBAD, "transcripts need pocketsphinx, which this build leaves out");
}

const mm_jail_op mm_asr_op = { MM_MEDIA_ASR, run, NULL };
#endif
