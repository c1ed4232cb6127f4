#ifdef MM_HAVE_PAINT
#include "media/tiff_memory.h"

#include <stdio.h>
#include <string.h>

static tmsize_t give(thandle_t h, void *to, tmsize_t n)
{
    mm_tiff_memory *m = h;
    mm_str from = m->out ? mm_buf_view(m->out) : m->bytes;
    size_t left = m->at < from.n ? from.n - m->at : 0, most = (size_t)n < left ? (size_t)n : left;
    if (most)
        memcpy(to, from.p + m->at, most);
    m->at += most;
    return (tmsize_t)most;
}

/* Offsets beyond the end, which a directory may have, are filled with zeros. */
static tmsize_t take(thandle_t h, void *from, tmsize_t n)
{
    mm_tiff_memory *m = h;
    if (!m->out)
        return 0;
    while (m->out->n < m->at && !m->out->failed)
        mm_buf_byte(m->out, 0);
    if (m->at + (size_t)n > m->out->n && mm_buf_room(m->out, m->at + (size_t)n - m->out->n))
        m->out->n = m->at + (size_t)n;
    if (m->out->failed)
        return -1;
    memcpy(m->out->p + m->at, from, (size_t)n);
    m->at += (size_t)n;
    return n;
}

static toff_t size_of(thandle_t h)
{
    mm_tiff_memory *m = h;
    return m->out ? m->out->n : m->bytes.n;
}

static toff_t seek(thandle_t h, toff_t offset, int whence)
{
    mm_tiff_memory *m = h;
    m->at = (size_t)offset + (whence == SEEK_CUR ? m->at : whence == SEEK_END ? (size_t)size_of(h) : 0);
    return m->at;
}

static int shut(thandle_t h)
{
    return 0;
}

static TIFF *open_as(mm_tiff_memory *m, const char *mode)
{
    TIFFSetErrorHandler(NULL);
    TIFFSetWarningHandler(NULL);
    return TIFFClientOpen("memory", mode, m, give, take, seek, shut, size_of, NULL, NULL);
}

TIFF *mm_tiff_read(mm_tiff_memory *m)
{
    return open_as(m, "rmO");
}

TIFF *mm_tiff_write(mm_tiff_memory *m, TIFF *like)
{
    char mode[8];
    snprintf(mode, sizeof mode, "w%c%c", TIFFIsBigEndian(like) ? 'b' : 'l', TIFFIsBigTIFF(like) ? '8' : '4');
    return open_as(m, mode);
}
#endif
