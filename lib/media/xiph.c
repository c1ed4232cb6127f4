/* xiph.c - Vorbis and Theora set-up data holds a comment header, which Matroska keeps as part of
 * the codec's set-up rather than as tags (Vorbis I sections 4.2 and 5; Theora section 6.3). */
#ifdef MM_HAVE_MEDIA
#include <string.h>

#include <libavutil/mem.h>

#include "media/av.h"
#include "media/bytes.h"

/* Three headers, either each behind a 16-bit length, or behind a count and the lengths of the first two
 * in the lacing of Ogg (a run of 255 and a rest). */
static int split(mm_str s, mm_str h[3])
{
    uint64_t at = 1, n[2] = { 0 };
    if (mm_be(s, 0, 2) == 30 || mm_be(s, 0, 2) == 42) {
        at = 0;
        for (int i = 0; i < 3; i++) {
            h[i] = mm_sub(s, at + 2, mm_be(s, at, 2));
            at += 2 + h[i].n;
        }
        return h[2].n ? 0 : -1;
    }
    if (mm_u8(s, 0) != 2)
        return -1;
    for (int i = 0; i < 2; i++) {
        unsigned c;
        do
            n[i] += c = mm_u8(s, at++);
        while (c == 255);
    }
    h[0] = mm_sub(s, at, n[0]);
    h[1] = mm_sub(s, at + n[0], n[1]);
    h[2] = mm_sub(s, at + n[0] + n[1], s.n);
    return h[2].n ? 0 : -1;
}

int mm_xiph_drop_comments(AVCodecParameters *p)
{
    static const char none[] = "\0\0\0\0\0\0\0\0\1";  /* no vendor, no comments, framing bit */
    mm_str h[3], s = { (const char *)p->extradata, (size_t)p->extradata_size };
    if (p->codec_id != AV_CODEC_ID_VORBIS && p->codec_id != AV_CODEC_ID_THEORA)
        return 0;
    if (split(s, h) < 0 || h[0].n >= 255 || h[1].n < 7)
        return AVERROR_INVALIDDATA;
    size_t comment = 7 + (p->codec_id == AV_CODEC_ID_VORBIS ? 9 : 8), n = 3 + h[0].n + comment + h[2].n;
    char *made = av_mallocz(n + AV_INPUT_BUFFER_PADDING_SIZE);
    if (!made)
        return AVERROR(ENOMEM);
    made[0] = 2;
    made[1] = (char)h[0].n;
    made[2] = (char)comment;
    memcpy(made + 3, h[0].p, h[0].n);
    memcpy(made + 3 + h[0].n, h[1].p, 7);
    memcpy(made + 3 + h[0].n + 7, none, comment - 7);
    memcpy(made + 3 + h[0].n + comment, h[2].p, h[2].n);
    av_free(p->extradata);
    p->extradata = (uint8_t *)made;
    p->extradata_size = (int)n;
    return 0;
}
#endif
