/* mux.c - containers written through libavformat, and what the bytes they come from may carry besides. */
#ifdef MM_HAVE_MEDIA
#include "media/mux.h"

#include <string.h>
#include <strings.h>

#include <libavcodec/avcodec.h>
#include <libavutil/avutil.h>
#include <libavutil/crc.h>

#include "media/bytes.h"
#include "media/type.h"

/* What to write for each container that is read. A container not listed is refused. */
static const struct mm_mux_target {
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

static const struct mm_mux_target *find_target(const mm_av_source *in, mm_err *e)
{
    char container[16];
    mm_av_container(in, container, sizeof container);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (!strcmp(container, targets[i].container))
            return &targets[i];
    mm_fail(e, MM_EBAD, "metadata of a %s container can not be stripped", container);
    return NULL;
}

const char *mm_mux_container(const mm_mux *m)
{
    return m->target->container;
}

/* ---- streams ---------------------------------------------------------------- */

bool mm_av_is_media(const AVStream *st)
{
    enum AVMediaType type = st->codecpar->codec_type;
    return (type == AVMEDIA_TYPE_AUDIO || type == AVMEDIA_TYPE_VIDEO) &&
           !(st->disposition & AV_DISPOSITION_ATTACHED_PIC);
}

int mm_mux_turned(const AVStream *from, AVStream *to)
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

AVStream *mm_mux_copied(mm_mux *m, const AVStream *from, int *error)
{
    AVStream *to = avformat_new_stream(m->format, NULL);
    *error = AVERROR(ENOMEM);
    if (!to)
        return NULL;
    *error = avcodec_parameters_copy(to->codecpar, from->codecpar);
    if (*error >= 0)
        *error = mm_xiph_drop_comments(to->codecpar);
    if (*error < 0)
        return NULL;
    if (is_framed(to->codecpar->codec_id))
        to->codecpar->block_align = 0;
    to->codecpar->codec_tag = kept_tag(m->format->oformat, from->codecpar);
    to->time_base = from->time_base;
    to->avg_frame_rate = from->avg_frame_rate;
    to->sample_aspect_ratio = from->sample_aspect_ratio;
    *error = mm_mux_turned(from, to);
    return *error < 0 ? NULL : to;
}

/* ---- packets ---------------------------------------------------------------- */

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

int mm_packet_check(enum AVCodecID id, AVPacket *packet, bool *junk, bool *damaged)
{
    int size = packet->size;
    if (id == AV_CODEC_ID_FLAC) {
        /* a frame ends in its CRC-16, so that over all of it the CRC is 0 */
        *damaged = av_crc(av_crc_get_table(AV_CRC_16_ANSI), 0, packet->data, (size_t)size) != 0;
        return *damaged ? AVERROR_INVALIDDATA : 1;
    }
    if (id != AV_CODEC_ID_MP3 && id != AV_CODEC_ID_MP2 && id != AV_CODEC_ID_MP1)
        return 1;
    bool sound = trim_mpeg(packet);
    *junk |= !sound || packet->size != size;
    return sound;
}

/* ---- where it goes ---------------------------------------------------------- */

/* FFmpeg's own memory writer loses bytes of AVI headers. */
static int write_bytes(void *opaque, uint8_t *bytes, int n)
{
    mm_mux *m = opaque;
    size_t end = m->at + (size_t)n;
    if (end > m->out->n && !mm_buf_room(m->out, end - m->out->n))
        return AVERROR(ENOMEM);
    memcpy(m->out->p + m->at, bytes, (size_t)n);
    m->at = end;
    m->out->n = end > m->out->n ? end : m->out->n;
    return n;
}

static int64_t seek_bytes(void *opaque, int64_t offset, int whence)
{
    mm_mux *m = opaque;
    switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE: return (int64_t)m->out->n;
    case SEEK_CUR: offset += (int64_t)m->at; break;
    case SEEK_END: offset += (int64_t)m->out->n; break;
    default: break;
    }
    if (offset < 0 || offset > (int64_t)m->out->n)
        return AVERROR(EINVAL);
    m->at = (size_t)offset;
    return offset;
}

int mm_mux_open(mm_mux *m, const mm_av_source *in, mm_buf *out, mm_err *e)
{
    enum { IO_BUFFER = 64 * 1024 };
    *m = (mm_mux){ .out = out, .target = find_target(in, e) };
    out->n = 0;
    if (!m->target)
        return -1;
    int r = avformat_alloc_output_context2(&m->format, NULL, m->target->muxer, NULL);
    if (r < 0)
        return mm_av_fail(e, "the container can not be written", r);
    unsigned char *buffer = av_malloc(IO_BUFFER);
    if (buffer)
        m->format->pb = avio_alloc_context(buffer, IO_BUFFER, 1, m, NULL, write_bytes, seek_bytes);
    if (!m->format->pb) {
        av_free(buffer);
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    m->format->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO;
    return 0;
}

int mm_mux_begin(mm_mux *m, mm_err *e)
{
    AVDictionary *options = NULL;
    if (m->target->option)
        av_dict_set(&options, m->target->option, m->target->value, 0);
    int r = avformat_write_header(m->format, &options);
    av_dict_free(&options);
    return r < 0 ? mm_av_fail(e, "the container can not be written", r) : 0;
}

int mm_mux_end(mm_mux *m, mm_err *e)
{
    int r = av_write_trailer(m->format);
    if (r < 0)
        return mm_av_fail(e, "the container can not be closed", r);
    avio_flush(m->format->pb);
    return m->out->failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

void mm_mux_close(mm_mux *m)
{
    if (m->format && m->format->pb) {
        av_freep(&m->format->pb->buffer);
        avio_context_free(&m->format->pb);
    }
    avformat_free_context(m->format);
    m->format = NULL;
}

/* ---- what is said ------------------------------------------------------------ */

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

uint32_t mm_av_said_of_stream(const AVStream *st)
{
    uint32_t tags = tag_classes(st->metadata);
    if (st->disposition & AV_DISPOSITION_ATTACHED_PIC)
        return tags | MM_STRIP_PICTURE;
    if (mm_av_is_media(st))
        return tags;
    return tags | (st->codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE ? MM_STRIP_SUBTITLES : MM_STRIP_DATA);
}

uint32_t mm_av_said(const AVFormatContext *c)
{
    uint32_t classes = tag_classes(c->metadata) | (c->nb_chapters ? MM_STRIP_CHAPTERS : 0);
    for (unsigned i = 0; i < c->nb_streams; i++)
        classes |= mm_av_said_of_stream(c->streams[i]);
    return classes;
}

mm_str mm_av_cut_tags(mm_str s)
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
#endif
