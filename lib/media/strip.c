/* strip.c - the same audio and video in the same kind of container, without anything said about
 * them: packets are copied, metadata, chapters, attachments, pictures, subtitles and data tracks
 * stay behind. The muxers' bitexact flag keeps out encoder names, dates and random ids. */
#ifdef MM_HAVE_MEDIA
#include <string.h>
#include <strings.h>

#include <libavcodec/avcodec.h>
#include <libavutil/avutil.h>
#include <libavutil/crc.h>

#include "media/av.h"
#include "media/bytes.h"
#include "media/type.h"

enum { MAX_STREAMS = 64 };

/* What to write for each container that is read. A container not listed is refused. */
static const struct target {
    const char *container, *muxer;
    const char *option, *value;  /* one muxer option, to keep it from writing tags */
} targets[] = {
    { "wav", "wav", "write_bext", "0" },
    { "flac", "flac", NULL, NULL },
    { "mp3", "mp3", "id3v2_version", "0" },
    { "ogg", "ogg", "serial_offset", "0" },
    { "m4a", "ipod", "movflags", "disable_chpl" },
    { "mp4", "mp4", "movflags", "disable_chpl" },
    { "mov", "mov", "movflags", "disable_chpl" },
    { "matroska", "matroska", NULL, NULL },
    { "webm", "webm", NULL, NULL },
    { "avi", "avi", NULL, NULL },
};

typedef struct remux {
    mm_av_source in;
    AVFormatContext *out;
    int map[MAX_STREAMS];  /* input stream to output stream, -1 for those left out */
    uint64_t packets;      /* written */
    bool damaged;          /* a packet is not what its checksum says */
    bool junk;             /* bytes between packets, or behind them, that belong to none */
} remux;

static const struct target *find_target(const mm_av_source *in, mm_err *e)
{
    char container[16];
    mm_av_container(in, container, sizeof container);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (!strcmp(container, targets[i].container))
            return &targets[i];
    mm_fail(e, MM_EBAD, "metadata of a %s container can not be stripped", container);
    return NULL;
}

static bool wanted(const AVStream *st)
{
    enum AVMediaType type = st->codecpar->codec_type;
    return (type == AVMEDIA_TYPE_AUDIO || type == AVMEDIA_TYPE_VIDEO) &&
           !(st->disposition & AV_DISPOSITION_ATTACHED_PIC);
}

/* How to turn the picture is no metadata about it: without it the video would be seen wrong. */
static int copy_side_data(const AVStream *from, AVStream *to)
{
    size_t n = 0;
    const uint8_t *matrix = av_stream_get_side_data(from, AV_PKT_DATA_DISPLAYMATRIX, &n);
    uint8_t *copy = matrix ? av_stream_new_side_data(to, AV_PKT_DATA_DISPLAYMATRIX, n) : NULL;
    if (copy)
        memcpy(copy, matrix, n);
    return matrix && !copy ? AVERROR(ENOMEM) : 0;
}

/* The stream's own four-character code where the container knows it, else 0: the muxer's choice. */
static uint32_t kept_tag(const AVOutputFormat *format, const AVCodecParameters *p)
{
    unsigned any;
    if (!format->codec_tag || av_codec_get_id(format->codec_tag, p->codec_tag) == p->codec_id ||
        !av_codec_get_tag2(format->codec_tag, p->codec_id, &any))
        return p->codec_tag;
    return 0;
}

/* Sound in frames of varying length, which AVI would time by bytes where it sees a block size. */
static bool is_framed(enum AVCodecID id)
{
    return id == AV_CODEC_ID_MP3 || id == AV_CODEC_ID_MP2 || id == AV_CODEC_ID_AC3 || id == AV_CODEC_ID_AAC;
}

static int add_stream(remux *x, unsigned i)
{
    const AVStream *from = x->in.format->streams[i];
    AVStream *to = avformat_new_stream(x->out, NULL);
    if (!to)
        return AVERROR(ENOMEM);
    x->map[i] = to->index;
    int r = avcodec_parameters_copy(to->codecpar, from->codecpar);
    if (r >= 0)
        r = mm_xiph_drop_comments(to->codecpar);
    if (r < 0)
        return r;
    if (is_framed(to->codecpar->codec_id))
        to->codecpar->block_align = 0;
    to->codecpar->codec_tag = kept_tag(x->out->oformat, from->codecpar);
    to->time_base = from->time_base;
    to->avg_frame_rate = from->avg_frame_rate;
    to->sample_aspect_ratio = from->sample_aspect_ratio;
    return copy_side_data(from, to);
}

