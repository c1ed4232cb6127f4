/* paint_jpeg.c - JPEG through the coefficients of libjpeg: blocks a box touches get new ones under the tables that are
 * there, all others stay as they are. Nothing is decoded to samples and back. */
#ifdef MM_HAVE_PAINT
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

#include "media/paint_plane.h"

typedef struct trouble {
    struct jpeg_error_mgr mgr;
    jmp_buf out;
    char text[JMSG_LENGTH_MAX];
} trouble;

static void fail(j_common_ptr c)
{
    trouble *t = (trouble *)c->err;
    c->err->format_message(c, t->text);
    longjmp(t->out, 1);
}

/* A warning is of damage: what stands there afterwards would be a guess. */
static void warn(j_common_ptr c, int level)
{
    if (level < 0)
        fail(c);
}

static void quiet(j_common_ptr c)
{
}

typedef struct work {
    struct jpeg_decompress_struct in;
    struct jpeg_compress_struct out;
    trouble trouble;
    jvirt_barray_ptr *coefficients;
    unsigned char *made;
    unsigned long made_n;
} work;

/* ---- blocks ----------------------------------------------------------------- */

/* One component, and where its blocks lie. */
typedef struct component {
    work *w;
    jvirt_barray_ptr blocks;
    int columns, rows;
    int unit_x, unit_y;        /* pixels of a block */
    const UINT16 *table;       /* of quantisation */
    double dark;               /* mean of a sample, from -128 */
} component;

static component component_of(work *w, int i)
{
    const jpeg_component_info *c = &w->in.comp_info[i];
    bool amounts = w->in.jpeg_color_space == JCS_RGB || w->in.jpeg_color_space == JCS_GRAYSCALE ||
                   (w->in.jpeg_color_space == JCS_YCbCr && i == 0);
    return (component){ w, w->coefficients[i], (int)c->width_in_blocks, (int)c->height_in_blocks,
                        8 * w->in.max_h_samp_factor / c->h_samp_factor, 8 * w->in.max_v_samp_factor / c->v_samp_factor,
                        w->in.comp_info[i].quant_table->quantval, amounts ? -128 : 0 };
}

static JCOEF *block(const component *c, int column, int row)
{
    JBLOCKARRAY rows = c->w->in.mem->access_virt_barray((j_common_ptr)&c->w->in, c->blocks, (JDIMENSION)row, 1, TRUE);
    return rows[0][column];
}

static JCOEF quantised(const component *c, int i, double v)
{
    double q = v / c->table[i];
    return (JCOEF)lround(i == 0 ? fmin(fmax(q, -1024), 1023) : fmin(fmax(q, -1023), 1023));
}

/* Fill a block with a flat one: the first coefficient is eight times the mean. */
static void flatten(const component *c, JCOEF *b, double mean)
{
    memset(b, 0, sizeof(JBLOCK));
    b[0] = quantised(c, 0, 8 * mean);
}

/* The forward transform of ITU-T T.81, A.3.3. */
static void transform(const component *c, const double sample[64], JCOEF *b)
{
    double cosine[8][8], half[64];
    for (int u = 0; u < 8; u++)
        for (int x = 0; x < 8; x++)
            cosine[u][x] = (u ? 0.5 : sqrt(0.125)) * cos((2 * x + 1) * u * M_PI / 16);
    for (int y = 0; y < 8; y++)
        for (int u = 0; u < 8; u++) {
            half[8 * y + u] = 0;
            for (int x = 0; x < 8; x++)
                half[8 * y + u] += cosine[u][x] * sample[8 * y + x];
        }
    for (int v = 0; v < 8; v++)
        for (int u = 0; u < 8; u++) {
            double sum = 0;
            for (int y = 0; y < 8; y++)
                sum += cosine[v][y] * half[8 * y + u];
            b[8 * v + u] = quantised(c, 8 * v + u, sum);
        }
}

/* ---- a box ------------------------------------------------------------------ */

/* Its blocks. Boxes begin and end where those of all components do, but at the picture's edge. */
typedef struct area {
    int x0, y0, x1, y1;
} area;

static area area_of(const component *c, const mm_cells *k)
{
    area a = { k->x0 / c->unit_x, k->y0 / c->unit_y, (k->x1 + c->unit_x - 1) / c->unit_x, (k->y1 + c->unit_y - 1) / c->unit_y };
    a.x1 = a.x1 < c->columns ? a.x1 : c->columns;
    a.y1 = a.y1 < c->rows ? a.y1 : c->rows;
    return a;
}

static void take_means(const component *c, const area *a, mm_cells *k)
{
    double count[sizeof k->value / sizeof *k->value] = { 0 };
    memset(k->value, 0, sizeof k->value);
    for (int y = a->y0; y < a->y1; y++)
        for (int x = a->x0; x < a->x1; x++) {
            int i = mm_cell_at(k, x * c->unit_x, y * c->unit_y);
            k->value[i] += block(c, x, y)[0] * (double)c->table[0] / 8;
            count[i]++;
        }
    for (int i = 0; i < k->across * k->down; i++)
        k->value[i] = count[i] > 0 ? mm_cells_round(k->value[i] / count[i], -128, 127) : 0;
}

