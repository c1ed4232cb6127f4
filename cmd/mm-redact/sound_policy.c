#include "sound.h"

#include <math.h>
#include <string.h>

#include "base/opt.h"

sound_policy sound_policy_default(void)
{
    return (sound_policy){ .words = WORDS_SILENCE, .padding_ns = 100000000, .without = SOUND_UNSAID };
}

void sound_policy_free(sound_policy *p)
{
    mm_path_free(p->subject);
    p->subject = NULL;
}

/* One of `names`, closed by NULL: its number, or -1. */
static int read_name(const mm_doc *d, const mm_node *n, const char *what, const char *const *names, mm_err *e)
{
    const char *text = NULL;
    mm_buf all = { 0 };
    if (mm_node_string(d, n, &text, e) < 0)
        return -1;
    for (int i = 0; names[i]; i++) {
        if (strcmp(names[i], text) == 0) {
            mm_buf_free(&all);
            return i;
        }
        mm_buf_printf(&all, "%s%s", i ? ", " : "", names[i]);
    }
    mm_node_fail(d, n, e, "%s must be one of %.*s, not '%s'", what, (int)all.n, all.p ? all.p : "", text);
    mm_buf_free(&all);
    return -1;
}

static int read_alpha(const mm_doc *d, const mm_node *n, sound_policy *p, mm_err *e)
{
    bool range = n && n->kind == MM_NODE_LIST;
    p->alpha[0] = p->alpha[1] = SOUND_ALPHA;
    if (!n)
        return 0;
    if (range && n->n != 2)
        return mm_node_fail(d, n, e, "alpha must be a number, or two of them: from and to");
    for (size_t i = 0; i < 2; i++)
        if (mm_node_double(d, range ? n->item[i] : n, &p->alpha[i], e) < 0)
            return -1;
    if (!(p->alpha[0] >= 0.3 && p->alpha[1] <= 2 && p->alpha[0] <= p->alpha[1]))
        return mm_node_fail(d, n, e, "alpha must be from 0.3 to 2; 0.5 to 0.9 is usual");
    return 0;
}

static int read_voice_map(const mm_doc *d, const mm_node *n, const keyring *keys, const redact_key *standard, sound_policy *p, mm_err *e)
{
    static const char *const known[] = { "alpha", "key", "subject", NULL };
    const char *key = NULL, *subject = NULL;
    if (mm_node_keys(d, n, known, e) < 0 || read_alpha(d, mm_node_get(n, "alpha"), p, e) < 0 ||
        mm_node_string(d, mm_node_get(n, "key"), &key, e) < 0 || mm_node_string(d, mm_node_get(n, "subject"), &subject, e) < 0)
        return -1;
    p->key = standard;
    if (key && !(p->key = keyring_named(keys, mm_str_of(key))))
        return mm_node_fail(d, mm_node_get(n, "key"), e, "no key is called '%s'; name it in `keys`", key);
    if (p->alpha[0] < p->alpha[1] && (!p->key || !subject))
        return mm_node_fail(d, n, e, "a voice whose alpha is drawn needs a key, and a path as its `subject`");
    if (subject) {
        sound_policy_free(p);
        p->subject = mm_path_new(mm_str_of(subject), e);
        if (!p->subject)
            return mm_node_fail(d, mm_node_get(n, "subject"), e, "subject: %s is no path", subject);
    }
    return 0;
}

static int read_voice(const mm_doc *d, const mm_node *n, const keyring *keys, const redact_key *standard, sound_policy *p, mm_err *e)
{
    static const char *const names[] = { "keep", "anonymize", NULL };
    if (!n)
        return 0;
    if (n->kind == MM_NODE_MAP)
        return read_voice_map(d, n, keys, standard, p, e);
    int which = read_name(d, n, "voice", names, e);
    p->alpha[0] = p->alpha[1] = which == 1 ? SOUND_ALPHA : 0;
    return which < 0 ? -1 : 0;
}

static int read_audio(const mm_doc *d, const mm_node *n, const keyring *keys, const redact_key *standard, sound_policy *p, mm_err *e)
{
    static const char *const known[] = { "words", "padding", "without_transcript", "voice", NULL };
    static const char *const words[] = { "silence", "tone", "leave", NULL };
    static const char *const without[] = { "pass", "drop", "dead-letter", "silence", "anonymize", NULL };
    if (mm_node_keys(d, n, known, e) < 0)
        return -1;
    const mm_node *w = mm_node_get(n, "words"), *none = mm_node_get(n, "without_transcript"), *pad = mm_node_get(n, "padding");
    int which = w ? read_name(d, w, "words", words, e) : (int)p->words, other = none ? read_name(d, none, "without_transcript", without, e)
                                                                                    : (int)p->without;
    if (which < 0 || other < 0)
        return -1;
    p->words = (unsigned)which;
    p->words_said |= w != NULL;
    p->without = (sound_without)other;
    if (pad && (pad->kind != MM_NODE_SCALAR || mm_parse_duration(pad->text, &p->padding_ns) < 0 || p->padding_ns < 0 ||
                p->padding_ns > 60 * INT64_C(1000000000)))
        return mm_node_fail(d, pad, e, "padding must be a duration such as 100ms, up to 1m");
    return read_voice(d, mm_node_get(n, "voice"), keys, standard, p, e);
}

int sound_policy_read(const mm_doc *d, const mm_node *audio, const mm_node *video, const keyring *keys, const redact_key *standard,
                      sound_policy *p, mm_err *e)
{
    static const char *const known[] = { "subtitles", "faces", "text", "codes", "padding", "every", NULL };  /* pixels_policy.h */
    static const char *const subtitles[] = { "redact", "drop", NULL };
    if (audio && read_audio(d, audio, keys, standard, p, e) < 0)
        return -1;
    if (mm_node_keys(d, video, known, e) < 0)
        return -1;
    const mm_node *n = mm_node_get(video, "subtitles");
    int which = n ? read_name(d, n, "subtitles", subtitles, e) : (int)p->drop_subtitles;
    p->drop_subtitles = which == 1;
    return which < 0 ? -1 : 0;
}

int sound_alpha(const sound_policy *p, mm_str head, double *alpha, mm_err *e)
{
    *alpha = p->alpha[0];
    if (p->alpha[0] >= p->alpha[1])
        return 0;
    unsigned char drawn[32];
    uint64_t share = 0;
    mm_value v;
    if (mm_json_find(head, p->subject, &v) != 1 || (v.type != MM_JSON_STRING && v.type != MM_JSON_NUMBER))
        return mm_fail(e, MM_EBAD, "no text or number says whose voice it is, at the path redact.audio.voice.subject of the policy");
    mm_buf scratch = { 0 };
    mm_str who = v.type == MM_JSON_STRING ? mm_json_text(v.raw, &scratch) : v.raw;
    int got = key_digest(p->key, KEY_VOICE, MM_STR("voice"), who, drawn);
    mm_buf_free(&scratch);
    if (got < 0)
        return mm_fail(e, MM_ESYS, "the key of redact.audio.voice can not be used");
    for (int i = 0; i < 6; i++)
        share = share << 8 | drawn[i];
    *alpha = p->alpha[0] + (p->alpha[1] - p->alpha[0]) * ((double)share / (double)(UINT64_C(1) << 48));
    return 0;
}
