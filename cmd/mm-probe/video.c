/* video.c - what a container says of itself and of its best picture track. */
#include "av.h"

enum {
    CONTAINER, CODEC, AUDIO_CODEC, WIDTH, HEIGHT, DISPLAY_WIDTH, DISPLAY_HEIGHT, ROTATION, FRAME_RATE, DURATION, BIT_RATE,
    PIXEL_FORMAT, STREAMS, HAS_GPS, HAS_DATETIME, HAS_TAGS,
};

static const fact facts[] = {
    [CONTAINER] = { "video.container", "string", "", NEED_HEAD, false,
                    "mp4, mov, matroska, webm, avi, mpegts, ...; FFmpeg's name" },
    [CODEC] = { "video.codec", "string", "", NEED_HEAD, false, "FFmpeg's name: h264, hevc, vp9, av1, ..." },
    [AUDIO_CODEC] = { "video.audio_codec", "string", "", NEED_HEAD, false, "of the sound track; more on it under audio" },
    [WIDTH] = { "video.width", "integer", "px", NEED_HEAD, false, "as stored" },
    [HEIGHT] = { "video.height", "integer", "px", NEED_HEAD, false, "as stored" },
    [DISPLAY_WIDTH] = { "video.display_width", "integer", "px", NEED_HEAD, false, "once turned by the rotation" },
    [DISPLAY_HEIGHT] = { "video.display_height", "integer", "px", NEED_HEAD, false, "likewise" },
    [ROTATION] = { "video.rotation", "integer", "degrees", NEED_HEAD, false, "clockwise, for display: 0, 90, 180, 270" },
    [FRAME_RATE] = { "video.frame_rate", "number", "1/s", NEED_HEAD, false, "average frames a second" },
    [DURATION] = { "video.duration_s", "number", "s", NEED_HEAD, false, "of the whole, as the container says" },
    [BIT_RATE] = { "video.bit_rate_bps", "integer", "bit/s", NEED_HEAD, false, "of the whole" },
    [PIXEL_FORMAT] = { "video.pixel_format", "string", "", NEED_HEAD, false, "FFmpeg's name: yuv420p, ..." },
    [STREAMS] = { "video.streams", "integer", "", NEED_HEAD, false, "of any kind" },
    [HAS_GPS] = { "video.has_gps", "boolean", "", NEED_HEAD, false, "the container tells a place; never which" },
    [HAS_DATETIME] = { "video.has_datetime", "boolean", "", NEED_HEAD, false, "the container tells when" },
    [HAS_TAGS] = { "video.has_tags", "boolean", "", NEED_HEAD, false, "title, comment or the like are there" },
};

static int probe(subject *s, answer *a, mm_err *e)
{
    const mm_av_facts *f;
    int r = av_facts(s, a, &f, e);
    if (r <= 0)
        return r;
    tell_cstr(a, CONTAINER, f->container);
    tell_cstr(a, CODEC, f->video_codec);
    tell_cstr(a, AUDIO_CODEC, f->audio_codec);
    tell_int(a, WIDTH, f->video_width);
    tell_int(a, HEIGHT, f->video_height);
    tell_int(a, DISPLAY_WIDTH, f->display_width);
    tell_int(a, DISPLAY_HEIGHT, f->display_height);
    tell_int(a, ROTATION, f->rotation);
    tell_double(a, FRAME_RATE, f->frame_rate);
    tell_double(a, DURATION, f->duration_s);
    tell_int(a, BIT_RATE, f->bit_rate_bps);
    tell_cstr(a, PIXEL_FORMAT, f->pixel_format);
    tell_int(a, STREAMS, f->streams);
    tell_bool(a, HAS_GPS, f->has_gps);
    tell_bool(a, HAS_DATETIME, f->has_datetime);
    tell_bool(a, HAS_TAGS, f->has_tags);
    return 0;
}

const prober video_prober = { "video", ON_VIDEO, facts, sizeof facts / sizeof *facts, probe };
