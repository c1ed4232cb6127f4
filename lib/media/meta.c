/* meta.c - the metadata of an image, kind by kind, as an operation's answer. */
#include "media/meta.h"

#include "media/media.h"
#include "media/meta_blocks.h"
#include "media/meta_put.h"

int mm_meta_read(mm_str image, mm_buf *out, mm_err *e)
{
    mm_image_facts f;
    if (mm_image_facts_read(image, &f, e) < 0)
        return -1;
    for (int i = 0; i < MM_META_KINDS; i++) {
        mm_buf room = { 0 }, more = { 0 };
        mm_str block = mm_meta_block(image, &f, i, &room);
        if (block.n && i == MM_META_EXIF)
            mm_meta_exif(block, out);
        else if (block.n && i == MM_META_XMP)
            mm_meta_xmp(block, mm_meta_xmp_extension(image, &f, block, &more), out);
        else if (block.n)
            mm_meta_iptc(block, out);
        mm_buf_byte(out, '\n');
        out->failed |= room.failed || more.failed;
        mm_buf_free(&room);
        mm_buf_free(&more);
    }
    return out->failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

int mm_meta_take(mm_str answer, mm_str json[MM_META_KINDS], mm_err *e)
{
    size_t at;
    mm_err reason = { 0 };
    for (int i = 0; i < MM_META_KINDS; i++) {
        const char *end = answer.n ? memchr(answer.p, '\n', answer.n) : NULL;
        json[i] = (mm_str){ answer.p, end ? (size_t)(end - answer.p) : 0 };
        if (!end || (json[i].n && (json[i].p[0] != '{' || mm_json_check(json[i], 64, &at, &reason) < 0)))
            return mm_fail(e, MM_EBAD, "the decoder answered no metadata");
        answer = mm_sub(answer, json[i].n + 1, answer.n);
    }
    return answer.n ? mm_fail(e, MM_EBAD, "the decoder answered too much metadata") : 0;
}
