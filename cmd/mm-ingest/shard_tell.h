/* shard_tell.h - is a tar a WebDataset shard? Told by its first members.
 *
 * It is when mm-store wrote it, which the owner's name in its headers says; or when its first members share a stem
 * (group.h) and among them are both what describes a sample (json, cls, txt) and a sample (picture, sound, video,
 * tensor), by the ends of their names. Depends on mm.h.
 */
#ifndef MM_INGEST_SHARD_TELL_H
#define MM_INGEST_SHARD_TELL_H

#include "mm.h"

typedef enum shard_answer { SHARD_UNKNOWN, SHARD_NO, SHARD_YES } shard_answer;

/** What was seen of a tar; zero-initialise, free with shard_tell_free. */
typedef struct shard_tell {
    mm_buf stem;
    unsigned members;
    bool describes, sample;
} shard_tell;
void shard_tell_free(shard_tell *t);

/** Take the next member, a plain file. owner is the name of its owner in the header. SHARD_UNKNOWN asks for the
 *  next; where there is none, it is no shard. */
shard_answer shard_tell_member(shard_tell *t, mm_str name, mm_str owner);

/** The name up to the first dot behind the last slash (or '!', which stands behind the archive a member is in); and
 *  what follows the dot. */
void shard_split(mm_str member, mm_str *stem, mm_str *part);

#endif
