/* layout.h - rows of a stream look alike: the bytes between the values of a row, remembered.
 *
 * A layout is taken from a header that is known to be valid JSON: its names, brackets, commas and blanks, and of
 * each value only whether it is a string. A header that has the same bytes between values of the same kinds is
 * valid JSON too, and where its values are, and what their names mean, is then known without a parse.
 */
#ifndef MM_REDACT_LAYOUT_H
#define MM_REDACT_LAYOUT_H

#include "words.h"

enum { LAYOUT_FIELDS = 96, LAYOUT_BYTES = 4096 };

typedef struct layout_field {
    uint32_t from, len;   /* the bytes before the value, in layout.bytes; with the quote of a string */
    uint64_t want[2], care[2];   /* the first 16 of them, and which of these there are */
    bool string;          /* else a number, true, false or null */
    unsigned char least;  /* shorter values hold nothing */
    words key;            /* what the name it stands under speaks of */
} layout_field;

typedef struct layout {
    size_t n;             /* fields; one more, without a value, closes the header */
    layout_field field[LAYOUT_FIELDS + 1];
    char bytes[LAYOUT_BYTES];
} layout;

/** A value: between its quotes, if it has any. */
typedef struct layout_span {
    uint32_t from, to;
} layout_span;

/** Take the layout of a valid header; `name` is shown every name, and may refuse it. False when the header
 *  is refused, or too large, or has escapes in names. */
bool layout_take(layout *l, mm_str head, bool (*name)(void *ctx, mm_str name), void *ctx);
/** Does the header have this layout? It must be valid UTF-8, hold no bytes below 0x20, and no escapes but those of
 *  two characters; quotes are its quotes, as pii_hints tells them. spans receives its values, l->n of them. */
bool layout_fits(const layout *l, mm_str head, const uint64_t *quotes, layout_span *spans);

#endif
