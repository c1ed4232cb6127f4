/* audio_transcript.c - the transcript of a sound track, from the files of a recogniser. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answer.h"
#include "media/asr.h"
#include "subject.h"
#include "transcript.h"

enum { TRANSCRIPT, RATE };

static const fact facts[] = {
    [TRANSCRIPT] = { "audio.transcript", "object", "", NEED_HEAD, true, "text, by, times and words; from --transcript-from, or by --transcribe (pocketsphinx)" },
    [RATE] = { "audio.speech_rate_wps", "number", "words/s", NEED_HEAD, true, "words of the transcript, by the time that words or cues cover" },
};

enum { MAX_FILE = 64 << 20 };

/* The name without folders, the archive it lay in, and extension. */
static mm_str stem_of(mm_str src)
{
    for (size_t i = src.n; i-- > 0;)
        if (src.p[i] == '/' || src.p[i] == '!') {
            src = (mm_str){ src.p + i + 1, src.n - i - 1 };
            break;
        }
    const char *dot = memrchr(src.p, '.', src.n);
    if (dot && dot > src.p)
        src.n = (size_t)(dot - src.p);
    return src;
}

/* -1 with errno. */
static int read_file(const char *path, mm_buf *into)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    into->n = 0;
    int r = fstat(fd, &st);
    if (r == 0 && (!S_ISREG(st.st_mode) || st.st_size > MAX_FILE)) {
        errno = S_ISREG(st.st_mode) ? EFBIG : EISDIR;
        r = -1;
    }
    for (ssize_t n = 1; r == 0 && n > 0 && into->n <= MAX_FILE;) {
        char *room = mm_buf_room(into, 65536);
        n = room ? read(fd, room, 65536) : -1;
        into->n += n > 0 ? (size_t)n : 0;
        r = n < 0 ? -1 : 0;
    }
    close(fd);
    return r;
}

/* The first file there is: from with {} as the stem; or, where it is a folder, the stem and a known extension in it; or itself.
 * path receives the name; 0 when there is none. */
static int find_file(const char *from, mm_str stem, mm_buf *path, mm_buf *file)
{
    static const char *const extensions[] = { ".json", ".vtt", ".srt", ".ctm" };
    const char *place = strstr(from, "{}");
    struct stat st;
    bool folder = !place && stat(from, &st) == 0 && S_ISDIR(st.st_mode);
    for (size_t i = 0; i < (folder ? sizeof extensions / sizeof *extensions : 1); i++) {
        path->n = 0;
        if (place)
            mm_buf_printf(path, "%.*s%.*s%s", (int)(place - from), from, (int)stem.n, stem.p, place + 2);
        else if (folder)
            mm_buf_printf(path, "%s/%.*s%s", from, (int)stem.n, stem.p, extensions[i]);
        else
            mm_buf_printf(path, "%s", from);
        mm_buf_byte(path, '\0');
        if (!path->failed && read_file(path->p, file) == 0)
            return 1;
        if (errno != ENOENT)
            return -1;
    }
    return 0;
}

static void tell(answer *a, const transcript *t)
{
    mm_buf json = { 0 };
    transcript_put(t, &json);
    if (!json.failed)
        tell_raw(a, TRANSCRIPT, mm_buf_view(&json));
    mm_buf_free(&json);
    if (t->spoken_s > 0)
        tell_double(a, RATE, round((double)t->n / t->spoken_s * 100) / 100);
}

/* Words a second of speech: each of the answer's words is [from, to, ...]. */
static void tell_rate(answer *a, mm_str json)
{
    mm_value all = { json, MM_JSON_OBJECT }, words = { .type = MM_JSON_NULL };
    double spoken_s = 0;
    size_t n = 0;
    mm_json_iter it = mm_json_each(all);
    while (mm_json_next(&it) == 1)
        if (mm_str_eq(it.key, MM_STR("words")))
            words = it.value;
    it = mm_json_each(words);
    while (mm_json_next(&it) == 1) {
        double at[2] = { 0, 0 };
        mm_json_iter part = mm_json_each(it.value);
        for (size_t i = 0; i < 2 && mm_json_next(&part) == 1; i++)
            if (mm_json_double(part.value.raw, &at[i]) < 0)
                return;
        spoken_s += at[1] - at[0];
        n++;
    }
    if (spoken_s > 0)
        tell_double(a, RATE, round((double)n / spoken_s * 100) / 100);
}

static int listen(subject *s, answer *a, mm_err *e)
{
    const double limit = s->bench->max_audio_s;
    mm_str json;
    int r = subject_call(s, MM_MEDIA_ASR, (mm_str){ (const char *)&limit, sizeof limit }, &json, e);
    if (r < 0 || (r == 0 && mm_media_take_json(json, e) < 0))
        return -1;
    if (r > 0) {
        warn(a, "transcript: %s", e->text);
        return 0;
    }
    tell_raw(a, TRANSCRIPT, json);
    tell_rate(a, json);
    return 0;
}

/* 1: told, or said why not; 0: there is none. */
static int read_one(subject *s, answer *a, mm_err *e)
{
    const char *from = s->bench->transcript_from;
    if (!from)
        return 0;
    mm_str stem = stem_of(s->src);
    bool whole = !strstr(from, "{}");
    if ((!stem.n && !whole) || memchr(stem.p, 0, stem.n))
        return 0;
    mm_buf path = { 0 }, file = { 0 };
    transcript t = { .by = "" };
    int r = find_file(from, stem, &path, &file);
    if (r < 0)
        warn(a, "transcript %s: %s", path.p ? path.p : from, strerror(errno));
    else if (r > 0 && transcript_read(&t, mm_buf_view(&file), stem, e) < 0)
        warn(a, "transcript %s: %s", path.p, e->text);
    else if (r > 0)
        tell(a, &t);
    transcript_free(&t);
    mm_buf_free(&path);
    mm_buf_free(&file);
    return r != 0;
}

static int probe(subject *s, answer *a, mm_err *e)
{
    if (read_one(s, a, e) || !s->bench->transcribe)
        return 0;
    return listen(s, a, e);
}

const prober transcript_prober = { "transcript", ON_AUDIO | ON_VIDEO, facts, sizeof facts / sizeof *facts, probe };
