#include "dicom_tags.h"

#include <stdlib.h>

typedef struct attribute {
    uint32_t tag;
    char vr[3], action;
} attribute;

#define T(tag, vr, action) { tag, #vr, ACTION_##action },
enum { ACTION_K = 'K', ACTION_X = 'X', ACTION_Z = 'Z', ACTION_D = 'D', ACTION_U = 'U', ACTION_S = 'S' };
static const attribute attributes[] = {
#include "dicom_tags.inc"
};

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = ((const attribute *)b)->tag;
    return (x > y) - (x < y);
}

static const attribute *find(uint32_t tag)
{
    return bsearch(&tag, attributes, sizeof attributes / sizeof *attributes, sizeof *attributes, compare);
}

const char *dicom_vr(uint32_t tag)
{
    const attribute *a = find(tag);
    return a ? a->vr : "UN";
}

char dicom_action(uint32_t tag)
{
    const attribute *a = find(tag);
    return a ? a->action : 'X';
}

void dicom_put_uid(mm_buf *out, const unsigned char bits[16])
{
    char text[48], *p = text + sizeof text;
    unsigned char rest[16];
    bool any = true;
    for (int i = 0; i < 16; i++)
        rest[i] = bits[i];
    while (any) {
        unsigned carry = 0;
        any = false;
        for (int i = 0; i < 16; i++) {
            carry = carry << 8 | rest[i];
            rest[i] = (unsigned char)(carry / 10);
            any |= rest[i] != 0;
            carry %= 10;
        }
        *--p = (char)('0' + carry);
    }
    mm_buf_str(out, MM_STR("2.25."));
    mm_buf_put(out, p, (size_t)(text + sizeof text - p));
}
