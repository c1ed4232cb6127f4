#include "dicom.h"

#include <stdlib.h>
#include <string.h>

#include "dicom_tags.h"
#include "media/bytes.h"

enum {
    PREAMBLE = 128,
    DEPTH = 16,                 /* of sequences */
    META = 0x0002,
    ITEM_GROUP = 0xfffe,
};
static const uint32_t ITEM = 0xfffee000, ITEM_END = 0xfffee00d, SEQUENCE_END = 0xfffee0dd, PIXELS = 0x7fe00010;
static const uint32_t OPEN = 0xffffffff;  /* a length that is not told */

typedef struct reader {
    mm_str in;
    bool implicit;
    const redact_key *key;
    bool again;                 /* an earlier run's work: its UIDs stay */
    mm_buf *out;
    dicom_report *report;
    mm_err *e;
} reader;

typedef struct element {
    uint32_t tag, length;
    char vr[3];
    uint64_t at;                /* of its value */
} element;

static int bad(const reader *r, const element *x, const char *what)
{
    return mm_fail(r->e, MM_EBAD, "DICOM attribute (%04x,%04x): %s", x->tag >> 16, x->tag & 0xffff, what);
}

/* ---- elements --------------------------------------------------------------- */

/* PS3.5, 7.1.2: those with two bytes of length; all others have four behind two that are zero. */
static bool is_short(const char *vr)
{
    static const char brief[] = "AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US ";
    const char *p = strstr(brief, vr);
    return p && (p - brief) % 3 == 0;
}

static bool is_vr(const char *vr)
{
    static const char wide[] = "OB OD OF OL OV OW SQ SV UC UN UR UT UV ";
    const char *p = strstr(wide, vr);
    return is_short(vr) || (p && (p - wide) % 3 == 0);
}

/* The element at `at`; its value may be of open length. */
static int read_element(const reader *r, uint64_t at, bool implicit, element *x)
{
    *x = (element){ .tag = (uint32_t)(mm_le(r->in, at, 2) << 16 | mm_le(r->in, at + 2, 2)) };
    if (!mm_in(r->in, at, 8))
        return mm_fail(r->e, MM_EBAD, "the DICOM file ends within an attribute");
    if (x->tag >> 16 == ITEM_GROUP || implicit) {
        x->length = (uint32_t)mm_le(r->in, at + 4, 4);
        x->at = at + 8;
        memcpy(x->vr, dicom_vr(x->tag), 2);
    } else {
        memcpy(x->vr, r->in.p + at + 4, 2);
        if (!is_vr(x->vr))
            return bad(r, x, "no VR that PS3.5 knows");
        bool brief = is_short(x->vr);
        x->length = (uint32_t)mm_le(r->in, at + (brief ? 6 : 8), brief ? 2 : 4);
        x->at = at + (brief ? 8 : 12);
    }
    if (x->length != OPEN && (x->length & 1))
        return bad(r, x, "its length is odd");
    return x->length == OPEN || mm_in(r->in, x->at, x->length) ? 0 : bad(r, x, "it reaches beyond the end of the file");
}

static void put_tag(mm_buf *b, uint32_t tag)
{
    const char le[4] = { (char)(tag >> 16), (char)(tag >> 24), (char)tag, (char)(tag >> 8) };
    mm_buf_put(b, le, 4);
}

static void put_number(mm_buf *b, uint32_t v, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        mm_buf_byte(b, (char)(v >> 8 * i));
}

static void put_head(mm_buf *b, bool implicit, uint32_t tag, const char *vr, uint32_t length)
{
    put_tag(b, tag);
    if (!implicit) {
        mm_buf_put(b, vr, 2);
        if (is_short(vr)) {
            put_number(b, length, 2);
            return;
        }
        put_number(b, 0, 2);
    }
    put_number(b, length, 4);
}

static void put_element(mm_buf *b, bool implicit, uint32_t tag, const char *vr, mm_str value)
{
    put_head(b, implicit, tag, vr, (uint32_t)(value.n + (value.n & 1)));
    mm_buf_str(b, value);
    if (value.n & 1)
        mm_buf_byte(b, strcmp(vr, "UI") == 0 || strcmp(vr, "OB") == 0 ? 0 : ' ');
}

