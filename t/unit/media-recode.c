/* Sound and films written anew: what a job changes is changed, all else stays. Samples come from the ffmpeg command, where it can
 * make them, and are read back with lib/media/pcm.h and frames.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "media/frames.h"
#include "media/media.h"
#include "media/pcm.h"
#include "media/recode.h"

#ifdef MM_HAVE_MEDIA
#include "media/av.h"

#define SAID "-metadata title=SECRET-A -metadata artist=SECRET-B -metadata creation_time=2020-01-02T03:04:05Z"
#define TONE "-f lavfi -i sine=sample_rate=16000:duration=2"
#define WIDE "-f lavfi -i 'sine=sample_rate=48000:duration=2,aformat=channel_layouts=stereo'"
#define BARS "-f lavfi -i testsrc=size=64x48:rate=25:duration=2"

static char folder[] = "/tmp/mm-recode-XXXXXX";

typedef struct sample {
    const char *name, *options;
    bool lossless;
    double slack_s;       /* by how much a lossy codec may differ in length */
    bool delayed;         /* readers do not take off the delay of this codec in this container */
} sample;

static const sample sounds[] = {
    { "a.wav", TONE, true, 0 },
    { "u8.wav", TONE " -c:a pcm_u8", true, 0 },
    { "s24.wav", WIDE " -c:a pcm_s24le", true, 0 },
    { "s32.wav", WIDE " -af volume=0.37 -c:a pcm_s32le", true, 0 },
    { "f32.wav", WIDE " -c:a pcm_f32le", true, 0 },
    { "f64.wav", WIDE " -c:a pcm_f64le", true, 0 },
    { "alaw.wav", TONE " -c:a pcm_alaw", true, 0 },
    { "a.flac", TONE, true, 0 },
    { "s24.flac", WIDE " -sample_fmt s32 -af volume=0.37", true, 0 },
    { "alac.m4a", WIDE " -c:a alac", true, 0 },
    { "pcm.mov", WIDE " -c:a pcm_s16be", true, 0 },
    { "pcm.avi", WIDE " -c:a pcm_s16le", true, 0 },
    { "flac.mkv", WIDE " -c:a flac", true, 0 },
    { "a.mp3", WIDE " -b:a 128k", false, 0.03 },
    { "a.ogg", WIDE " -c:a libvorbis", false, 0.002 },
    { "a.opus", WIDE " -c:a libopus", false, 0.002 },
    { "a.m4a", WIDE " -c:a aac", false, 0.025 },
    { "a.webm", WIDE " -c:a libopus", false, 0.01 },
    { "ac3.mkv", WIDE " -c:a ac3", false, 0.04, true },
    { "mp3.avi", WIDE " -c:a libmp3lame", false, 0.06, true },
};

static const sample films[] = {
    { "mpeg4.mp4", BARS " " WIDE " -c:v mpeg4 -c:a aac", false, 0 },
    { "h264.mp4", BARS " " WIDE " -c:v libx264 -c:a aac", false, 0 },
    { "h264.mov", BARS " " WIDE " -c:v libx264 -c:a aac", false, 0 },
    { "h264.mkv", BARS " " WIDE " -c:v libx264 -c:a libvorbis", false, 0 },
    { "vp8.webm", BARS " " WIDE " -c:v libvpx -c:a libvorbis", false, 0 },
    { "vp9.webm", BARS " " WIDE " -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus", false, 0 },
    { "mpeg4.avi", BARS " " WIDE " -c:v mpeg4 -c:a libmp3lame", false, 0 },
    { "mjpeg.avi", BARS " " WIDE " -c:v mjpeg -c:a pcm_s16le", false, 0 },
    { "ffv1.mkv", BARS " " WIDE " -c:v ffv1 -pix_fmt yuv420p -c:a flac", true, 0 },
    { "rgb.mkv", BARS " " WIDE " -c:v ffv1 -pix_fmt bgr0 -c:a flac", true, 0 },
    { "ten.mkv", BARS " " WIDE " -c:v libx264 -pix_fmt yuv420p10le -c:a flac", false, 0 },
    { "hevc.mp4", BARS " " WIDE " -c:v libx265 -x265-params log-level=none -c:a aac", false, 0 },
};

