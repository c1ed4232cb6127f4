/* kind.c - the ending of a file by its media type: the one that programs which go by endings (the
 * decoders of WebDataset among them) know best. */
#include "plan.h"

const char *st_ending_of(mm_str type)
{
    static const struct { const char *type, *ending; } known[] = {
        { "image/jpeg", "jpg" }, { "image/png", "png" }, { "image/gif", "gif" }, { "image/webp", "webp" },
        { "image/tiff", "tiff" }, { "image/bmp", "bmp" }, { "image/avif", "avif" }, { "image/heic", "heic" },
        { "image/heif", "heif" }, { "image/jxl", "jxl" }, { "image/jp2", "jp2" }, { "image/svg+xml", "svg" },
        { "image/vnd.adobe.photoshop", "psd" }, { "image/vnd.microsoft.icon", "ico" },
        { "audio/x-wav", "wav" }, { "audio/wav", "wav" }, { "audio/flac", "flac" }, { "audio/x-flac", "flac" },
        { "audio/mpeg", "mp3" }, { "audio/ogg", "ogg" }, { "audio/opus", "opus" }, { "audio/aac", "aac" },
        { "audio/x-hx-aac-adts", "aac" }, { "audio/x-m4a", "m4a" }, { "audio/mp4", "m4a" }, { "audio/x-aiff", "aiff" },
        { "audio/midi", "mid" }, { "audio/AMR", "amr" }, { "audio/basic", "au" },
        { "video/mp4", "mp4" }, { "video/x-m4v", "m4v" }, { "video/quicktime", "mov" }, { "video/webm", "webm" },
        { "video/x-matroska", "mkv" }, { "video/x-msvideo", "avi" }, { "video/mpeg", "mpg" }, { "video/ogg", "ogv" },
        { "video/3gpp", "3gp" }, { "video/MP2T", "ts" }, { "video/x-flv", "flv" },
        { "application/ogg", "ogg" }, { "application/pdf", "pdf" }, { "application/json", "json" },
        { "application/x-ndjson", "ndjson" }, { "application/zip", "zip" }, { "application/gzip", "gz" },
        { "application/zstd", "zst" }, { "application/x-tar", "tar" }, { "application/x-7z-compressed", "7z" },
        { "application/x-numpy", "npy" }, { "application/x-hdf5", "h5" }, { "application/xml", "xml" },
        { "application/msword", "doc" },
        { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx" },
        { "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx" },
        { "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx" },
        { "text/plain", "txt" }, { "text/html", "html" }, { "text/csv", "csv" }, { "text/xml", "xml" },
        { "text/markdown", "md" }, { "text/vtt", "vtt" }, { "text/tab-separated-values", "tsv" },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (mm_str_eq(type, mm_str_of(known[i].type)))
            return known[i].ending;
    return NULL;
}