/* ---- values ----------------------------------------------------------------- */

static mm_str trimmed(mm_str v)
{
    while (v.n && (v.p[v.n - 1] == 0 || v.p[v.n - 1] == ' '))
        v.n--;
    return v;
}

static mm_str value_of(const reader *r, const element *x)
{
    return mm_sub(r->in, x->at, x->length);
}

/* What stands for a value of this kind, PS3.5 6.2; numbers become 0. */
static mm_str dummy(const char *vr)
{
    static const struct { const char *vr, *text; } known[] = {
        { "PN", "ANONYMIZED" }, { "LO", "ANONYMIZED" }, { "SH", "ANONYMIZED" }, { "ST", "ANONYMIZED" }, { "LT", "ANONYMIZED" },
        { "UT", "ANONYMIZED" }, { "UC", "ANONYMIZED" }, { "CS", "ANONYMIZED" }, { "AE", "ANONYMIZED" }, { "DA", "19000101" },
        { "DT", "19000101000000" }, { "TM", "000000" }, { "AS", "000Y" }, { "IS", "0" }, { "DS", "0" },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(vr, known[i].vr) == 0)
            return mm_str_of(known[i].text);
    return (mm_str){ 0 };
}

/* A UID of PS3.5, B.2: 2.25. and a number of 128 bits, here drawn from the old one. Values are parted by backslashes. */
static int put_uids(reader *r, const element *x)
{
    mm_str rest = trimmed(value_of(r, x));
    mm_buf made = { 0 };
    int status = 0;
    while (rest.n && status == 0) {
        const char *slash = memchr(rest.p, '\\', rest.n);
        mm_str one = { rest.p, slash ? (size_t)(slash - rest.p) : rest.n };
        unsigned char mac[32];
        rest = (mm_str){ one.p + one.n, rest.n - one.n };
        if (!r->key)
            status = mm_fail(r->e, MM_EBAD, "the UIDs of DICOM need a key; give `key: {file: FILE}` in redact");
        else if (r->again && mm_str_starts(one, MM_STR("2.25.")))
            mm_buf_str(&made, one);
        else if (key_digest(r->key, KEY_UID, MM_STR("uid"), one, mac) < 0)
            status = mm_fail(r->e, MM_ESYS, "libcrypto failed");
        else
            dicom_put_uid(&made, mac);
        if (slash) {
            mm_buf_byte(&made, '\\');
            rest = (mm_str){ rest.p + 1, rest.n - 1 };
        }
    }
    if (status == 0)
        put_element(r->out, r->implicit, x->tag, "UI", mm_buf_view(&made));
    r->report->uids++;
    r->out->failed |= made.failed;
    mm_buf_free(&made);
    return status;
}

/* ---- data sets -------------------------------------------------------------- */

static int read_set(reader *r, uint64_t *at, uint64_t end, bool in_item, int depth);

/* Past the items of a sequence that is not kept; `implicit` within one of VR UN, PS3.5 6.2.2. */
static int skip_open(reader *r, uint64_t *at, bool implicit, int depth)
{
    element x;
    if (depth > DEPTH)
        return mm_fail(r->e, MM_EBAD, "DICOM sequences are nested too deep");
    for (;;) {
        if (read_element(r, *at, implicit, &x) < 0)
            return -1;
        *at = x.at;
        if (x.tag == SEQUENCE_END)
            return 0;
        if (x.tag != ITEM)
            return bad(r, &x, "no item of a sequence");
        for (; x.length == OPEN;) {
            element y;
            if (read_element(r, *at, implicit, &y) < 0)
                return -1;
            *at = y.at;
            if (y.tag == ITEM_END)
                break;
            if (y.length != OPEN)
                *at += y.length;
            else if (skip_open(r, at, implicit || strcmp(y.vr, "UN") == 0, depth + 1) < 0)
                return -1;
        }
        if (x.length != OPEN)
            *at += x.length;
    }
}

static int skip(reader *r, const element *x, uint64_t *at)
{
    *at = x->at;
    if (x->length == OPEN)
        return skip_open(r, at, r->implicit || strcmp(x->vr, "UN") == 0, 0);
    *at += x->length;
    return 0;
}