static int add_streams(remux *x, mm_err *e)
{
    unsigned n = x->in.format->nb_streams;
    if (n > MAX_STREAMS)
        return mm_fail(e, MM_EBAD, "the file holds %u streams, more than %d", n, MAX_STREAMS);
    for (unsigned i = 0; i < n; i++) {
        x->map[i] = -1;
        int r = wanted(x->in.format->streams[i]) ? add_stream(x, i) : 0;
        if (r < 0)
            return mm_av_fail(e, "a stream can not be copied", r);
    }
    if (!x->out->nb_streams)
        return mm_fail(e, MM_EBAD, "the file holds neither audio nor video");
    return 0;
}

/* Sound without a container is cut into packets by FFmpeg's parsers, which leave what is no sound (tags in
 * the middle, appended files) in the packets around it. Keep the one frame that is there, if any. */
static bool trim_mpeg(AVPacket *packet)
{
    for (int i = 0; i + 4 <= packet->size; i++) {
        int n = (int)mm_mpeg_frame(packet->data + i);
        if (!n || i + n > packet->size)
            continue;
        if (i == 0 || i + n == packet->size) {
            packet->data += i;
            packet->size = n;
            return true;
        }
    }
    return false;
}

/* Does the packet go into the output? 1, 0 when it is no sound, or FFmpeg's error number. */
static int check_packet(remux *x, AVPacket *packet)
{
    enum AVCodecID id = x->in.format->streams[packet->stream_index]->codecpar->codec_id;
    int size = packet->size;
    if (id == AV_CODEC_ID_FLAC) {
        /* a frame ends in its CRC-16, so that over all of it the CRC is 0 */
        x->damaged = av_crc(av_crc_get_table(AV_CRC_16_ANSI), 0, packet->data, (size_t)size) != 0;
        return x->damaged ? AVERROR_INVALIDDATA : 1;
    }
    if (id != AV_CODEC_ID_MP3 && id != AV_CODEC_ID_MP2 && id != AV_CODEC_ID_MP1)
        return 1;
    bool sound = trim_mpeg(packet);
    x->junk |= !sound || packet->size != size;
    return sound;
}

/* Copy packets to the end. Damage on the way is an error: what could not be read is not passed on
 * as if it were all. */
static int copy_packets(remux *x, mm_err *e)
{
    AVPacket *packet = av_packet_alloc();
    int r = packet ? 0 : AVERROR(ENOMEM);
    while (r >= 0 && (r = av_read_frame(x->in.format, packet)) >= 0) {
        unsigned i = (unsigned)packet->stream_index;
        int to = i < MAX_STREAMS && i < x->in.format->nb_streams ? x->map[i] : -1;
        r = to < 0 ? 0 : check_packet(x, packet);
        if (r <= 0) {
            av_packet_unref(packet);
            continue;
        }
        av_packet_rescale_ts(packet, x->in.format->streams[i]->time_base, x->out->streams[to]->time_base);
        packet->stream_index = to;
        packet->pos = -1;
        x->packets++;
        r = av_interleaved_write_frame(x->out, packet);
    }
    av_packet_free(&packet);
    if (x->damaged)
        return mm_fail(e, MM_EBAD, "a FLAC frame is damaged, or something else is appended to it");
    if (r == AVERROR_EOF && !x->packets)
        return mm_fail(e, MM_EBAD, "the file holds no sound or picture that can be copied");
    return r == AVERROR_EOF ? 0 : mm_av_fail(e, "the streams can not be copied", r);
}

static int write_all(remux *x, const struct target *t, mm_err *e)
{
    AVDictionary *options = NULL;
    if (t->option)
        av_dict_set(&options, t->option, t->value, 0);
    int r = avformat_write_header(x->out, &options);
    av_dict_free(&options);
    if (r < 0)
        return mm_av_fail(e, "the container can not be written", r);
    if (copy_packets(x, e) < 0)
        return -1;
    r = av_write_trailer(x->out);
    return r < 0 ? mm_av_fail(e, "the container can not be closed", r) : 0;
}

/* Where a muxer writes, back and forth: FFmpeg's own memory writer loses bytes of AVI headers. */
typedef struct sink {
    mm_buf *out;
    size_t at;
} sink;

static int write_bytes(void *opaque, uint8_t *bytes, int n)
{
    sink *k = opaque;
    size_t end = k->at + (size_t)n;
    if (end > k->out->n && !mm_buf_room(k->out, end - k->out->n))
        return AVERROR(ENOMEM);
    memcpy(k->out->p + k->at, bytes, (size_t)n);
    k->at = end;
    k->out->n = end > k->out->n ? end : k->out->n;
    return n;
}

static int64_t seek_bytes(void *opaque, int64_t offset, int whence)
{
    sink *k = opaque;
    switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE: return (int64_t)k->out->n;
    case SEEK_CUR: offset += (int64_t)k->at; break;
    case SEEK_END: offset += (int64_t)k->out->n; break;
    default: break;
    }
    if (offset < 0 || offset > (int64_t)k->out->n)
        return AVERROR(EINVAL);
    k->at = (size_t)offset;
    return offset;
}

