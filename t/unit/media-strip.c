/* Stripping containers: nothing said about the media is left, every packet is. Samples come from the
 * ffmpeg command, where it can make them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "media/media.h"

#ifdef MM_HAVE_MEDIA
#include "media/av.h"

#define SAID "-metadata title=SECRET-A -metadata artist=SECRET-B -metadata comment=SECRET-C " \
             "-metadata location=+48.1370+011.5750/ -metadata creation_time=2020-01-02T03:04:05Z"
#define TONE "-f lavfi -i sine=sample_rate=16000:duration=1"
#define BARS "-f lavfi -i testsrc=size=64x48:rate=25:duration=1"

static const struct sample {
    const char *name, *inputs, *codecs;
} samples[] = {
    { "a.wav", TONE, "" },
    { "a.flac", TONE, "" },
    { "a.mp3", TONE, "" },
    { "a.ogg", TONE, "-c:a libvorbis" },
    { "a.opus", TONE, "-c:a libopus" },
    { "a.m4a", TONE, "-c:a aac" },
    { "vorbis.mkv", TONE, "-c:a libvorbis -metadata:s:a artist=SECRET-D" },
    { "v.mp4", BARS " " TONE, "-c:v mpeg4 -c:a aac -metadata:s:v handler_name=SECRET-E" },
    { "v.mov", BARS " " TONE, "-c:v mpeg4 -c:a aac" },
    { "v.mkv", BARS " " TONE, "-c:v mpeg4 -c:a aac" },
    { "v.avi", BARS " " TONE, "-c:v mpeg4 -c:a aac" },
    { "v.webm", BARS " " TONE, "-c:v libvpx -c:a libvorbis" },
};
enum { SAMPLES = sizeof samples / sizeof *samples };

static char folder[] = "/tmp/mm-strip-XXXXXX";

/* Make a sample and read it; false when ffmpeg can not. */
static bool make_sample(const struct sample *s, mm_buf *out)
{
    char command[1024], file[128];
    snprintf(file, sizeof file, "%s/%s", folder, s->name);
    snprintf(command, sizeof command, "ffmpeg -nostdin -v quiet -y %s %s %s %s >/dev/null 2>&1", s->inputs, s->codecs,
             SAID, file);
    FILE *f = system(command) == 0 ? fopen(file, "rb") : NULL;
    if (!f)
        return false;
    char *room = mm_buf_room(out, 1 << 20);
    out->n = fread(room, 1, 1 << 20, f);
    fclose(f);
    unlink(file);
    return out->n > 0;
}

/* Hashes of all packets of one stream; how streams interleave is the muxer's affair. */
static void hash_packets(mm_str bytes, int stream, mm_buf *out)
{
    mm_av_source s;
    mm_err e = { 0 };
    AVPacket *packet = av_packet_alloc();
    assert_int_equal(mm_av_open(&s, bytes, &e), 0);
    while (av_read_frame(s.format, packet) >= 0) {
        char hash[33];
        mm_hash_hex(packet->data, (size_t)packet->size, hash);
        if (packet->stream_index == stream)
            mm_buf_printf(out, "%s\n", hash);
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    mm_av_close(&s);
}

static void check_sample(const struct sample *s, mm_buf *in)
{
    mm_buf once = { 0 }, twice = { 0 }, before = { 0 }, after = { 0 };
    mm_strip_report r;
    mm_av_facts f;
    mm_err e = { 0 };
    assert_non_null(memmem(in->p, in->n, "SECRET-", 7));
    if (mm_media_strip(mm_buf_view(in), MM_KEEP_DEFAULT, &once, &r, &e) < 0)
        fail_msg("%s: %s", s->name, e.text);
    assert_null(memmem(once.p, once.n, "SECRET-", 7));
    assert_int_equal(mm_av_facts_read(mm_buf_view(&once), &f, &e), 0);
    assert_int_equal(f.has_tags, MM_NO);
    assert_int_equal(f.has_gps, MM_NO);
    assert_int_equal(f.has_datetime, MM_NO);
    for (int i = 0; i < 2; i++) {
        hash_packets(mm_buf_view(in), i, &before);
        hash_packets(mm_buf_view(&once), i, &after);
    }
    if (!mm_str_eq(mm_buf_view(&before), mm_buf_view(&after)))
        fail_msg("%s: packets differ", s->name);
    assert_int_equal(r.changed, 1);
    assert_true(r.removed & (MM_STRIP_TAGS | MM_STRIP_COMMENT));
    assert_int_equal(mm_media_strip(mm_buf_view(in), MM_KEEP_DEFAULT, &twice, &r, &e), 0);
    assert_true(mm_str_eq(mm_buf_view(&once), mm_buf_view(&twice)));
    if (mm_media_strip(mm_buf_view(&once), MM_KEEP_DEFAULT, &twice, &r, &e) < 0)
        fail_msg("%s: stripped, it can not be read again: %s", s->name, e.text);
    if (r.changed || r.removed)
        fail_msg("%s: stripped twice it changes again", s->name);
    mm_buf_free(&once);
    mm_buf_free(&twice);
    mm_buf_free(&before);
    mm_buf_free(&after);
}

static void strips_each_container(void **state)
{
    size_t checked = 0;
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < SAMPLES; i++) {
        mm_buf in = { 0 };
        if (make_sample(&samples[i], &in)) {
            check_sample(&samples[i], &in);
            checked++;
        }
        mm_buf_free(&in);
    }
    rmdir(folder);
    if (!checked)
        skip();
}
#endif

