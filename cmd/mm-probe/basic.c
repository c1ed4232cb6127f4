/* basic.c - what every payload has: type, modality, size, hash. */
#include "answer.h"
#include "subject.h"

enum { TYPE, MODALITY, SIZE, XXH3 };

static const fact facts[] = {
    [TYPE] = { "type", "string", "", NEED_HEAD, false, "media type, by content" },
    [MODALITY] = { "modality", "string", "", NEED_HEAD, false,
                   "text, image, audio, video, document, archive, binary, by type; row for a record without payload" },
    [SIZE] = { "size", "integer", "bytes", NEED_HEAD, false, "bytes of the payload" },
    [XXH3] = { "xxh3", "string", "", NEED_WHOLE, false,
               "XXH3-128 (seed 0) of the payload, as xxhsum -H2 prints it; when not asked by name, only where mm.xxh3 is missing" },
};

static int probe(subject *s, answer *a, mm_err *e)
{
    char hex[33];
    if (!s->has_payload) {
        tell_text(a, MODALITY, s->modality);
        return 0;
    }
    tell_cstr(a, TYPE, s->type.mime);
    tell_cstr(a, MODALITY, s->type.modality);
    tell_int(a, SIZE, (int64_t)s->size);
    bool tell = asked(a, XXH3) && (a->asked->by_name[a->base + XXH3] || !s->xxh3.n);
    if (tell && subject_hash(s, hex, e) < 0)
        return -1;
    if (tell)
        tell_cstr(a, XXH3, hex);
    return 0;
}

const prober basic_prober = { "basic", ON_PAYLOAD | ON_ROW, facts, sizeof facts / sizeof *facts, probe };