static int open_output(remux *x, const struct target *t, sink *k, mm_err *e)
{
    enum { IO_BUFFER = 64 * 1024 };
    int r = avformat_alloc_output_context2(&x->out, NULL, t->muxer, NULL);
    if (r < 0)
        return mm_av_fail(e, "the container can not be written", r);
    unsigned char *buffer = av_malloc(IO_BUFFER);
    if (buffer)
        x->out->pb = avio_alloc_context(buffer, IO_BUFFER, 1, k, NULL, write_bytes, seek_bytes);
    if (!x->out->pb) {
        av_free(buffer);
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    x->out->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO;
    return 0;
}

static void close_output(remux *x)
{
    if (x->out && x->out->pb) {
        av_freep(&x->out->pb->buffer);
        avio_context_free(&x->out->pb);
    }
    avformat_free_context(x->out);
}

static int remux_to(remux *x, const struct target *t, mm_buf *out, mm_err *e)
{
    sink k = { .out = out };
    int status = open_output(x, t, &k, e);
    if (status == 0)
        status = add_streams(x, e) < 0 ? -1 : write_all(x, t, e);
    if (status == 0)
        avio_flush(x->out->pb);
    close_output(x);
    if (status == 0 && out->failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    return status;
}

/* ---- what is left behind ------------------------------------------------------ */

/* Tags by which containers describe themselves, not what they hold. */
static uint32_t tag_classes(const AVDictionary *tags)
{
    static const char *const own[] = { "major_brand", "minor_version", "compatible_brands", "handler_name", "vendor_id",
                                       "language", "encoder", "DURATION", "variant_bitrate" };
    const AVDictionaryEntry *tag = NULL;
    uint32_t classes = 0;
    while ((tag = av_dict_get(tags, "", tag, AV_DICT_IGNORE_SUFFIX)) != NULL) {
        bool structure = false;
        for (size_t i = 0; i < sizeof own / sizeof *own; i++)
            structure |= !strcasecmp(tag->key, own[i]);
        if (strcasestr(tag->key, "location") || strcasestr(tag->key, "gps"))
            classes |= MM_STRIP_GPS;
        else if (!strcasecmp(tag->key, "creation_time") || strcasestr(tag->key, "date"))
            classes |= MM_STRIP_TIME;
        else if (!strcasecmp(tag->key, "comment"))
            classes |= MM_STRIP_COMMENT;
        else if (!structure)
            classes |= MM_STRIP_TAGS;
    }
    return classes;
}

static uint32_t stream_classes(const AVStream *st)
{
    uint32_t tags = tag_classes(st->metadata);
    if (st->disposition & AV_DISPOSITION_ATTACHED_PIC)
        return tags | MM_STRIP_PICTURE;
    if (wanted(st))
        return tags;
    return tags | (st->codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE ? MM_STRIP_SUBTITLES : MM_STRIP_DATA);
}

static uint32_t left_behind(const AVFormatContext *c)
{
    uint32_t classes = tag_classes(c->metadata) | (c->nb_chapters ? MM_STRIP_CHAPTERS : 0);
    for (unsigned i = 0; i < c->nb_streams; i++)
        classes |= stream_classes(c->streams[i]);
    return classes;
}

/* What is appended to sound files for players that know: ID3v1 (128 bytes) and APE tags. */
static mm_str cut_tags(mm_str s)
{
    enum { ID3V1 = 128, APE = 32 };
    for (;;) {
        if (s.n > ID3V1 && mm_at(s, s.n - ID3V1, "TAG", 3)) {
            s.n -= ID3V1;
        } else if (s.n > APE && mm_at(s, s.n - APE, "APETAGEX", 8)) {
            uint64_t size = mm_le(s, s.n - APE + 12, 4) + (mm_le(s, s.n - APE + 20, 4) >> 31) * APE;
            if (size < APE || size >= s.n)
                return s;
            s.n -= size;
        } else {
            return s;
        }
    }
}

int mm_av_strip(mm_str bytes, mm_buf *out, mm_strip_report *r, mm_err *e)
{
    remux x = { 0 };
    *r = (mm_strip_report){ 0 };
    out->n = 0;
    mm_str inner = cut_tags(bytes);
    if (mm_av_open(&x.in, inner, e) < 0)
        return -1;
    const struct target *t = find_target(&x.in, e);
    int status = t ? remux_to(&x, t, out, e) : -1;
    if (status == 0 && !mm_str_eq(mm_buf_view(out), bytes)) {
        r->changed = 1;
        r->removed = left_behind(x.in.format) | (inner.n < bytes.n ? MM_STRIP_TAGS : 0) | (x.junk ? MM_STRIP_UNUSED : 0);
    }
    mm_av_close(&x.in);
    return status;
}
#endif