static bool run(const char *options, const char *name, mm_buf *out)
{
    char command[1024], file[128];
    snprintf(file, sizeof file, "%s/%s", folder, name);
    snprintf(command, sizeof command, "cd %s && ffmpeg -nostdin -v quiet -y %s %s %s >/dev/null 2>&1", folder, options, SAID, file);
    FILE *f = system(command) == 0 ? fopen(file, "rb") : NULL;
    if (!f)
        return false;
    enum { ROOM = 4 << 20 };
    char *room = mm_buf_room(out, ROOM);
    out->n = fread(room, 1, ROOM, f);
    fclose(f);
    unlink(file);
    return out->n > 0;
}

/* All samples of the best sound track. */
typedef struct pcm { float *v; size_t frames; int channels, rate_hz; } pcm;

static pcm read_pcm(mm_str bytes)
{
    mm_err e = { 0 };
    mm_pcm_opts o = { 0 };
    mm_pcm_block b;
    pcm all = { 0 };
    mm_pcm *p = mm_pcm_open(bytes, &o, &e);
    assert_non_null(p);
    while (mm_pcm_next(p, &b, &e) == 1) {
        all.channels = mm_pcm_form_of(p).channels;
        all.rate_hz = mm_pcm_form_of(p).rate_hz;
        size_t n = (size_t)all.channels;
        all.v = realloc(all.v, (all.frames + b.frames) * n * sizeof *all.v);
        memcpy(all.v + all.frames * n, b.samples, b.frames * n * sizeof *all.v);
        all.frames += b.frames;
    }
    mm_pcm_close(p);
    return all;
}

/* Silence from 0.5 s to 1 s, and what of the contract can be seen from here. */
typedef struct silencer { uint64_t next; bool nothing; size_t least_ahead; } silencer;

static int silence(void *ctx, mm_recode_sound *s, mm_err *e)
{
    silencer *k = ctx;
    assert_int_equal(s->at, k->next);
    assert_true(fabs(s->time_s - (double)s->at / s->rate_hz) < 0.05);
    k->next += s->frames;
    k->least_ahead = s->ahead;
    for (int c = 0; c < s->channels && !k->nothing; c++)
        for (size_t i = 0; i < s->frames; i++)
            if ((s->at + i) * 2 >= (uint64_t)s->rate_hz && s->at + i < (uint64_t)s->rate_hz)
                s->plane[c][i] = 0;
    return 0;
}

static void check_said(mm_str bytes)
{
    assert_null(memmem(bytes.p, bytes.n, "SECRET", 6));
    assert_null(memmem(bytes.p, bytes.n, "2020-01-02", 10));
}

static void check_sound(const sample *s, mm_str in)
{
    mm_err e = { 0 };
    mm_buf out = { 0 }, again = { 0 };
    mm_recode_report r;
    silencer k = { 0 };
    mm_recode_jobs jobs = { .sound = silence, .ahead = 700, .ctx = &k };
    if (mm_recode(in, &jobs, &out, &r, &e) < 0)
        fail_msg("%s: %s", s->name, e.text);
    assert_int_equal(r.sounds, 1);
    assert_int_equal(r.other_codecs, 0);
    assert_int_equal(k.least_ahead, 0);
    assert_true(r.removed & MM_STRIP_TAGS || strstr(s->name, ".avi") || strstr(s->name, ".wav"));
    check_said(mm_buf_view(&out));
    pcm a = read_pcm(in), b = read_pcm(mm_buf_view(&out));
    assert_int_equal(a.channels, b.channels);
    assert_int_equal(a.rate_hz, b.rate_hz);
    double differ = fabs((double)a.frames - (double)b.frames) / a.rate_hz;
    if (differ > s->slack_s)
        fail_msg("%s: %zu samples became %zu", s->name, a.frames, b.frames);
    size_t half = (size_t)a.rate_hz / 2, ch = (size_t)a.channels, edge = s->lossless ? 0 : (size_t)(a.rate_hz * 0.06);
    double worst_in = 0, worst_out = 0;
    for (size_t i = 0; i < a.frames && i < b.frames; i++)
        for (size_t c = 0; c < ch; c++) {
            float was = a.v[i * ch + c], is = b.v[i * ch + c];
            if (i >= half + edge && i < 2 * half - edge)
                worst_in = fmax(worst_in, fabs((double)is));
            else if ((i + edge < half || i >= 2 * half + edge) && i + edge < a.frames)
                worst_out = fmax(worst_out, fabs((double)(is - was)));
        }
    if (s->lossless ? worst_in != 0 && strcmp(s->name, "alaw.wav") : worst_in > 0.01)
        fail_msg("%s: %g left in the silence", s->name, worst_in);
    if (s->lossless ? worst_out != 0 : worst_out > 0.05 && !s->delayed)
        fail_msg("%s: %g differs outside", s->name, worst_out);
    k.next = 0;
    assert_int_equal(mm_recode(in, &jobs, &again, &r, &e), 0);
    assert_true(mm_str_eq(mm_buf_view(&out), mm_buf_view(&again)));
    free(a.v);
    free(b.v);
    mm_buf_free(&out);
    mm_buf_free(&again);
}

