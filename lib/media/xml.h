/* xml.h - a small strict reader of XML 1.0 with namespaces, as XMP packets use it; private to lib/media.
 *
 * Depends on bytes.h. UTF-8 only; a document type is refused, so that no entity but the five of XML and numbers
 * can stand for anything. Reads from front to end, allocates nothing, and every name and value is a slice of
 * the bytes. Elements nest to MM_XML_DEPTH.
 */
#ifndef MM_MEDIA_XML_H
#define MM_MEDIA_XML_H

#include "media/bytes.h"

enum { MM_XML_DEPTH = 32, MM_XML_SPACES = 128 };

/** A name with its namespace; uri is empty where it has none. */
typedef struct mm_xml_name {
    mm_str prefix, local, uri;
} mm_xml_name;

typedef enum mm_xml_kind {
    MM_XML_END_OF_TEXT,  /* behind the outermost element */
    MM_XML_OPEN,         /* also of <a/>, an MM_XML_CLOSE follows */
    MM_XML_CLOSE,
    MM_XML_TEXT,         /* references not yet replaced: mm_xml_put */
    MM_XML_CDATA,
    MM_XML_BAD,          /* not well-formed, or too deep: nothing more comes */
} mm_xml_kind;

typedef struct mm_xml {
    mm_str s;
    uint64_t at;
    int depth;
    bool closing;          /* <a/> was opened and not yet closed */
    bool bad;
    mm_str open[MM_XML_DEPTH];                  /* names as written */
    struct { mm_str prefix, uri; int depth; } space[MM_XML_SPACES];
    int spaces;
    mm_xml_name name;      /* of MM_XML_OPEN */
    mm_str attributes;     /* likewise; for mm_xml_attribute */
    mm_str text;           /* of MM_XML_TEXT and MM_XML_CDATA */
} mm_xml;

/** Begin at the first element of s; what stands before it (a packet wrapper, a declaration) is passed over. */
void mm_xml_begin(mm_xml *x, mm_str s);
mm_xml_kind mm_xml_next(mm_xml *x);
/** Take the next attribute of *attributes that is no declaration of a namespace; false when there is none. */
bool mm_xml_attribute(mm_xml *x, mm_str *attributes, mm_xml_name *name, mm_str *value);
/** Append text or an attribute's value with references replaced; false when one is unknown. */
bool mm_xml_put(mm_buf *out, mm_str text);

#endif
