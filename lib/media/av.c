/* av.c - facts about audio and video, as libavformat sees them. */
#ifdef MM_HAVE_MEDIA
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavutil/avutil.h>
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>

#include "media/av.h"
#include "media/image.h"

static int64_t known(int64_t v)
{
    return v > 0 ? v : -1;
}

static double seconds(int64_t ticks, AVRational base)
{
    return ticks == AV_NOPTS_VALUE || ticks < 0 ? -1 : (double)ticks * av_q2d(base);
}

static void read_audio(const AVFormatContext *c, const AVStream *st, mm_av_facts *f)
{
    const AVCodecParameters *p = st->codecpar;
    snprintf(f->audio_codec, sizeof f->audio_codec, "%s", avcodec_get_name(p->codec_id));
    f->audio_rate_hz = known(p->sample_rate);
    f->audio_channels = known(p->ch_layout.nb_channels);
    int bits = p->bits_per_raw_sample ? p->bits_per_raw_sample : av_get_bits_per_sample(p->codec_id);
    f->audio_bits = known(bits);
    f->audio_bit_rate_bps = known(p->bit_rate);
    f->audio_duration_s = seconds(st->duration, st->time_base);
    if (f->audio_duration_s < 0)
        f->audio_duration_s = seconds(c->duration, AV_TIME_BASE_Q);
}

/* The display matrix turns anti-clockwise for positive angles; players turn back by it. */
static int64_t rotation(const AVStream *st)
{
    size_t size = 0;
    const uint8_t *matrix = av_stream_get_side_data(st, AV_PKT_DATA_DISPLAYMATRIX, &size);
    if (!matrix || size < 9 * sizeof(int32_t))
        return 0;
    double degrees = -av_display_rotation_get((const int32_t *)matrix);
    if (!isfinite(degrees))
        return 0;
    return ((int64_t)lround(degrees / 90) * 90 % 360 + 360) % 360;
}

static void read_video(AVFormatContext *c, AVStream *st, mm_av_facts *f)
{
    const AVCodecParameters *p = st->codecpar;
    const char *pixels = p->format >= 0 ? av_get_pix_fmt_name(p->format) : NULL;
    AVRational rate = st->avg_frame_rate.num > 0 ? st->avg_frame_rate : av_guess_frame_rate(c, st, NULL);
    snprintf(f->video_codec, sizeof f->video_codec, "%s", avcodec_get_name(p->codec_id));
    snprintf(f->pixel_format, sizeof f->pixel_format, "%s", pixels ? pixels : "");
    f->video_width = known(p->width);
    f->video_height = known(p->height);
    f->frame_rate = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : -1;
    f->rotation = rotation(st);
    bool turned = f->rotation % 180 != 0;
    f->display_width = turned ? f->video_height : f->video_width;
    f->display_height = turned ? f->video_width : f->video_height;
    f->video_bit_rate_bps = known(p->bit_rate);
}

static bool says(const AVDictionary *tags, const char *prefix)
{
    return av_dict_get(tags, prefix, NULL, AV_DICT_IGNORE_SUFFIX) != NULL;
}

static void read_tags(const AVDictionary *tags, mm_av_facts *f)
{
    static const char *const said[] = { "title", "artist", "author", "album", "comment", "description", "performer",
                                        "composer", "copyright", "lyrics", "make", "com.apple.quicktime.make",
                                        "genre", "track", "publisher", "synopsis", "keywords" };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (says(tags, said[i]))
            f->has_tags = MM_YES;
    if (says(tags, "creation_time") || says(tags, "date") || says(tags, "com.apple.quicktime.creationdate"))
        f->has_datetime = MM_YES;
    if (says(tags, "location") || says(tags, "com.apple.quicktime.location"))
        f->has_gps = MM_YES;
}

static void clear(mm_av_facts *f)
{
    memset(f, 0, sizeof *f);
    f->duration_s = f->audio_duration_s = f->frame_rate = -1;
    f->bit_rate_bps = f->audio_bit_rate_bps = f->video_bit_rate_bps = -1;
    f->audio_rate_hz = f->audio_channels = f->audio_bits = -1;
    f->video_width = f->video_height = f->display_width = f->display_height = f->rotation = -1;
}

static void read_streams(AVFormatContext *c, mm_av_facts *f)
{
    int audio = av_find_best_stream(c, AVMEDIA_TYPE_AUDIO, -1, -1, NULL, 0);
    int video = av_find_best_stream(c, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    for (unsigned i = 0; i < c->nb_streams; i++) {
        if (c->streams[i]->disposition & AV_DISPOSITION_ATTACHED_PIC)
            f->has_picture = MM_YES;
        read_tags(c->streams[i]->metadata, f);
    }
    if (audio >= 0)
        read_audio(c, c->streams[audio], f);
    if (video >= 0 && !(c->streams[video]->disposition & AV_DISPOSITION_ATTACHED_PIC))
        read_video(c, c->streams[video], f);
}

int mm_av_facts_read(mm_str bytes, mm_av_facts *f, mm_err *e)
{
    mm_av_source s;
    clear(f);
    if (mm_av_open(&s, bytes, e) < 0)
        return -1;
    mm_av_container(&s, f->container, sizeof f->container);
    f->duration_s = seconds(s.format->duration, AV_TIME_BASE_Q);
    f->bit_rate_bps = known(s.format->bit_rate);
    f->streams = s.format->nb_streams;
    read_tags(s.format->metadata, f);
    read_streams(s.format, f);
    mm_av_close(&s);
    mm_polyglot_note(bytes, &f->warnings);
    if (!f->audio_codec[0] && !f->video_codec[0])
        return mm_fail(e, MM_EBAD, "the %s container holds neither audio nor video", f->container);
    return 0;
}
#endif
