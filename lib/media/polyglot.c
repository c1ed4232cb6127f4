/* polyglot.c - media that are something else as well. Where others look for their marks: zip at the end (APPNOTE
 * 4.3.16), PDF within the first 1024 bytes (ISO 32000-1 annex H, note 13), HTML anywhere near either end. Touches
 * the first and last KiB only. */
#include "media/image.h"

#include <strings.h>

enum { NEAR = 1024, ZIP_END = 22 };

static bool ends_as_zip(mm_str s)
{
    mm_str tail = mm_sub(s, s.n > NEAR ? s.n - NEAR : 0, NEAR);
    for (const char *p = tail.p, *end = tail.p + tail.n; p && p < end && (p = memchr(p, 'P', (size_t)(end - p))); p++) {
        uint64_t at = (uint64_t)(p - s.p);
        if (mm_at(s, at, "PK\5\6", 4) && mm_in(s, at, ZIP_END) && mm_le(s, at + 20, 2) == s.n - at - ZIP_END)
            return true;
    }
    return false;
}

static bool holds_html(mm_str s)
{
    for (const char *p = s.p, *end = s.p + s.n; p && p < end && (p = memchr(p, '<', (size_t)(end - p))); p++)
        if (end - p >= 7 && (!strncasecmp(p, "<html", 5) || !strncasecmp(p, "<script", 7)))
            return true;
    return false;
}

void mm_polyglot_note(mm_str s, mm_media_warnings *w)
{
    mm_str head = mm_sub(s, 0, NEAR), tail = mm_sub(s, s.n > NEAR ? s.n - NEAR : 0, NEAR);
    if (ends_as_zip(s))
        mm_media_warn(w, "it is a zip archive as well");
    if (head.n && memmem(head.p, head.n, "%PDF-", 5))
        mm_media_warn(w, "it is a PDF document as well");
    if (holds_html(head) || holds_html(tail))
        mm_media_warn(w, "it holds HTML as well");
}
