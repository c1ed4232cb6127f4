/* shard_tell.c - is a tar a WebDataset shard? */
#include "shard_tell.h"

#include <string.h>
#include <strings.h>

/* Members of a sample that are looked at. */
#define MEMBERS_MAX 8

void shard_tell_free(shard_tell *t)
{
    mm_buf_free(&t->stem);
}

void shard_split(mm_str member, mm_str *stem, mm_str *part)
{
    size_t base = member.n;
    while (base > 0 && member.p[base - 1] != '/' && member.p[base - 1] != '!')
        base--;
    const char *dot = base < member.n ? memchr(member.p + base, '.', member.n - base) : NULL;
    size_t n = dot ? (size_t)(dot - member.p) : member.n;
    *stem = (mm_str){ member.p, n };
    *part = dot ? (mm_str){ dot + 1, member.n - n - 1 } : MM_STR("");
}

static bool is_one_of(mm_str name, const char *const *list)
{
    for (; *list; list++)
        if (strlen(*list) == name.n && strncasecmp(*list, name.p, name.n) == 0)
            return true;
    return false;
}

shard_answer shard_tell_member(shard_tell *t, mm_str name, mm_str owner)
{
    static const char *const describing[] = { "json", "cls", "txt", NULL };
    static const char *const samples[] = {
        "jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "ppm", "pgm", "pbm", "heic", "avif", "jxl",
        "wav", "flac", "mp3", "ogg", "opus", "m4a", "aac", "mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg",
        "npy", "npz", "pth", "pt", "pyd", "ten", NULL };
    mm_str stem, part;
    if (t->members == 0 && mm_str_eq(owner, MM_STR("mm-store")))
        return SHARD_YES;
    shard_split(name, &stem, &part);
    const char *dot = part.n ? memrchr(part.p, '.', part.n) : NULL;
    mm_str end = dot ? (mm_str){ dot + 1, (size_t)(part.p + part.n - dot - 1) } : part;
    bool describes = is_one_of(end, describing), sample = is_one_of(end, samples);
    bool another = t->members > 0 && !mm_str_eq(stem, mm_buf_view(&t->stem));
    if ((!describes && !sample) || another || ++t->members > MEMBERS_MAX)
        return SHARD_NO;
    if (t->members == 1)
        mm_buf_str(&t->stem, stem);
    t->describes |= describes;
    t->sample |= sample;
    return t->stem.failed ? SHARD_NO : t->describes && t->sample ? SHARD_YES : SHARD_UNKNOWN;
}
