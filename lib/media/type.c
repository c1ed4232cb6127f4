#include "media/type.h"

#include <magic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct mm_typer {
    magic_t magic;
    bool tried;
};

/* ---- fixed signatures ------------------------------------------------------- */

typedef struct signature {
    unsigned short offset;
    unsigned char n;
    const char *bytes;
    const char *mime;
} signature;

/* Names as file(1) 5.44 gives them. Signatures are those of the formats' own specifications. */
#define SIG(at, bytes, mime) { at, sizeof(bytes) - 1, bytes, mime }
static const signature signatures[] = {
    SIG(0, "\xff\xd8\xff", "image/jpeg"),
    SIG(0, "\x89PNG\r\n\x1a\n", "image/png"),
    SIG(0, "GIF87a", "image/gif"),
    SIG(0, "GIF89a", "image/gif"),
    SIG(0, "II*\0", "image/tiff"),
    SIG(0, "MM\0*", "image/tiff"),
    SIG(0, "8BPS\0\1", "image/vnd.adobe.photoshop"),
    SIG(0, "\0\0\1\0", "image/vnd.microsoft.icon"),
    SIG(0, "\xff\x0a", "image/jxl"),
    SIG(0, "\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    SIG(0, "\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    SIG(0, "fLaC", "audio/flac"),
    SIG(0, "ID3", "audio/mpeg"),
    SIG(0, "MThd", "audio/midi"),
    SIG(0, "#!AMR", "audio/AMR"),
    SIG(0, ".snd", "audio/basic"),
    SIG(0, "FLV\1", "video/x-flv"),
    SIG(0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    SIG(0, "\0\0\1\xba", "video/mpeg"),
    SIG(0, "\0\0\1\xb3", "video/mpeg"),
    SIG(4, "moov", "video/quicktime"),
    SIG(4, "mdat", "video/quicktime"),
    SIG(4, "wide", "video/quicktime"),
    SIG(0, "%PDF-", "application/pdf"),
    SIG(0, "%!PS-Adobe-", "application/postscript"),
    SIG(0, "{\\rtf", "text/rtf"),
    SIG(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    SIG(0, "\x1f\x8b", "application/gzip"),
    SIG(0, "\xfd" "7zXZ\0", "application/x-xz"),
    SIG(0, "\x28\xb5\x2f\xfd", "application/zstd"),
    SIG(0, "\x04\x22\x4d\x18", "application/x-lz4"),
    SIG(0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    SIG(0, "Rar!\x1a\x07", "application/x-rar"),
    SIG(0, "070701", "application/x-cpio"),
    SIG(0, "070702", "application/x-cpio"),
    SIG(0, "070707", "application/x-cpio"),
    SIG(0, "\xc7\x71", "application/x-cpio"),
    SIG(0, "!<arch>\ndebian", "application/vnd.debian.binary-package"),
    SIG(0, "!<arch>\n", "application/x-archive"),
    SIG(0x8001, "CD001", "application/x-iso9660-image"),
    SIG(0, "SQLite format 3\0", "application/vnd.sqlite3"),
    SIG(0, "PAR1", "application/vnd.apache.parquet"),
    SIG(0, "ARROW1\0\0", "application/vnd.apache.arrow.file"),
    SIG(0, "\x89HDF\r\n\x1a\n", "application/x-hdf5"),
    SIG(0, "\x93NUMPY", "application/x-numpy-data"),
    SIG(0, "Obj\1", "application/avro"),
    SIG(0, "wOFF", "font/woff"),
    SIG(0, "wOF2", "font/woff2"),
    SIG(0, "\0asm", "application/wasm"),
    SIG(128, "DICM", "application/dicom"),
};

static bool has(mm_str s, size_t at, const char *bytes, size_t n) {
    return s.n >= at + n && memcmp(s.p + at, bytes, n) == 0;
}
#define HAS(s, at, lit) has(s, at, lit, sizeof(lit) - 1)

static const char *by_signature(mm_str s) {
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        const signature *g = &signatures[i];
        if (s.n >= g->offset + (size_t)g->n && s.p[g->offset] == g->bytes[0] &&
            memcmp(s.p + g->offset, g->bytes, g->n) == 0)
            return g->mime;
    }
    return NULL;
}

/* ---- containers whose type stands a little further in ------------------------ */

static const char *riff(mm_str s) {
    if (HAS(s, 8, "WEBP")) return "image/webp";
    if (HAS(s, 8, "WAVE")) return "audio/x-wav";
    if (HAS(s, 8, "AVI ")) return "video/x-msvideo";
    return NULL;
}

/* ISO base media: the major brand, and for pictures the compatible ones (ISO/IEC 14496-12, 23008-12). */
static const char *ftyp(mm_str s) {
    static const struct { const char brand[5]; const char *mime; } brands[] = {
        { "avif", "image/avif" }, { "avis", "image/avif" }, { "heic", "image/heic" }, { "heix", "image/heic" },
        { "hevc", "image/heic-sequence" }, { "mif1", "image/heif" }, { "msf1", "image/heif-sequence" },
        { "M4A ", "audio/x-m4a" }, { "M4B ", "audio/x-m4a" }, { "M4V ", "video/x-m4v" },
        { "qt  ", "video/quicktime" }, { "3gp", "video/3gpp" }, { "3g2", "video/3gpp2" },
    };
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
        if (has(s, 8, brands[i].brand, strlen(brands[i].brand))) return brands[i].mime;
    return "video/mp4";
}

static const char *ebml(mm_str s) {
    mm_str h = { s.p, s.n < 64 ? s.n : 64 };
    return memmem(h.p, h.n, "webm", 4) ? "video/webm" : "video/x-matroska";
}

static const char *ogg(mm_str s) {
    if (HAS(s, 28, "\x80theora")) return "video/ogg";
    if (HAS(s, 28, "\x01vorbis") || HAS(s, 28, "OpusHead") || HAS(s, 28, "\x7f" "FLAC") || HAS(s, 28, "Speex"))
        return "audio/ogg";
    return "application/ogg";
}

static unsigned le16(const char *p) { return (unsigned char)p[0] | (unsigned)(unsigned char)p[1] << 8; }
static uint32_t le32(const char *p) { return le16(p) | (uint32_t)le16(p + 2) << 16; }

/* An office file is a zip whose first members say so (ECMA-376 part 2, ODF 1.3 part 2, EPUB OCF). */
static const char *zip(mm_str s) {
    static const struct { const char *name, *mime; } inside[] = {
        { "word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
        { "xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
        { "ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
    };
    if (HAS(s, 30, "mimetype")) {
        static const char *const declared[] = {
            "application/epub+zip", "application/vnd.oasis.opendocument.text",
            "application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.presentation",
        };
        for (size_t i = 0; i < sizeof declared / sizeof *declared; i++)
            if (has(s, 38, declared[i], strlen(declared[i]))) return declared[i];
    }
    bool office = false;
    for (const char *p = s.p, *end = s.p + s.n; (size_t)(end - p) > 30;) {
        if (memcmp(p, "PK\3\4", 4)) break;
        unsigned name_n = le16(p + 26), extra_n = le16(p + 28);
        mm_str name = { p + 30, (size_t)(end - p) - 30 < name_n ? (size_t)(end - p) - 30 : name_n };
        office |= mm_str_eq(name, MM_STR("[Content_Types].xml")) || mm_str_starts(name, MM_STR("_rels/"));
        for (size_t i = 0; office && i < sizeof inside / sizeof *inside; i++)
            if (mm_str_starts(name, mm_str_of(inside[i].name))) return inside[i].mime;
        uint64_t step = 30 + (uint64_t)name_n + extra_n + le32(p + 18);
        if ((le16(p + 6) & 8) || step > (uint64_t)(end - p)) {  /* length unknown or beyond: look for the next head */
            const char *next = memmem(p + 4, (size_t)(end - p) - 4, "PK\3\4", 4);
            if (!next) break;
            p = next;
        } else {
            p += step;
        }
    }
    return office ? "application/vnd.openxmlformats-officedocument" : "application/zip";
}

/* Length of the MPEG audio frame whose header stands at p, 0 when it is none (ISO/IEC 11172-3 2.4.2.3,
 * 13818-3 2.4.2.3: bit rate in kbit/s by version and layer). */
size_t mm_mpeg_frame(const unsigned char p[3]) {
    static const short rate[5][15] = {
        { 0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448 },
        { 0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384 },
        { 0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320 },
        { 0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256 },
        { 0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160 },
    };
    static const int hz[3] = { 44100, 48000, 32000 };
    unsigned version = p[1] >> 3 & 3, layer = p[1] >> 1 & 3, r = p[2] >> 4, f = p[2] >> 2 & 3;
    if (p[0] != 0xff || (p[1] & 0xe0) != 0xe0 || version == 1 || !layer || !r || r == 15 || f == 3) return 0;
    bool first = version == 3;
    int row = first ? 3 - (int)layer : layer == 3 ? 3 : 4;
    int rate_hz = hz[f] >> (first ? 0 : version == 2 ? 1 : 2), pad = p[2] >> 1 & 1;
    if (layer == 3) return (size_t)(12 * rate[row][r] * 1000 / rate_hz + pad) * 4;
    return (size_t)((layer == 1 && !first ? 72 : 144) * rate[row][r] * 1000 / rate_hz + pad);
}

/* Sound without a file header: two frames in a row, so that chance hits are rare. */
static const char *bare_sound(mm_str s) {
    const unsigned char *p = (const unsigned char *)s.p;
    if (s.n < 8 || p[0] != 0xff) return NULL;
    if ((p[1] & 0xf6) == 0xf0) {
        size_t n = (size_t)(p[3] & 3) << 11 | (size_t)p[4] << 3 | p[5] >> 5;
        return n >= 7 && (n + 2 > s.n || (p[n] == 0xff && (p[n + 1] & 0xf6) == 0xf0)) ? "audio/x-hx-aac-adts" : NULL;
    }
    size_t n = mm_mpeg_frame(p);
    if (!n || n + 4 > s.n) return NULL;
    return mm_mpeg_frame(p + n) ? "audio/mpeg" : NULL;
}

/* A tar header's own sum: all bytes with the sum's field read as blanks (POSIX.1-2017 pax, ustar). */
static bool tar(mm_str s) {
    if (s.n < 512 || !s.p[0]) return false;
    unsigned long sum = 0, said = 0;
    for (size_t i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? ' ' : (unsigned char)s.p[i];
    size_t i = 148;
    while (i < 156 && s.p[i] == ' ') i++;
    size_t from = i;
    for (; i < 156 && s.p[i] >= '0' && s.p[i] <= '7'; i++) said = said * 8 + (unsigned long)(s.p[i] - '0');
    return i > from && sum == said;
}

static const char *by_structure(mm_str s) {
    if (HAS(s, 0, "RIFF") || HAS(s, 0, "RF64")) return riff(s);
    if (HAS(s, 4, "ftyp")) return ftyp(s);
    if (HAS(s, 0, "\x1a\x45\xdf\xa3")) return ebml(s);
    if (HAS(s, 0, "OggS")) return ogg(s);
    if (HAS(s, 0, "PK\3\4")) return zip(s);
    if (HAS(s, 0, "PK\5\6") && s.n >= 22) return "application/zip";
    if (HAS(s, 0, "FORM") && (HAS(s, 8, "AIFF") || HAS(s, 8, "AIFC"))) return "audio/x-aiff";
    if (HAS(s, 0, "BZh") && s.n > 4 && s.p[3] >= '1' && s.p[3] <= '9') return "application/x-bzip2";
    if (HAS(s, 0, "BM") && s.n >= 18 && le32(s.p + 14) >= 12 && le32(s.p + 14) <= 124 && !le32(s.p + 6)) return "image/bmp";
    if (s.n > 376 && s.p[0] == 0x47 && s.p[188] == 0x47 && s.p[376] == 0x47) return "video/mp2t";
    if (tar(s)) return "application/x-tar";
    return bare_sound(s);
}

/* ---- text -------------------------------------------------------------------- */

/* Bytes no text holds: C0 controls but BEL BS TAB LF VT FF CR ESC, and DEL. */
static inline unsigned odd_byte(unsigned char c) {
    return (unsigned)(c < 0x07) | (unsigned)((unsigned char)(c - 0x0e) < 0x0d) |
           (unsigned)((unsigned char)(c - 0x1c) < 0x04) | (unsigned)(c == 0x7f);
}

/* In blocks without a way out in the middle, which compilers turn into vectors. */
static bool holds_odd_byte(mm_str s) {
    size_t i = 0;
    for (; i + 64 <= s.n; i += 64) {
        unsigned char odd = 0;
        for (size_t k = 0; k < 64; k++) odd |= (unsigned char)odd_byte((unsigned char)s.p[i + k]);
        if (odd) return true;
    }
    for (; i < s.n; i++)
        if (odd_byte((unsigned char)s.p[i])) return true;
    return false;
}

static bool utf16(mm_str s) {
    if (HAS(s, 0, "\xff\xfe") || HAS(s, 0, "\xfe\xff")) return s.n >= 2;
    size_t n = s.n < 512 ? s.n & ~(size_t)1 : 512, zero[2] = { 0, 0 };
    for (size_t i = 0; i < n; i++) zero[i & 1] += !s.p[i];
    size_t half = n / 2, most = zero[0] > zero[1] ? zero[0] : zero[1], least = zero[0] + zero[1] - most;
    if (n < 8 || least || most < half - half / 8) return false;
    unsigned text_at = zero[0] > zero[1];
    for (size_t i = text_at; i < n; i += 2)
        if (odd_byte((unsigned char)s.p[i])) return false;
    return true;
}

mm_texture mm_texture_of(mm_str bytes, bool whole) {
    mm_str start = { bytes.p, bytes.n < 256 ? bytes.n : 256 };
    if (holds_odd_byte(start) || HAS(bytes, 0, "\xff\xfe") || HAS(bytes, 0, "\xfe\xff"))
        return utf16(bytes) ? MM_TEXTURE_UTF16 : MM_TEXTURE_BINARY;
    if (holds_odd_byte(bytes)) return MM_TEXTURE_BINARY;
    size_t good = mm_simd()->utf8_check(bytes.p, bytes.n);
    if (good == bytes.n || (!whole && bytes.n - good < 4)) return MM_TEXTURE_UTF8;
    return MM_TEXTURE_8BIT;
}

static bool starts_fold(mm_str s, const char *lower) {
    size_t n = strlen(lower);
    return s.n >= n && strncasecmp(s.p, lower, n) == 0;
}

static const char *text_kind(mm_str s, uint64_t size) {
    mm_str t = s;
    if (HAS(t, 0, "\xef\xbb\xbf")) t.p += 3, t.n -= 3;
    while (t.n && (*t.p == ' ' || *t.p == '\t' || *t.p == '\n' || *t.p == '\r')) t.p++, t.n--;
    if (!t.n) return "text/plain";
    if (*t.p == '<') {
        if (starts_fold(t, "<!doctype html") || starts_fold(t, "<html")) return "text/html";
        if (starts_fold(t, "<svg")) return "image/svg+xml";
        if (starts_fold(t, "<?xml")) return memmem(t.p, t.n < 1024 ? t.n : 1024, "<svg", 4) ? "image/svg+xml" : "text/xml";
    }
    if ((*t.p == '{' || *t.p == '[') && s.n == size && mm_json_check(t, 0, NULL, NULL) == 0) return "application/json";
    return "text/plain";
}

/* ---- libmagic for the rest ---------------------------------------------------- */

/* libmagic takes 50 to 100 us. Nearly every magic number our table lacks holds three letters or digits
 * in a row near its start; random bytes seldom do. */
static bool looks_like_magic(mm_str s) {
    size_t run = 0, n = s.n < 8 ? s.n : 8;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s.p[i], l = c | 0x20;
        run = (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') ? run + 1 : 0;
        if (run == 3) return true;
    }
    return false;
}

static const char *by_libmagic(mm_typer *t, mm_str s) {
    if (!t->tried) {
        t->tried = true;
        t->magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_CDF |
                              MAGIC_NO_CHECK_TOKENS | MAGIC_NO_CHECK_JSON | MAGIC_NO_CHECK_CSV |
                              MAGIC_NO_CHECK_ENCODING | MAGIC_NO_CHECK_TEXT);
        if (t->magic && magic_load(t->magic, NULL)) {
            magic_close(t->magic);
            t->magic = NULL;
        }
    }
    return t->magic ? magic_buffer(t->magic, s.p, s.n < MM_TYPE_HEAD ? s.n : MM_TYPE_HEAD) : NULL;
}

/* ---- the public face ----------------------------------------------------------- */

mm_typer *mm_typer_new(void) { return calloc(1, sizeof(mm_typer)); }

void mm_typer_free(mm_typer *t) {
    if (t && t->magic) magic_close(t->magic);
    free(t);
}

const char *mm_modality_of(mm_str mime) {
    static const struct { mm_str prefix; const char *modality; } table[] = {
        /* a drawing in SVG is text to whoever looks for personal data */
        { { "image/svg", 9 }, "text" }, { { "image/", 6 }, "image" }, { { "audio/", 6 }, "audio" },
        { { "video/", 6 }, "video" }, { { "text/rtf", 8 }, "document" }, { { "text/", 5 }, "text" },
        { { "message/", 8 }, "text" }, { { "application/json", 16 }, "text" },
        { { "application/pdf", 15 }, "document" }, { { "application/postscript", 22 }, "document" },
        { { "application/vnd.openxmlformats-officedocument", 45 }, "document" },
        { { "application/vnd.oasis.opendocument", 34 }, "document" }, { { "application/epub+zip", 20 }, "document" },
        { { "application/x-ole-storage", 25 }, "document" }, { { "application/msword", 18 }, "document" },
        { { "application/vnd.ms-", 19 }, "document" }, { { "application/ogg", 15 }, "audio" },
        { { "application/zip", 15 }, "archive" }, { { "application/x-tar", 17 }, "archive" },
        { { "application/gzip", 16 }, "archive" }, { { "application/x-xz", 16 }, "archive" },
        { { "application/zstd", 16 }, "archive" }, { { "application/x-bzip2", 19 }, "archive" },
        { { "application/x-lz4", 17 }, "archive" }, { { "application/x-7z-compressed", 27 }, "archive" },
        { { "application/x-cpio", 18 }, "archive" }, { { "application/x-rar", 17 }, "archive" },
        { { "application/x-iso9660-image", 27 }, "archive" }, { { "application/x-archive", 21 }, "archive" },
        { { "application/vnd.debian.binary-package", 37 }, "archive" }, { { "application/java-archive", 24 }, "archive" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (mm_str_starts(mime, table[i].prefix)) return table[i].modality;
    return "binary";
}

mm_type mm_type_of(mm_typer *t, mm_str head, uint64_t size) {
    const char *mime = NULL;
    if (!head.n) mime = "application/x-empty";
    if (!mime) mime = by_signature(head);
    if (!mime) mime = by_structure(head);
    if (!mime && mm_texture_of(head, head.n == size) != MM_TEXTURE_BINARY) mime = text_kind(head, size);
    if (!mime && t && looks_like_magic(head)) mime = by_libmagic(t, head);
    if (!mime) mime = "application/octet-stream";
    return (mm_type){ mime, mm_modality_of(mm_str_of(mime)) };
}
