/* av_open.c - FFmpeg over bytes in memory, kept on a short lead. */
#ifdef MM_HAVE_MEDIA
#include <stdio.h>
#include <string.h>

#include <libavutil/avutil.h>

#include "media/av.h"
#include "media/lazy.h"

/* Demuxers of single self-contained files. Playlists and other formats that name further files
 * are left out, raw video and text formats too, as these match nearly anything. */
static const char demuxers[] =
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,eac3,flac,flv,gsm,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpc,mpc8,"
    "mpeg,mpegts,mpegvideo,mxf,nut,ogg,opus,rm,tta,voc,w64,wav,wv,ivf,h264,hevc,dts";
static const char picture_demuxers[] = "gif,apng,mov,mp4";

enum { IO_BUFFER = 64 * 1024, PROBE_BYTES = 5 * 1024 * 1024, ANALYZE_US = 5 * 1000 * 1000, MAX_STREAMS = 64 };
static const int64_t open_bytes = (int64_t)64 << 20;

int mm_av_fail(mm_err *e, const char *what, int error)
{
    char text[AV_ERROR_MAX_STRING_SIZE] = "";
    av_strerror(error, text, sizeof text);
    return mm_fail(e, MM_EBAD, "%s: %s", what, text);
}

static int read_bytes(void *opaque, uint8_t *buf, int n)
{
    mm_av_source *s = opaque;
    int64_t left = (int64_t)s->bytes.n - s->at;
    left = left < s->room ? left : s->room;
    if (left <= 0)
        return AVERROR_EOF;
    if (n > left)
        n = (int)left;
    memcpy(buf, s->bytes.p + s->at, (size_t)n);
    s->at += n;
    s->room -= n;
    return n;
}

static int64_t seek_bytes(void *opaque, int64_t offset, int whence)
{
    mm_av_source *s = opaque;
    int64_t size = (int64_t)s->bytes.n;
    switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE: return size;
    case SEEK_CUR: offset += s->at; break;
    case SEEK_END: offset += size; break;
    default: break;
    }
    if (offset < 0 || offset > size)
        return AVERROR(EINVAL);
    return s->at = offset;
}

static int open_input(mm_av_source *s, const char *list, mm_err *e)
{
    AVDictionary *options = NULL;
    av_dict_set(&options, "format_whitelist", list, 0);
    av_dict_set(&options, "protocol_whitelist", "none", 0);
    av_dict_set_int(&options, "probesize", PROBE_BYTES, 0);
    av_dict_set_int(&options, "analyzeduration", ANALYZE_US, 0);
    av_dict_set_int(&options, "max_streams", MAX_STREAMS, 0);
    int r = avformat_open_input(&s->format, NULL, NULL, &options);
    av_dict_free(&options);
    return r < 0 ? mm_av_fail(e, "no audio or video container FFmpeg can read", r) : 0;
}

static int find_streams(mm_av_source *s, mm_err *e)
{
    AVDictionary *one[MAX_STREAMS] = { 0 };
    unsigned n = s->format->nb_streams < MAX_STREAMS ? s->format->nb_streams : MAX_STREAMS;
    for (unsigned i = 0; i < n; i++)
        av_dict_set(&one[i], "threads", "1", 0);
    int r = avformat_find_stream_info(s->format, one);
    for (unsigned i = 0; i < n; i++)
        av_dict_free(&one[i]);
    return r < 0 ? mm_av_fail(e, "audio or video streams can not be read", r) : 0;
}

static int open_as(mm_av_source *s, mm_str bytes, const char *list, mm_err *e)
{
    av_log_set_level(AV_LOG_QUIET);
    *s = (mm_av_source){ .bytes = bytes, .room = open_bytes, .format = avformat_alloc_context() };
    unsigned char *buffer = av_malloc(IO_BUFFER);
    if (s->format && buffer)
        s->io = avio_alloc_context(buffer, IO_BUFFER, 0, s, read_bytes, NULL, seek_bytes);
    if (!s->io) {
        av_free(buffer);
        avformat_free_context(s->format);
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    s->format->pb = s->io;
    s->format->flags |= AVFMT_FLAG_CUSTOM_IO;
    if (open_input(s, list, e) < 0 || find_streams(s, e) < 0) {
        mm_av_close(s);
        return -1;
    }
    s->room = INT64_MAX;
    return 0;
}

int mm_av_open(mm_av_source *s, mm_str bytes, mm_err *e)
{
    return open_as(s, bytes, demuxers, e);
}

int mm_av_open_picture(mm_av_source *s, mm_str bytes, mm_err *e)
{
    return open_as(s, bytes, picture_demuxers, e);
}

void mm_av_close(mm_av_source *s)
{
    avformat_close_input(&s->format);
    if (s->io)
        av_freep(&s->io->buffer);
    avio_context_free(&s->io);
}

static const char *mov_kind(const mm_av_source *s)
{
    const AVDictionaryEntry *brand = av_dict_get(s->format->metadata, "major_brand", NULL, 0);
    if (!brand || !strncmp(brand->value, "qt", 2))
        return "mov";
    if (!strncmp(brand->value, "M4A", 3) || !strncmp(brand->value, "M4B", 3))
        return "m4a";
    if (!strncmp(brand->value, "3g", 2))
        return "3gp";
    return "mp4";
}

void mm_av_container(const mm_av_source *s, char *out, size_t room)
{
    const char *name = s->format->iformat->name;
    size_t start = s->bytes.n < 64 ? s->bytes.n : 64;
    if (!strncmp(name, "mov,", 4))
        name = mov_kind(s);
    else if (!strncmp(name, "matroska,", 9) && memmem(s->bytes.p, start, "webm", 4))
        name = "webm";
    snprintf(out, room, "%.*s", (int)strcspn(name, ","), name);
}

void mm_av_warm(void)
{
    mm_lazy_load();
    av_log_set_level(AV_LOG_QUIET);
    avformat_network_deinit();
}
#endif