/* A sequence, item by item; lengths are left open in what is written. */
static int keep_sequence(reader *r, const element *x, uint64_t *at, int depth)
{
    uint64_t end = x->length == OPEN ? r->in.n : x->at + x->length;
    *at = x->at;
    put_head(r->out, r->implicit, x->tag, "SQ", OPEN);
    while (*at < end) {
        element item;
        if (read_element(r, *at, r->implicit, &item) < 0)
            return -1;
        *at = item.at;
        if (item.tag == SEQUENCE_END && x->length == OPEN)
            break;
        if (item.tag != ITEM)
            return bad(r, &item, "no item of a sequence");
        uint64_t stop = item.length == OPEN ? end : item.at + item.length;
        if (stop > end)
            return bad(r, x, "an item reaches beyond it");
        put_tag(r->out, ITEM);
        put_number(r->out, OPEN, 4);
        if (read_set(r, at, stop, item.length == OPEN, depth + 1) < 0)
            return -1;
        put_tag(r->out, ITEM_END);
        put_number(r->out, 0, 4);
    }
    put_tag(r->out, SEQUENCE_END);
    put_number(r->out, 0, 4);
    return 0;
}

/* Pixels in fragments, PS3.5 A.4: copied, piece by piece. */
static int keep_fragments(reader *r, const element *x, uint64_t *at)
{
    uint64_t from = x->at;
    element piece;
    *at = x->at;
    do {
        if (read_element(r, *at, r->implicit, &piece) < 0)
            return -1;
        if ((piece.tag != ITEM && piece.tag != SEQUENCE_END) || piece.length == OPEN)
            return bad(r, &piece, "no fragment of pixels");
        *at = piece.at + piece.length;
    } while (piece.tag != SEQUENCE_END);
    put_head(r->out, r->implicit, x->tag, x->vr, OPEN);
    mm_buf_str(r->out, mm_sub(r->in, from, *at - from));
    return 0;
}

static int keep(reader *r, const element *x, uint64_t *at, int depth)
{
    if (strcmp(x->vr, "SQ") == 0)
        return keep_sequence(r, x, at, depth);
    if (x->length == OPEN)
        return x->tag == PIXELS ? keep_fragments(r, x, at) : bad(r, x, "a value of open length that is no sequence");
    if (strcmp(x->vr, "UN") == 0)
        return bad(r, x, "it is of VR UN, and what it holds is not known");
    put_head(r->out, r->implicit, x->tag, x->vr, x->length);
    mm_buf_str(r->out, value_of(r, x));
    *at = x->at + x->length;
    return 0;
}

static int stand_in(reader *r, const element *x, uint64_t *at, bool empty)
{
    mm_str value = empty ? (mm_str){ 0 } : dummy(x->vr);
    static const char zeros[8];
    bool number = !empty && strstr("FL FD SL SS SV UL US UV AT ", x->vr) && x->length != OPEN && x->length && x->length <= sizeof zeros;
    put_element(r->out, r->implicit, x->tag, x->vr, number ? (mm_str){ zeros, x->length } : value);
    (*(empty ? &r->report->emptied : &r->report->replaced))++;
    return skip(r, x, at);
}

/* Attributes that are a family of groups: curves and overlays, PS3.6. */
static bool is_dropped_group(uint32_t tag)
{
    unsigned group = tag >> 16;
    return (group & 1) || (group & 0xff00) == 0x5000 || (group & 0xff00) == 0x6000;
}

static int redact_element(reader *r, const element *x, uint64_t *at, int depth)
{
    char what = is_dropped_group(x->tag) ? 'X' : dicom_action(x->tag);
    bool group_length = !(x->tag & 0xffff);   /* would be wrong afterwards, and is retired */
    if (what == 'U' && strcmp(x->vr, "UI") != 0)
        what = strcmp(x->vr, "SQ") == 0 ? 'K' : 'X';
    if (what == 'S')
        what = strcmp(x->vr, "SQ") == 0 ? 'K' : 'Z';
    switch (group_length ? 'X' : what) {
    case 'X':
        r->report->removed++;
        return skip(r, x, at);
    case 'Z':
        return stand_in(r, x, at, true);
    case 'D':
        return stand_in(r, x, at, false);
    case 'U':
        *at = x->at + x->length;
        return x->length == OPEN ? bad(r, x, "a UID of open length") : put_uids(r, x);
    default:
        return keep(r, x, at, depth);
    }
}

