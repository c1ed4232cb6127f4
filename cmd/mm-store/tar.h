/* tar.h - a tar of plain files into a sink: the same names and bytes give the same tar. */
#ifndef MM_STORE_TAR_H
#define MM_STORE_TAR_H

#include "record/sink.h"

typedef struct st_tar st_tar;
/** The sink is borrowed. mtime is that of every member; owner and group are 0, the
 *  owner's name is mm-store, the mode 0644. */
st_tar *st_tar_new(mm_sink *s, int64_t mtime, mm_err *e);
void st_tar_free(st_tar *t);
/** Begin a file of this many bytes. */
int st_tar_file(st_tar *t, const char *name, uint64_t size, mm_err *e);
/** Its next bytes; `stays`: they do not change until the sink is settled. */
int st_tar_bytes(st_tar *t, mm_str bytes, bool stays, mm_err *e);
int st_tar_end(st_tar *t, mm_err *e);
/** What a file of this size takes, its header included; and what the end takes. */
uint64_t st_tar_room(uint64_t size);
#define ST_TAR_END 1024

#endif
