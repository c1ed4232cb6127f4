/* recode_text.c - cues of subtitles, changed in the packets as they stand. */
#ifdef MM_HAVE_MEDIA
#include "media/recode_track.h"

#include <string.h>
#include <strings.h>

#include "media/bytes.h"

bool track_is_text(const AVStream *st)
{
    switch (st->codecpar->codec_id) {
    case AV_CODEC_ID_SUBRIP: case AV_CODEC_ID_TEXT: case AV_CODEC_ID_WEBVTT: case AV_CODEC_ID_MOV_TEXT: case AV_CODEC_ID_ASS:
    case AV_CODEC_ID_SSA:
        return true;
    default:
        return false;
    }
}

/* ---- set-up data ------------------------------------------------------------ */

static bool begins(mm_str s, const char *with)
{
    return s.n >= strlen(with) && !strncasecmp(s.p, with, strlen(with));
}

/* Of the script's header what says how to draw: its size, its styles, the fields of its lines. Title, authors, comments and
 * embedded files stay behind. */
static void keep_styles(mm_str header, mm_buf *out)
{
    static const char *const kept[] = { "[Script Info]", "[V4", "[Events]", "ScriptType:", "PlayResX:", "PlayResY:", "WrapStyle:",
                                        "ScaledBorderAndShadow:", "YCbCr Matrix:", "Format:", "Style:" };
    bool inside = false;
    while (header.n) {
        const char *end = memchr(header.p, '\n', header.n);
        mm_str line = { header.p, end ? (size_t)(end - header.p) + 1 : header.n };
        bool keep = false;
        for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
            keep |= begins(line, kept[i]);
        if (line.p[0] == '[')
            inside = keep;
        if (keep && inside)
            mm_buf_str(out, line);
        header = (mm_str){ header.p + line.n, header.n - line.n };
    }
}

static int set_extradata(track *t, AVCodecParameters *p, mm_str bytes)
{
    av_freep(&p->extradata);
    p->extradata_size = 0;
    if (!bytes.n)
        return 0;
    p->extradata = av_mallocz(bytes.n + AV_INPUT_BUFFER_PADDING_SIZE);
    if (!p->extradata)
        return mm_fail(t->e, MM_ESYS, "out of memory");
    memcpy(p->extradata, bytes.p, bytes.n);
    p->extradata_size = (int)bytes.n;
    return 0;
}

int track_text_open(track *t)
{
    int r;
    t->out = mm_mux_copied(t->mux, t->in, &r);
    if (!t->out)
        return mm_av_fail(t->e, "a stream can not be copied", r);
    AVCodecParameters *p = t->out->codecpar;
    if (p->codec_id == AV_CODEC_ID_MOV_TEXT)
        return 0;
    t->text.n = 0;
    if (p->codec_id == AV_CODEC_ID_ASS || p->codec_id == AV_CODEC_ID_SSA)
        keep_styles((mm_str){ (const char *)p->extradata, (size_t)p->extradata_size }, &t->text);
    return set_extradata(t, p, mm_buf_view(&t->text));
}

/* ---- cues ------------------------------------------------------------------- */

static int ask(track *t, mm_str text)
{
    t->given.n = 0;
    if (text.n && t->jobs->text(t->jobs->ctx, text, &t->given, t->e) < 0)
        return -1;
    mm_buf_str(&t->text, mm_buf_view(&t->given));
    return 0;
}

/* ReadOrder, Layer, Style, Name, three margins, Effect, Text. */
static int change_ass(track *t, mm_str line)
{
    enum { NAME = 3, TEXT = 8 };
    for (int field = 0; field < TEXT; field++) {
        const char *comma = memchr(line.p, ',', line.n);
        if (!comma)
            return mm_fail(t->e, MM_EBAD, "a line of the subtitles has too few fields");
        mm_str value = { line.p, (size_t)(comma - line.p) };
        if (field != NAME)
            mm_buf_str(&t->text, value);
        else if (ask(t, value) < 0)
            return -1;
        mm_buf_byte(&t->text, ',');
        line = (mm_str){ comma + 1, line.n - value.n - 1 };
    }
    return ask(t, line);
}

/* Two bytes of length, the text, and boxes that style runs of it: these count characters, so that they go with a change. */
static int change_mov(track *t, mm_str packet)
{
    mm_str text = mm_sub(packet, 2, mm_be(packet, 0, 2));
    if (packet.n < 2 || text.n != mm_be(packet, 0, 2))
        return mm_fail(t->e, MM_EBAD, "a cue of the subtitles is cut short");
    mm_buf_put(&t->text, "\0\0", 2);
    if (ask(t, text) < 0)
        return -1;
    size_t n = t->text.failed ? 0 : t->text.n - 2;
    if (n > UINT16_MAX)
        return mm_fail(t->e, MM_EBAD, "a cue of the subtitles became too long");
    if (t->text.failed)
        return 0;
    t->text.p[0] = (char)(n >> 8);
    t->text.p[1] = (char)n;
    if (mm_str_eq((mm_str){ t->text.p + 2, n }, text))
        mm_buf_str(&t->text, mm_sub(packet, 2 + n, packet.n));
    return 0;
}

static int change(track *t, mm_str packet)
{
    switch (t->in->codecpar->codec_id) {
    case AV_CODEC_ID_ASS: case AV_CODEC_ID_SSA: return change_ass(t, packet);
    case AV_CODEC_ID_MOV_TEXT: return change_mov(t, packet);
    default: return ask(t, packet);
    }
}

int track_text_packet(track *t, AVPacket *packet)
{
    int64_t pts = packet->pts, dts = packet->dts, duration = packet->duration;
    int flags = packet->flags;
    t->text.n = 0;
    if (change(t, (mm_str){ (const char *)packet->data, (size_t)packet->size }) < 0)
        return -1;
    av_packet_unref(packet);  /* names and places of WebVTT cues with it */
    if (t->text.failed || t->given.failed || av_new_packet(packet, (int)t->text.n) < 0)
        return mm_fail(t->e, MM_ESYS, "out of memory");
    if (t->text.n)
        memcpy(packet->data, t->text.p, t->text.n);
    packet->pts = pts;
    packet->dts = dts;
    packet->duration = duration;
    packet->flags = flags;
    return 0;
}
#endif
