/* spend.h - bills, read row by row into a tally. */
#ifndef MM_COST_SPEND_H
#define MM_COST_SPEND_H

#include "app/app.h"
#include "columns.h"
#include "price/book.h"
#include "restate.h"
#include "table/scan.h"
#include "tally.h"

enum { MOST_LABELS = 16 };

/** What rows are grouped by: a column, a tag, or a span of ChargePeriodStart ("hour", "day", "month"). */
typedef struct spend_label {
    mm_str name;
    int span;      /* characters of the time that name the span; 0: none */
    mm_path *tag;  /* how a tag is found in Tags where no column has the name */
} spend_label;

/** Who is told of each line of a ledger that is counted: when it began, and what it cost. */
typedef struct spend_line {
    bool (*take)(void *ctx, mm_str line, int64_t start, mm_money cost);   /* false ends the reading; whoever is told knows why */
    void *ctx;
} spend_line;

typedef struct spend {
    mm_app *app;           /* for messages and the count of bytes */
    spend_label by[MOST_LABELS];
    size_t n_by;
    bool wanted[COST_KINDS];
    bool by_currency;      /* BillingCurrency is one of the labels: sums of several do not meet */
    int workers;
    const mm_book *book;   /* NULL: ledgers can not be priced */
    const char *assumed;   /* currency of amounts that say none; NULL: that of the book */
    const char *region, *purchase;   /* of the machines that ledgers speak of */
    spend_line line;       /* take NULL: nobody */
    tally groups;
    sums total;            /* of the rows, each added once as it was read */
    char currency[16];     /* of all rows, but where by_currency; empty before the first */
    uint64_t rows, refused;
    char per[128];         /* column or member whose sum costs are divided by; empty: none */
    mm_money per_units;    /* of it */
    bool usage;            /* which a table of its own tells, not the rows */
    uint64_t converted;    /* rows, from other currencies to that of the book */
    bool repeats;          /* look for rows of a file that are the same */
    bool refuse_repeats;   /* and take no such file */
    restate *restate;      /* NULL: files are not held against each other */
    tally shared;          /* of the groups, what was split among them (split.h) */
    mm_buf told;           /* lines on how, for people */
    sums gone;             /* what later exports restate; known from spend_end on, and not in total */
} spend;

/** The way of purchase that s->purchase names. */
mm_purchase spend_purchase(const spend *s);
/** What `by` (names with commas between) and `costs` (billed, effective, list, contracted) ask for. */
int spend_plan(spend *s, const char *by, const char *costs, mm_err *e);
/** Add the rows of a file, a bill or a ledger. What is wrong with single rows is said and counted in s->refused; -1 where the file cannot be
 *  counted as it is. */
int spend_file(spend *s, const char *name, mm_err *e);
/** The same of a file that is open. */
int spend_bytes(spend *s, mm_bytes *in, mm_err *e);

/** The same in parts, for who reads other tables as well: what mm_scan calls, with the reader as ctx. */
typedef struct spend_reader spend_reader;
spend_reader *spend_reader_new(spend *s, const char *name);
extern const size_t spend_result;  /* bytes of what a block leaves */
int spend_begin(void *reader, const mm_str *name, size_t n, mm_err *e);
size_t spend_work(void *reader, int worker, const mm_rows *rows, void *result);
int spend_told(void *reader, uint64_t before, void *result, mm_err *e);
/** Add up what the workers found in so many rows (unless *e holds an error already), and free the reader. */
int spend_reader_end(spend_reader *r, uint64_t rows, mm_err *e);
/** All files were read: what counts is in the groups and the total. */
int spend_end(spend *s, mm_err *e);
/** Do the groups add up to the rows? Always, or there is an error in this program or an overflow. */
int spend_reconcile(const spend *s, mm_err *e);
void spend_free(spend *s);

#endif
