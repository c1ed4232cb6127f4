/* media.h - what mm-redact does with payloads: fetched, told by their content, metadata stripped in
 * a confined worker, texts handed to whoever redacts texts.
 *
 * Depends on lib/record, lib/media and run/jail.h. Knows nothing of options.
 *
 * How the parts of mm-redact share one record: the caller begins an mm_edits on r->head, edits what
 * it redacts in the header (but never mm.data, nor that of parts), calls media_redact with the same
 * edits, and at the end applies them and sets the header when mm_edits_count is not 0:
 *
 *     mm_edits_begin(ed, r->head);
 *     ... text in members; mm_edits_set(ed, "mm.redact.findings", ...)
 *     if (media_redact(m, r, a, ed, &text, &err) < 0)
 *         return mm_rec_bad(r, a, "%s", err.text);
 *     if (mm_edits_count(ed)) { mm_edits_apply(ed, buf); mm_rec_set_head(r, copy in a); }
 *
 * mm.redact is an object with one member a part: media_redact writes mm.redact.media and nothing
 * else beneath mm.redact, so the caller sets members of it and never mm.redact whole. It is an array with an entry
 * for each payload whose metadata went: {"where":"payload","type":"image/jpeg","removed":["exif","gps"]}.
 *
 * What a payload is, is told by its bytes; the header's word is not taken. What is heard in sound and film
 * is the matter of sound.h.
 */
#ifndef MM_REDACT_MEDIA_H
#define MM_REDACT_MEDIA_H

#include "govern/policy.h"
#include "media/media.h"
#include "mm.h"
#include "sound.h"

/** Kinds of payloads that a policy may refuse. */
enum { REFUSE_IMAGE = 1, REFUSE_AUDIO = 2, REFUSE_VIDEO = 4, REFUSE_TEXT = 8 };

/** What a policy says of payloads (section redact.media); media_policy_default gives the built-in one. */
typedef struct media_policy {
    bool strip;              /* take metadata out of image, audio and video (true) */
    bool pass_burned_in;     /* DICOM with text in its pixels goes on */
    bool pass_opaque;        /* documents, archives and other bytes nobody can look into go on as they
                                are; false: they are bad records */
    unsigned refuse;         /* REFUSE_ bits: what is a bad record whatever it holds */
    unsigned keep;           /* MM_KEEP_ bits (media/media.h): what of an image's metadata stays */
    mm_jail_limits limits;   /* of a worker for one payload; for mm_app_jail */
} media_policy;

media_policy media_policy_default(void);
/** Read a map with the keys strip (true, false), opaque (refuse, pass), refuse (list of image, audio, video, text), keep (list of orientation,
 *  color, density), time_limit and memory_limit; `n` NULL leaves *p as it is. -1: MM_EUSAGE with place. */
int media_policy_read(const mm_doc *d, const mm_node *n, media_policy *p, mm_err *e);

/** Who redacts texts. `where` is "payload" or "parts[N]", for the findings. *out is `text` itself when
 *  nothing had to change, else in the arena. -1: the record must not go on, the reason in e. */
typedef struct media_text {
    int (*redact)(void *ctx, mm_str text, const char *where, mm_arena *a, mm_str *out, mm_err *e);
    void *ctx;
    /* The same for what images show; NULL: nobody does. */
    int (*picture)(void *ctx, mm_cell *cell, mm_str image, const char *where, mm_arena *a, mm_str *out, mm_err *e);
    /* And films; *removed: MM_STRIP_ bits of what went with the container when it was written anew. */
    int (*film)(void *ctx, mm_cell *cell, mm_str film, const char *where, mm_arena *a, mm_str *out, uint32_t *removed, mm_err *e);
    /* And DICOM; *told: further members of what is written down. */
    int (*dicom)(void *ctx, mm_str file, mm_arena *a, mm_str *out, mm_str *told, mm_err *e);
} media_text;

/** The state of one worker thread. The policy, roots and jail outlive it. */
typedef struct media media;
media *media_new(const media_policy *p, const mm_roots *roots, mm_jail *jail, mm_err *e);
void media_free(media *m);

/** Redact the payload of r and those in mm.parts. What had to change is set: the payload
 *  (mm_rec_set_payload), and in `ed`, which stands on r->head: mm.size, mm.xxh3, mm.ref and mm.data gone,
 *  the same of parts (with data inline), mm.redact.media, and what mm.probe said of metadata that is
 *  gone. Nothing is edited when nothing had to be. `sound` is for the payload (parts have
 *  no transcript); NULL: sound is left as it is. 0; 1 when the policy drops the record; or -1 with the reason without place: the record must
 *  not go on (not to be read, damaged, of a kind that can not be looked into, over a limit). */
int media_redact(media *m, mm_rec *r, mm_arena *a, mm_edits *ed, const media_text *text, const sound_order *sound, mm_err *e);

/** What the last record's payloads lost, as mm.redact.media says it, and forget it; empty when nothing. Good until the next. */
mm_str media_lost(media *m);

#endif
