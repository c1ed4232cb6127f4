/* tar.h - the headers of a tar archive: ustar, pax, GNU and the old form before them.
 *
 * Bytes in, members out; where the bytes come from is the caller's business. A header block is 512 bytes;
 * behind it come `size` bytes of content, padded to the next 512. Sources: POSIX.1-2017 pax (ustar and pax
 * interchange formats), the GNU tar manual ("Basic Tar Format", "Sparse Formats"). Depends on mm.h.
 */
#ifndef MM_INGEST_TAR_H
#define MM_INGEST_TAR_H

#include "mm.h"

#define TAR_BLOCK 512
/** An extension (long name, pax header) longer than this is refused. */
#define TAR_EXTENSION_MAX ((uint64_t)256 << 10)

typedef enum tar_kind {
    TAR_FILE,
    TAR_FOLDER,
    TAR_LINK,       /* symbolic or hard: no content of its own */
    TAR_SPECIAL,    /* device, FIFO */
    TAR_SPARSE,     /* content with a map of holes in it: what stands in the archive is not the file */
    TAR_EXTENSION,  /* its content is for tar_extend() */
    TAR_ZERO,       /* a block of zeroes: the end, as a rule of two */
    TAR_BAD,        /* no header: e tells */
} tar_kind;

typedef struct tar_member {
    mm_str name;    /* until the next tar_head(); a NUL follows */
    mm_str owner;   /* by name, as the header has it; in the block */
    uint64_t size;  /* of the content that follows */
} tar_member;

/** What extensions said of the member to come. Zero-initialise; free with tar_free. */
typedef struct tar {
    char type;             /* of the extension whose content is due */
    bool due;              /* extensions came, and the member they speak of is due */
    bool has_path, has_size, sparse;
    bool extended;         /* 'S': blocks of a sparse map follow the header */
    uint64_t size;
    mm_buf path;           /* said by an extension */
    mm_buf name;           /* of the last member */
} tar;
void tar_free(tar *t);

/** Read one block. */
tar_kind tar_head(tar *t, const char block[TAR_BLOCK], tar_member *m, mm_err *e);
/** Take the content of an extension: 0, or -1 with MM_EBAD. */
int tar_extend(tar *t, mm_str content, mm_err *e);

/** Could this block be a header: does its check sum hold? */
bool tar_sound(const char block[TAR_BLOCK]);

#endif
