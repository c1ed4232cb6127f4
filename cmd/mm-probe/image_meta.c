/* image_meta.c - all that EXIF, XMP and IPTC say about a picture. */
#include "media/meta.h"

#include "ask.h"

static const fact facts[] = {
    [MM_META_EXIF] = { "image.exif", "object", "", NEED_HEAD, true,
                       "every tag by its name in Exif 2.32, as stored; latitude_deg and longitude_deg with their sign" },
    [MM_META_XMP] = { "image.xmp", "object", "", NEED_HEAD, true,
                      "every property of XMP (ISO 16684-1) by its name with its usual prefix; structures are objects" },
    [MM_META_IPTC] = { "image.iptc", "object", "", NEED_HEAD, true, "every dataset by its name in IPTC IIM 4.2" },
};

static int probe(subject *s, answer *a, mm_err *e)
{
    mm_str lines, json[MM_META_KINDS];
    int r = ask_worker(s, a, MM_MEDIA_META, (mm_str){ 0 }, &lines, e);
    if (r < 0 || (r > 0 && mm_meta_take(lines, json, e) < 0))
        return -1;
    for (size_t i = 0; r > 0 && i < sizeof facts / sizeof *facts; i++)
        tell_raw(a, i, json[i]);
    return 0;
}

/* A family of its own: it is personal, and told only to who asks for it. */
const prober image_meta_prober = { "image.meta", ON_IMAGE, facts, sizeof facts / sizeof *facts, probe };