/* What says that this was done, in its place before `tag`: PS3.15 E.1.1. */
static const char method[] = "mm-redact: PS3.15 Annex E Basic Profile";
static void put_method(reader *r, uint32_t *next, uint32_t tag)
{
    enum { REMOVED = 0x00120062, METHOD = 0x00120063, CODES = 0x00120064 };
    if (*next == REMOVED && tag > REMOVED) {
        put_element(r->out, r->implicit, REMOVED, "CS", MM_STR("YES"));
        put_element(r->out, r->implicit, METHOD, "LO", mm_str_of(method));
        put_head(r->out, r->implicit, CODES, "SQ", OPEN);
        put_tag(r->out, ITEM);
        put_number(r->out, OPEN, 4);
        put_element(r->out, r->implicit, 0x00080100, "SH", MM_STR("113100"));
        put_element(r->out, r->implicit, 0x00080102, "SH", MM_STR("DCM"));
        put_element(r->out, r->implicit, 0x00080104, "LO", MM_STR("Basic Application Confidentiality Profile"));
        put_tag(r->out, ITEM_END);
        put_number(r->out, 0, 4);
        put_tag(r->out, SEQUENCE_END);
        put_number(r->out, 0, 4);
        *next = OPEN;
    }
}

static bool is_method(uint32_t tag)
{
    return tag >= 0x00120062 && tag <= 0x00120064;
}

/* The elements from *at on, up to `end` or the end of the item. */
static int read_set(reader *r, uint64_t *at, uint64_t end, bool in_item, int depth)
{
    uint32_t before = 0, method_next = depth == 0 ? 0x00120062 : OPEN;
    if (depth > DEPTH)
        return mm_fail(r->e, MM_EBAD, "DICOM sequences are nested too deep");
    while (*at < end) {
        element x;
        if (read_element(r, *at, r->implicit, &x) < 0)
            return -1;
        if (in_item && x.tag == ITEM_END) {
            *at = x.at;
            return 0;
        }
        if (x.tag <= before && before)
            return bad(r, &x, "it is out of order");
        if (x.tag >> 16 == ITEM_GROUP || x.tag >> 16 <= META)
            return bad(r, &x, "it does not belong there");
        if (!r->implicit && strcmp(x.vr, dicom_vr(x.tag)) != 0 && strcmp(dicom_vr(x.tag), "SQ") == 0 && strcmp(x.vr, "UN") != 0)
            return bad(r, &x, "a sequence under another VR");
        before = x.tag;
        put_method(r, &method_next, x.tag);
        if (depth == 0 && is_method(x.tag) ? skip(r, &x, at) < 0 : redact_element(r, &x, at, depth) < 0)
            return -1;
        if (*at > end)
            return bad(r, &x, "it reaches beyond its item");
    }
    put_method(r, &method_next, OPEN);
    return in_item ? mm_fail(r->e, MM_EBAD, "a DICOM item has no end") : 0;
}

/* ---- the file --------------------------------------------------------------- */

/* How data sets are written, by the transfer syntax: PS3.5, 10 and Annex A. */
static int take_syntax(reader *r, mm_str uid)
{
    uid = trimmed(uid);
    r->implicit = mm_str_eq(uid, MM_STR("1.2.840.10008.1.2"));
    bool plain = mm_str_eq(uid, MM_STR("1.2.840.10008.1.2.1")), packed = mm_str_starts(uid, MM_STR("1.2.840.10008.1.2.4.")) ||
                 mm_str_eq(uid, MM_STR("1.2.840.10008.1.2.5"));
    return r->implicit || plain || packed
               ? 0
               : mm_fail(r->e, MM_EBAD, "DICOM in the transfer syntax %.*s; explicit and implicit VR in little endian are known",
                         uid.n < 64 ? (int)uid.n : 64, uid.p);
}

