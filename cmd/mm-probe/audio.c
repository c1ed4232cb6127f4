/* audio.c - what a container says of its best sound track; in videos too. */
#include <string.h>

#include "av.h"

enum { CONTAINER, CODEC, RATE, CHANNELS, BITS, BIT_RATE, DURATION, HAS_TAGS, HAS_PICTURE };

static const fact facts[] = {
    [CONTAINER] = { "audio.container", "string", "", NEED_HEAD, false,
                    "wav, flac, mp3, ogg, m4a, aiff, ...; FFmpeg's name (not told of a video's sound track)" },
    [CODEC] = { "audio.codec", "string", "", NEED_HEAD, false, "FFmpeg's name: pcm_s16le, mp3, aac, opus, ..." },
    [RATE] = { "audio.rate_hz", "integer", "Hz", NEED_HEAD, false, "samples a second" },
    [CHANNELS] = { "audio.channels", "integer", "", NEED_HEAD, false, "" },
    [BITS] = { "audio.bits", "integer", "bits", NEED_HEAD, false, "of a sample, where the codec has such" },
    [BIT_RATE] = { "audio.bit_rate_bps", "integer", "bit/s", NEED_HEAD, false, "" },
    [DURATION] = { "audio.duration_s", "number", "s", NEED_HEAD, false, "as the container says or FFmpeg estimates" },
    [HAS_TAGS] = { "audio.has_tags", "boolean", "", NEED_HEAD, false, "title, artist, comment or the like are there" },
    [HAS_PICTURE] = { "audio.has_picture", "boolean", "", NEED_HEAD, false, "a cover picture is attached" },
};

static int probe(subject *s, answer *a, mm_err *e)
{
    const mm_av_facts *f;
    int r = av_facts(s, a, &f, e);
    if (r <= 0 || !f->audio_codec[0])
        return r < 0 ? -1 : 0;
    tell_cstr(a, CODEC, f->audio_codec);
    tell_int(a, RATE, f->audio_rate_hz);
    tell_int(a, CHANNELS, f->audio_channels);
    tell_int(a, BITS, f->audio_bits);
    tell_int(a, BIT_RATE, f->audio_bit_rate_bps);
    tell_double(a, DURATION, f->audio_duration_s);
    if (s->on & ON_VIDEO)
        return 0;
    tell_cstr(a, CONTAINER, f->container);
    tell_bool(a, HAS_TAGS, f->has_tags);
    tell_bool(a, HAS_PICTURE, f->has_picture);
    return 0;
}

const prober audio_prober = { "audio", ON_AUDIO | ON_VIDEO, facts, sizeof facts / sizeof *facts, probe };