static void sound_is_silenced(void **state)
{
    size_t made = 0;
    for (size_t i = 0; i < sizeof sounds / sizeof *sounds; i++) {
        mm_buf in = { 0 };
        if (run(sounds[i].options, sounds[i].name, &in)) {
            check_sound(&sounds[i], mm_buf_view(&in));
            made++;
        }
        mm_buf_free(&in);
    }
    if (!made)
        skip();
}

/* ---- pictures --------------------------------------------------------------- */

typedef struct boxer { uint64_t pictures; double last_s; bool nothing; } boxer;

/* The left upper 16 x 16 pixels become black. */
static int box(void *ctx, mm_recode_picture *p, mm_err *e)
{
    boxer *k = ctx;
    assert_int_equal(p->number, k->pictures++);
    assert_true(p->time_s > k->last_s);
    k->last_s = p->time_s;
    for (int i = 0; i < p->planes && !k->nothing; i++) {
        int sx = i ? p->shift_x : 0, sy = i ? p->shift_y : 0;
        for (int y = 0; y < 16 >> sy; y++)
            memset(p->plane[i] + y * p->stride[i], p->black[i], (size_t)16 >> sx);
    }
    return 0;
}

static void hash_packets(mm_str bytes, enum AVMediaType type, mm_buf *out)
{
    mm_av_source s;
    mm_err e = { 0 };
    AVPacket *packet = av_packet_alloc();
    assert_int_equal(mm_av_open(&s, bytes, &e), 0);
    while (av_read_frame(s.format, packet) >= 0) {
        char hash[33];
        mm_hash_hex(packet->data, (size_t)packet->size, hash);
        if (s.format->streams[packet->stream_index]->codecpar->codec_type == type)
            mm_buf_printf(out, "%s\n", hash);
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    mm_av_close(&s);
}

/* Frame by frame: the box is black, the rest like before, the times are the same. */
static void compare_films(const sample *s, mm_str a, mm_str b)
{
    mm_err e = { 0 };
    mm_frame_opts o = { .form = MM_PIXELS_RGB };
    mm_frames *f = mm_frames_open(a, &o, &e), *g = mm_frames_open(b, &o, &e);
    mm_frame was, is;
    int n = 0, r;
    assert_non_null(f);
    assert_non_null(g);
    while ((r = mm_frames_next(f, &was, &e)) == 1) {
        if (mm_frames_next(g, &is, &e) != 1)
            fail_msg("%s: ends after %d pictures", s->name, n);
        if (fabs(was.time_s - is.time_s) > 0.002)
            fail_msg("%s: picture %d at %g is now at %g", s->name, n, was.time_s, is.time_s);
        double inside = 0, outside = 0;
        for (int y = 0; y < was.height; y++)
            for (int x = 0; x < was.width * 3; x++) {
                int i = y * was.width * 3 + x;
                if (x < 14 * 3 && y < 14)
                    inside = fmax(inside, is.pixels[i]);
                else if (x >= 20 * 3 || y >= 20)
                    outside += abs(is.pixels[i] - was.pixels[i]);
            }
        outside /= was.width * was.height * 3;
        if (inside > (s->lossless ? 0 : 48))
            fail_msg("%s: the box of picture %d has %g in it", s->name, n, inside);
        if (outside > (s->lossless ? 0 : 6))
            fail_msg("%s: picture %d differs by %g", s->name, n, outside);
        n++;
    }
    assert_int_equal(mm_frames_next(g, &is, &e), 0);
    assert_int_equal(n, 50);
    mm_frames_close(f);
    mm_frames_close(g);
}

static void check_film(const sample *s, mm_str in)
{
    mm_err e = { 0 };
    mm_buf out = { 0 }, again = { 0 }, was = { 0 }, is = { 0 };
    mm_recode_report r;
    boxer k = { .last_s = -1 };
    mm_recode_jobs jobs = { .picture = box, .ctx = &k };
    if (mm_recode(in, &jobs, &out, &r, &e) < 0)
        fail_msg("%s: %s", s->name, e.text);
    assert_int_equal(r.pictures, 1);
    assert_int_equal(r.sounds, 0);
    check_said(mm_buf_view(&out));
    compare_films(s, in, mm_buf_view(&out));
    hash_packets(in, AVMEDIA_TYPE_AUDIO, &was);
    hash_packets(mm_buf_view(&out), AVMEDIA_TYPE_AUDIO, &is);
    assert_true(mm_str_eq(mm_buf_view(&was), mm_buf_view(&is)));
    k = (boxer){ .last_s = -1 };
    assert_int_equal(mm_recode(in, &jobs, &again, &r, &e), 0);
    assert_true(mm_str_eq(mm_buf_view(&out), mm_buf_view(&again)));
    mm_buf_free(&out);
    mm_buf_free(&again);
    mm_buf_free(&was);
    mm_buf_free(&is);
}

static void pictures_are_boxed(void **state)
{
    size_t made = 0;
    for (size_t i = 0; i < sizeof films / sizeof *films; i++) {
        mm_buf in = { 0 };
        if (run(films[i].options, films[i].name, &in)) {
            check_film(&films[i], mm_buf_view(&in));
            made++;
        }
        mm_buf_free(&in);
    }
    if (!made)
        skip();
}

/* The sound of a film is changed and its pictures are copied, packet by packet. */
static void the_sound_of_films(void **state)
{
    for (size_t i = 0; i < sizeof films / sizeof *films; i++) {
        mm_err e = { 0 };
        mm_buf in = { 0 }, out = { 0 }, was = { 0 }, is = { 0 };
        mm_recode_report r;
        silencer k = { 0 };
        mm_recode_jobs jobs = { .sound = silence, .ctx = &k };
        if (!run(films[i].options, films[i].name, &in)) {
            mm_buf_free(&in);
            continue;
        }
        if (mm_recode(mm_buf_view(&in), &jobs, &out, &r, &e) < 0)
            fail_msg("%s: %s", films[i].name, e.text);
        hash_packets(mm_buf_view(&in), AVMEDIA_TYPE_VIDEO, &was);
        hash_packets(mm_buf_view(&out), AVMEDIA_TYPE_VIDEO, &is);
        if (!mm_str_eq(mm_buf_view(&was), mm_buf_view(&is)))
            fail_msg("%s: the pictures are others", films[i].name);
        pcm b = read_pcm(mm_buf_view(&out));
        double left = 0;
        for (size_t n = (size_t)(b.rate_hz * 0.6); n < (size_t)(b.rate_hz * 0.9); n++)
            left = fmax(left, fabs((double)b.v[n * (size_t)b.channels]));
        if (left > 0.01)
            fail_msg("%s: %g left in the silence", films[i].name, left);
        free(b.v);
        mm_buf_free(&in);
        mm_buf_free(&out);
        mm_buf_free(&was);
        mm_buf_free(&is);
    }
}

/* ---- texts ------------------------------------------------------------------ */

static int shout(void *ctx, mm_str text, mm_buf *out, mm_err *e)
{
    mm_buf *seen = ctx;
    mm_buf_str(seen, text);
    mm_buf_byte(seen, '|');
    const char *name = memmem(text.p, text.n, "Ann", 3);
    if (!name) {
        mm_buf_str(out, text);
        return 0;
    }
    size_t before = (size_t)(name - text.p);
    mm_buf_put(out, text.p, before);
    mm_buf_str(out, MM_STR("<PERSON>"));
    mm_buf_put(out, name + 3, text.n - before - 3);
    return 0;
}

static void put_file(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void texts_are_changed(void **state)
{
    static const struct { const char *name, *options; } kinds[] = {
        { "srt.mkv", BARS " -i s.srt -map 0 -map 1 -c:v mpeg4 -c:s srt" },
        { "ass.mkv", BARS " -i s.ass -map 0 -map 1 -c:v mpeg4 -c:s copy" },
        { "mov.mp4", BARS " -i s.srt -map 0 -map 1 -c:v mpeg4 -c:s mov_text" },
        { "vtt.webm", BARS " -i s.srt -map 0 -map 1 -c:v libvpx -c:s webvtt" },
    };
    put_file("s.srt", "1\n00:00:00,100 --> 00:00:01,000\nThis is <i>Ann</i>.\n\n2\n00:00:01,000 --> 00:00:01,900\nGood day.\n");
    put_file("s.ass", "[Script Info]\nTitle: SECRET-T\nScriptType: v4.00+\nPlayResX: 384\n; SECRET-C\n\n[V4+ Styles]\n"
             "Format: Name, Fontname, Fontsize\nStyle: Default,Arial,16\n\n[Events]\n"
             "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
             "Dialogue: 0,0:00:00.10,0:00:01.00,Default,Ann,0,0,0,,This is {\\i1}Ann{\\i0}.\n"
             "Dialogue: 0,0:00:01.00,0:00:01.90,Default,,0,0,0,,Good day.\n");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        mm_err e = { 0 };
        mm_buf in = { 0 }, out = { 0 }, seen = { 0 }, packets = { 0 };
        mm_recode_report r;
        mm_recode_jobs jobs = { .text = shout, .ctx = &seen };
        if (!run(kinds[i].options, kinds[i].name, &in)) {
            print_message("no %s\n", kinds[i].name);
            continue;
        }
        if (mm_recode(mm_buf_view(&in), &jobs, &out, &r, &e) < 0)
            fail_msg("%s: %s", kinds[i].name, e.text);
        assert_int_equal(r.texts, 1);
        assert_int_equal(r.removed & MM_STRIP_SUBTITLES, 0);
        mm_buf_byte(&seen, 0);
        assert_non_null(strstr(seen.p, "Good day."));
        assert_non_null(strstr(seen.p, "Ann"));
        check_said(mm_buf_view(&out));
        assert_non_null(memmem(out.p, out.n, "<PERSON>", 8));
        assert_non_null(memmem(out.p, out.n, "Good day.", 9));
        assert_null(memmem(out.p, out.n, "Ann", 3));
        hash_packets(mm_buf_view(&out), AVMEDIA_TYPE_SUBTITLE, &packets);
        size_t lines = 0;
        for (size_t k = 0; k < packets.n; k++)
            lines += packets.p[k] == '\n';
        assert_true(lines >= 2);
        mm_buf_free(&in);
        mm_buf_free(&out);
        mm_buf_free(&seen);
        mm_buf_free(&packets);
    }
}

/* ---- what goes wrong -------------------------------------------------------- */

static int refuse(void *ctx, mm_recode_sound *s, mm_err *e)
{
    return mm_fail(e, MM_EBAD, "no");
}

static void what_fails_fails(void **state)
{
    mm_err e = { 0 };
    mm_buf in = { 0 }, out = { 0 };
    mm_recode_report r;
    silencer k = { .nothing = true };
    mm_recode_jobs jobs = { .sound = refuse };
    if (!run(TONE, "a.flac", &in))
        skip();
    assert_int_equal(mm_recode(mm_buf_view(&in), &jobs, &out, &r, &e), -1);
    assert_string_equal(e.text, "no");
    jobs = (mm_recode_jobs){ .sound = silence, .ctx = &k };
    in.p[in.n / 2] ^= 0x55;
    assert_int_equal(mm_recode(mm_buf_view(&in), &jobs, &out, &r, &e), -1);
    assert_int_equal(mm_recode(MM_STR("no sound at all"), &jobs, &out, &r, &e), -1);
    mm_buf_free(&in);
    if (run(BARS " -c:v mpeg4", "big.mp4", &in)) {
        boxer b = { .last_s = -1 };
        jobs = (mm_recode_jobs){ .picture = box, .ctx = &b, .max_pixels = 64 * 48 - 1 };
        assert_int_equal(mm_recode(mm_buf_view(&in), &jobs, &out, &r, &e), -1);
        assert_string_equal(e.text, "pictures of 64 x 48 pixels are over the limit");
    }
    mm_buf_free(&in);
    mm_buf_free(&out);
}

static int make_folder(void **state)
{
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_is_silenced),
        cmocka_unit_test(pictures_are_boxed),
        cmocka_unit_test(the_sound_of_films),
        cmocka_unit_test(texts_are_changed),
        cmocka_unit_test(what_fails_fails),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
#else
int main(void)
{
    puts("1..0 # SKIP no FFmpeg in this build");
    return 0;
}
#endif
