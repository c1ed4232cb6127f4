#include "media/codes.h"

#ifdef MM_HAVE_ZBAR
#include <ctype.h>
#include <iconv.h>
#include <stdio.h>
#include <zbar.h>

#include "media/lazy.h"

bool mm_codes_is_built(void)
{
    return true;
}

/* The texts of QR codes are in these; their tables stay loaded while a converter is open. */
void mm_codes_warm(void)
{
    static const char *const sets[] = { "UTF-8", "ISO8859-1", "SJIS", "BIG-5", "CP437" };
    mm_lazy_load();
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        (void)iconv_open("UTF-8", sets[i]);
}

static bool box_of(const zbar_symbol_t *s, int width, int height, mm_code_box *out)
{
    int x0 = width, y0 = height, x1 = -1, y1 = -1;
    for (unsigned i = 0; i < zbar_symbol_get_loc_size(s); i++) {
        int x = zbar_symbol_get_loc_x(s, i), y = zbar_symbol_get_loc_y(s, i);
        x0 = x < x0 ? x : x0;
        y0 = y < y0 ? y : y0;
        x1 = x > x1 ? x : x1;
        y1 = y > y1 ? y : y1;
    }
    if (x1 < x0)  /* it is somewhere, but nobody knows where */
        x0 = y0 = 0, x1 = width - 1, y1 = height - 1;
    *out = (mm_code_box){ x0, y0, x1 - x0 + 1, y1 - y0 + 1, "" };
    snprintf(out->kind, sizeof out->kind, "%s", zbar_get_symbol_name(zbar_symbol_get_type(s)));
    for (char *p = out->kind; *p; p++)
        *p = isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '-';
    return true;
}

int mm_codes_find(const uint8_t *luma, int width, int height, mm_code_box *out, int room, mm_err *e)
{
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_t *image = zbar_image_create();
    int n = 0;
    if (!scanner || !image)
        n = mm_fail(e, MM_ESYS, "out of memory");
    if (n == 0) {
        zbar_set_verbosity(0);
        zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 1);
        zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_TEST_INVERTED, 1);
        zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
        zbar_image_set_size(image, (unsigned)width, (unsigned)height);
        zbar_image_set_data(image, luma, (unsigned long)width * (unsigned long)height, NULL);
        if (zbar_scan_image(scanner, image) < 0)
            n = mm_fail(e, MM_EBAD, "libzbar can not scan the picture");
        for (const zbar_symbol_t *s = zbar_image_first_symbol(image); n >= 0 && n < room && s; s = zbar_symbol_next(s))
            n += box_of(s, width, height, &out[n]);
    }
    if (image)
        zbar_image_destroy(image);
    if (scanner)
        zbar_image_scanner_destroy(scanner);
    return n;
}

#else

bool mm_codes_is_built(void)
{
    return false;
}

void mm_codes_warm(void)
{
}

int mm_codes_find(const uint8_t *luma, int width, int height, mm_code_box *out, int room, mm_err *e)
{
    return mm_fail(e, MM_EBAD, "bar codes need libzbar, which this build leaves out");
}
#endif
