/* name.c - what an extension announces. */
#include "name.h"

#include <string.h>
#include <strings.h>

/* Types that go by the same extension share a row; a type that ends in / stands for all below it. */
static const struct { const char *extensions, *types; } announced[] = {
    { "jpg jpeg jpe jfif", "image/jpeg" },
    { "png", "image/png" },
    { "gif", "image/gif" },
    { "webp", "image/webp" },
    { "bmp dib", "image/bmp" },
    { "tif tiff", "image/tiff" },
    { "heic heif hif", "image/heic image/heif image/heic-sequence image/heif-sequence" },
    { "avif", "image/avif" },
    { "wav wave", "audio/x-wav" },
    { "mp3", "audio/mpeg" },
    { "flac", "audio/flac" },
    { "ogg oga opus spx", "audio/ogg application/ogg video/ogg" },
    { "ogv", "video/ogg application/ogg" },
    { "aac", "audio/x-hx-aac-adts" },
    { "aif aiff aifc", "audio/x-aiff" },
    { "mp4 m4a m4b m4v mov qt 3gp 3g2", "video/mp4 audio/x-m4a audio/mp4 video/x-m4v video/quicktime video/3gpp video/3gpp2" },
    { "mkv mka webm", "video/x-matroska video/webm audio/x-matroska" },
    { "avi", "video/x-msvideo" },
    { "pdf", "application/pdf" },
    { "gz tgz", "application/gzip" },
    { "zst", "application/zstd" },
    { "xz", "application/x-xz" },
    { "bz2", "application/x-bzip2" },
    { "7z", "application/x-7z-compressed" },
    { "zip", "application/zip" },
    { "txt md csv tsv srt vtt log", "text/ application/json" },
    { "json ndjson jsonl geojson", "application/json text/plain" },
    { "htm html", "text/html text/xml text/plain" },
};

/* Is `what` one of the words, or, for types, below one that ends in a slash? */
static bool among(const char *words, mm_str what)
{
    while (*words) {
        size_t n = strcspn(words, " ");
        bool below = words[n - 1] == '/' && what.n > n;
        if ((n == what.n || below) && strncasecmp(words, what.p, n) == 0)
            return true;
        words += n + (words[n] == ' ');
    }
    return false;
}

mm_str name_contradicts(mm_str src, mm_str mime)
{
    size_t at = src.n;
    while (at > 0 && src.n - at < 8 && src.p[at - 1] != '.' && src.p[at - 1] != '/' && src.p[at - 1] != '!')
        at--;
    mm_str none = { 0 }, extension = { src.p + at, src.n - at };
    if (at == 0 || src.p[at - 1] != '.' || !extension.n || mm_str_eq(mime, MM_STR("application/x-empty")))
        return none;
    for (size_t i = 0; i < sizeof announced / sizeof *announced; i++)
        if (among(announced[i].extensions, extension))
            return among(announced[i].types, mime) ? none : extension;
    return none;
}