static void smooth(const component *c, const mm_cells *k, int column, int row, JCOEF *b)
{
    double sample[64];
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 8; x++)
            sample[8 * y + x] = mm_cells_at(k, MM_PAINT_BLUR, column * c->unit_x + (x + 0.5) * c->unit_x / 8,
                                            row * c->unit_y + (y + 0.5) * c->unit_y / 8);
    transform(c, sample, b);
}

static void paint_component(const component *c, mm_cells *k, mm_paint_how how)
{
    area a = area_of(c, k);
    if (how != MM_PAINT_BOX)
        take_means(c, &a, k);
    for (int y = a.y0; y < a.y1; y++)
        for (int x = a.x0; x < a.x1; x++) {
            JCOEF *b = block(c, x, y);
            if (how == MM_PAINT_BLUR)
                smooth(c, k, x, y, b);
            else
                flatten(c, b, how == MM_PAINT_BOX ? c->dark : k->value[mm_cell_at(k, x * c->unit_x, y * c->unit_y)]);
        }
}

static void paint(work *w, const mm_paint *boxes, size_t n)
{
    int unit_x = 8 * w->in.max_h_samp_factor, unit_y = 8 * w->in.max_v_samp_factor;
    for (int solid = 0; solid <= 1; solid++)
        for (size_t i = 0; i < n; i++) {
            mm_cells k;
            mm_cells_of(&boxes[i], (int)w->in.image_width, (int)w->in.image_height, unit_x, unit_y, &k);
            for (int c = 0; k.x1 > k.x0 && (boxes[i].how == MM_PAINT_BOX) == solid && c < w->in.num_components; c++) {
                component one = component_of(w, c);
                paint_component(&one, &k, boxes[i].how);
            }
        }
}

/* ---- the file --------------------------------------------------------------- */

/* As much of the markers as libjpeg does not write by itself. */
static void copy_markers(work *w)
{
    for (jpeg_saved_marker_ptr m = w->in.marker_list; m; m = m->next) {
        bool jfif = m->marker == JPEG_APP0 && m->data_length >= 5 && !memcmp(m->data, "JFIF", 5);
        bool adobe = m->marker == JPEG_APP0 + 14 && m->data_length >= 5 && !memcmp(m->data, "Adobe", 5);
        if (!(jfif && w->out.write_JFIF_header) && !(adobe && w->out.write_Adobe_marker))
            jpeg_write_marker(&w->out, m->marker, m->data, m->data_length);
    }
}

/* Subsampling whose blocks do not lie in whole units of each other. */
static bool is_odd(const work *w)
{
    for (int i = 0; i < w->in.num_components; i++)
        if (w->in.max_h_samp_factor % w->in.comp_info[i].h_samp_factor || w->in.max_v_samp_factor % w->in.comp_info[i].v_samp_factor)
            return true;
    return (w->in.max_h_samp_factor & (w->in.max_h_samp_factor - 1)) || (w->in.max_v_samp_factor & (w->in.max_v_samp_factor - 1));
}

static int repaint(work *w, mm_str in, const mm_paint *boxes, size_t n, mm_err *e)
{
    if (setjmp(w->trouble.out))
        return mm_fail(e, MM_EBAD, "not written again: %s", w->trouble.text);
    jpeg_create_decompress(&w->in);
    jpeg_create_compress(&w->out);
    jpeg_mem_src(&w->in, (const unsigned char *)in.p, in.n);
    jpeg_save_markers(&w->in, JPEG_COM, 0xffff);
    for (int i = 0; i < 16; i++)
        jpeg_save_markers(&w->in, JPEG_APP0 + i, 0xffff);
    jpeg_read_header(&w->in, TRUE);
    w->coefficients = jpeg_read_coefficients(&w->in);
    if (is_odd(w))
        return mm_fail(e, MM_EBAD, "not written again: its subsampling is not a whole one");
    paint(w, boxes, n);
    jpeg_copy_critical_parameters(&w->in, &w->out);
    if (w->in.progressive_mode)
        jpeg_simple_progression(&w->out);
    w->out.optimize_coding = TRUE;
    w->out.arith_code = w->in.arith_code;
    w->out.restart_interval = w->in.restart_interval;
    jpeg_mem_dest(&w->out, &w->made, &w->made_n);
    jpeg_write_coefficients(&w->out, w->coefficients);
    copy_markers(w);
    jpeg_finish_compress(&w->out);
    jpeg_finish_decompress(&w->in);
    return 0;
}

int mm_paint_jpeg(mm_str in, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e)
{
    work *w = calloc(1, sizeof *w);
    if (!w)
        return mm_fail(e, MM_ESYS, "out of memory");
    w->in.err = w->out.err = jpeg_std_error(&w->trouble.mgr);
    w->trouble.mgr.error_exit = fail;
    w->trouble.mgr.emit_message = warn;
    w->trouble.mgr.output_message = quiet;
    int r = repaint(w, in, boxes, n, e);
    if (r == 0)
        mm_buf_put(out, w->made, w->made_n);
    jpeg_destroy_compress(&w->out);
    jpeg_destroy_decompress(&w->in);
    free(w->made);
    free(w);
    return r;
}
#endif