/* A WAV with an INFO list, by hand: this much is checked without any other tool. */
static void put_wav(mm_buf *b)
{
    static const char fmt[] = "fmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0";
    static const char info[] = "LIST\x14\0\0\0INFOIART\7\0\0\0SECRET\0\0";
    mm_buf_put(b, "RIFF\0\0\0\0WAVE", 12);
    mm_buf_put(b, fmt, sizeof fmt - 1);
    mm_buf_put(b, info, sizeof info - 1);
    mm_buf_put(b, "data\xd0\x07\0\0", 8);
    for (int i = 0; i < 2000; i++)
        mm_buf_byte(b, (char)(i * 7));
    b->p[4] = (char)(b->n - 8);
    b->p[5] = (char)((b->n - 8) >> 8);
}

static void strips_a_wav(void **state)
{
    mm_buf in = { 0 }, out = { 0 };
    mm_strip_report r;
    mm_err e = { 0 };
    put_wav(&in);
    int status = mm_media_strip(mm_buf_view(&in), MM_KEEP_DEFAULT, &out, &r, &e);
#ifdef MM_HAVE_MEDIA
    assert_int_equal(status, 0);
    assert_null(memmem(out.p, out.n, "SECRET", 6));
    assert_int_equal(out.n, 44 + 2000);
    assert_memory_equal(out.p + 44, in.p + in.n - 2000, 2000);
#else
    assert_int_equal(status, -1);
#endif
    mm_buf_free(&in);
    mm_buf_free(&out);
}

static void refuses_what_it_can_not_strip(void **state)
{
    mm_buf out = { 0 };
    mm_strip_report r;
    mm_err e = { 0 };
    assert_int_equal(mm_media_strip(MM_STR("no media at all, only text"), MM_KEEP_DEFAULT, &out, &r, &e), -1);
    assert_int_equal(e.code, MM_EBAD);
    assert_int_equal(out.n, 0);
    mm_buf_free(&out);
}

static void bears_every_prefix(void **state)
{
    mm_buf in = { 0 };
    mm_av_facts f;
    put_wav(&in);
    for (size_t n = 0; n < 200; n++) {
        mm_err e = { 0 };
        char *copy = malloc(n ? n : 1);
        memcpy(copy, in.p, n);
        if (mm_av_facts_read((mm_str){ copy, n }, &f, &e) < 0)
            assert_true(e.text[0] != 0);
        free(copy);
    }
    mm_buf_free(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strips_a_wav),
        cmocka_unit_test(refuses_what_it_can_not_strip),
        cmocka_unit_test(bears_every_prefix),
#ifdef MM_HAVE_MEDIA
        cmocka_unit_test(strips_each_container),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
