#include "table/put.h"

#include <string.h>

void mm_csv_put(mm_buf *b, mm_str v)
{
    bool quote = v.n == 0 && v.p;
    for (size_t i = 0; i < v.n; i++)
        quote |= strchr(",\"\r\n", v.p[i]) != NULL;
    if (!quote) {
        mm_buf_str(b, v);
        return;
    }
    mm_buf_byte(b, '"');
    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i] == '"')
            mm_buf_byte(b, '"');
        mm_buf_byte(b, v.p[i]);
    }
    mm_buf_byte(b, '"');
}