/* The meta information, PS3.10 7.1: where the data set begins, or 0. What names programs and machines goes. */
static uint64_t read_meta(reader *r)
{
    uint64_t at = PREAMBLE + 4;
    mm_buf kept = { 0 };
    mm_str syntax = { 0 };
    mm_buf *out = r->out;
    element x = { 0 };
    bool failed = false;
    r->out = &kept;
    r->implicit = false;
    while (!failed && at < r->in.n && mm_le(r->in, at, 2) == META) {
        failed = read_element(r, at, false, &x) < 0 || x.length == OPEN;
        if (failed)
            break;
        mm_str value = value_of(r, &x);
        at = x.at + x.length;
        if (x.tag == 0x00020010)
            syntax = value;
        if (x.tag == 0x00020003)
            failed = put_uids(r, &x) < 0;
        else if (x.tag == 0x00020001 || x.tag == 0x00020002 || x.tag == 0x00020010 || x.tag == 0x00020012 || x.tag == 0x00020013)
            put_element(&kept, false, x.tag, x.vr, value);
        else
            r->report->removed += x.tag != 0x00020000;
    }
    r->out = out;
    if (failed && r->e->code == MM_OK)
        bad(r, &x, "a value of open length");
    if (!failed)
        failed = take_syntax(r, syntax) < 0;
    for (int i = 0; i < PREAMBLE; i++)
        mm_buf_byte(out, 0);
    mm_buf_put(out, "DICM", 4);
    put_head(out, false, 0x00020000, "UL", 4);
    put_number(out, (uint32_t)kept.n, 4);
    mm_buf_str(out, mm_buf_view(&kept));
    out->failed |= kept.failed;
    mm_buf_free(&kept);
    return failed ? 0 : at;
}

/* An attribute of the data set's own level, before anything is written; false when it is not there or not to be read. */
static bool peek(const reader *r, uint64_t at, uint32_t tag, mm_str *value)
{
    mm_err unused;
    reader look = *r;
    element x;
    look.e = &unused;
    while (at < r->in.n && read_element(&look, at, r->implicit, &x) == 0 && x.tag <= tag) {
        if (x.tag == tag && x.length != OPEN) {
            *value = trimmed(value_of(r, &x));
            return true;
        }
        if (skip(&look, &x, &at) < 0)
            return false;
    }
    return false;
}

/* Pictures in whose pixels names are, or in which machines and people often write. */
static int check_pixels(const reader *r, uint64_t at, bool pass)
{
    static const char *const writes[] = { "US", "SC", "OT", "XC", "ES", "GM", "SM", "DOC", "RF", "XA" };
    mm_str flag, modality;
    if (pass)
        return 0;
    if (peek(r, at, 0x00280301, &flag)) {
        if (mm_str_eq(flag, MM_STR("NO")))
            return 0;
        return mm_fail(r->e, MM_EBAD, "its pixels hold text (Burned In Annotation is %.*s); redact.media.burned_in: pass lets it pass",
                       flag.n < 16 ? (int)flag.n : 16, flag.p);
    }
    if (!peek(r, at, 0x00080060, &modality))
        return 0;
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++)
        if (mm_str_eq(modality, mm_str_of(writes[i])))
            return mm_fail(r->e, MM_EBAD, "its pixels may hold text: modality %s without Burned In Annotation; redact.media.burned_in: "
                           "pass lets it pass", writes[i]);
    return 0;
}

int dicom_redact(mm_str in, const redact_key *key, bool burned_in, mm_buf *out, dicom_report *report, mm_err *e)
{
    reader r = { .in = in, .key = key, .out = out, .report = report, .e = e };
    mm_str how;
    *report = (dicom_report){ 0 };
    *e = (mm_err){ 0 };
    if (!mm_at(in, PREAMBLE, "DICM", 4))
        return mm_fail(e, MM_EBAD, "no DICOM file that begins as PS3.10 says");
    /* The meta information is read twice: whether an earlier run was here stands behind it. */
    uint64_t at = read_meta(&r);
    if (!at)
        return -1;
    r.again = peek(&r, at, 0x00120063, &how) && mm_str_eq(how, mm_str_of(method));
    out->n = 0;
    *report = (dicom_report){ 0 };
    at = read_meta(&r);
    if (!at || check_pixels(&r, at, burned_in) < 0 || read_set(&r, &at, in.n, false, 0) < 0)
        return -1;
    return out->failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}
