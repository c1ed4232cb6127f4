/* fact.h - what mm-probe can tell: facts, and the probers that find them.
 *
 * The tables are constant; what a run asks for is an `asking`, made once and read by all workers.
 * A fact is known by its number: the place in the table of all probers, one after the other.
 */
#ifndef MM_PROBE_FACT_H
#define MM_PROBE_FACT_H

#include "mm.h"

/** What must be read before a fact is known; later ones are dearer. */
typedef enum fact_need {
    NEED_HEAD,   /* the container's headers */
    NEED_TEXT,   /* the text, whole */
    NEED_WHOLE,  /* every byte of the payload */
    NEED_PIXELS, /* decoded pictures */
    NEED_PCM,    /* decoded sound */
} fact_need;

typedef struct fact {
    const char *name;    /* "image.width": family and member; without a dot it stands in mm.probe itself */
    const char *type;    /* "integer" "number" "string" "boolean" "array" "object" */
    const char *unit;    /* "px" "s" "Hz" ...; "" where there is none */
    fact_need need;
    bool on_demand;      /* only told when asked for by name */
    const char *what;    /* what it is, its values or range, and the standard or method behind it */
} fact;

/** What a prober speaks of. */
enum {
    ON_PAYLOAD = 1,  /* any payload */
    ON_IMAGE = 2,
    ON_AUDIO = 4,
    ON_VIDEO = 8,
    ON_TEXT = 16,    /* a payload that is text, or the text of a row */
    ON_ROW = 32,     /* a record without a payload */
};

struct subject;
struct answer;

/** Finds some facts of one family. */
typedef struct prober {
    const char *family;  /* what --only calls it; several probers may serve one family */
    unsigned on;         /* ON_ bits: asked for these subjects only */
    const fact *facts;
    size_t n;
    /** Tell what can be found (answer.h), warn of what is amiss. -1: the record is bad, e says why. Not called
     *  unless one of its facts is asked. */
    int (*probe)(struct subject *s, struct answer *a, mm_err *e);
} prober;

/** All probers; NULL ends the list. */
extern const prober *const probers[];

enum { MAX_FACTS = 512 };

/** Which facts a run is after. */
typedef struct asking {
    bool fact[MAX_FACTS];     /* by number */
    bool by_name[MAX_FACTS];  /* asked for, and not only told by default */
    size_t n;                 /* facts there are */
    uint16_t order[MAX_FACTS];  /* numbers as they are written: by family, then by table */
} asking;

/** Fill q from the values of --only: names of facts and families, separated by commas; with none, what is told by
 *  default. -1 and MM_EUSAGE names what is unknown, and the nearest name. */
int asking_new(asking *q, const char *const *only, size_t n, mm_err *e);

/** Ask for one more fact, or all of a family, by its name. */
void asking_add(asking *q, const char *name);

/** The fact with this number, and the number of a prober's first fact. */
const fact *fact_at(size_t number);
size_t prober_base(const prober *p);
/** Is any fact of this prober asked? */
bool prober_asked(const prober *p, const asking *q);
/** The part of a name in front of the dot; empty when there is none. */
mm_str fact_family(const fact *f);
const char *fact_need_name(fact_need need);

#endif
