/* heif.h - boxes and items of HEIF and AVIF; private to lib/media.
 *
 * ISO/IEC 14496-12 section 8.11 (items), 23008-12 sections 6 (derived images) and 9 (properties). Depends on bytes.h.
 * All is borrowed from the file's bytes; walks end after a few thousand items or properties, whatever the file says.
 */
#ifndef MM_MEDIA_HEIF_H
#define MM_MEDIA_HEIF_H

#include "media/bytes.h"

/** One box: its type and body. */
typedef struct mm_box {
    mm_str type, body;
} mm_box;

enum { MM_HEIF_ITEMS = 4096, MM_HEIF_PROPERTIES = 4096, MM_HEIF_TILES = 1024 };

/** Take the next box at *at; false at the end or when it is damaged. */
bool mm_box_next(mm_str s, uint64_t *at, mm_box *b);
/** The body of the first box of that type; empty when there is none. */
mm_str mm_box_find(mm_str s, mm_str type);

/** What stands in the file's meta box; empty when it has none. */
mm_str mm_heif_meta(mm_str file);
uint64_t mm_heif_primary(mm_str meta);
/** "hvc1", "grid", ...; empty when there is no such item. */
mm_str mm_heif_type(mm_str meta, uint64_t item);
/** The bytes of an item that lies in one piece; of one in several, the first. */
mm_str mm_heif_bytes(mm_str file, mm_str meta, uint64_t item);
/** Property i (from 0) of an item, in the order of their association; false behind the last. */
bool mm_heif_property(mm_str meta, uint64_t item, unsigned i, mm_box *p);
/** The body of the item's property of that type; empty when it has none. */
mm_str mm_heif_property_of(mm_str meta, uint64_t item, mm_str type);

/** A picture put together from tiles of equal size, row by row. */
typedef struct mm_heif_grid {
    unsigned columns, rows;
    uint64_t width, height;           /* of the whole, pixels */
    uint64_t tile[MM_HEIF_TILES];     /* items */
} mm_heif_grid;
/** 0, or -1 when the item is no grid, or lacks tiles, or has too many. */
int mm_heif_grid_read(mm_str file, mm_str meta, uint64_t item, mm_heif_grid *g);

#endif
