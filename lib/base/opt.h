/* opt.h - one option table feeds parsing, --help, completions and the man page check.
 *
 * Depends on lib/base only. A table is an array of mm_option closed by MM_OPTION_END; the
 * values land where `into` points. Parsing follows GNU getopt_long: options after operands
 * work, unambiguous abbreviations of long names work, "--" ends options, -abc groups flags,
 * -j4 and -j 4, --name=value and --name value.
 */
#ifndef MM_BASE_OPT_H
#define MM_BASE_OPT_H

#include "mm.h"

/** A list option's values in the order given; borrowed from argv. */
typedef struct mm_list {
    const char **v;
    size_t n;
} mm_list;

typedef enum mm_opt_kind {
    MM_OPT_FLAG,      /* bool *into = true; takes no value */
    MM_OPT_STRING,    /* const char **into */
    MM_OPT_LIST,      /* mm_list *into; may be given many times */
    MM_OPT_INT,       /* int64_t *into; decimal, checked against min and max */
    MM_OPT_SIZE,      /* int64_t *into; bytes: 4096, 64K, 16M, 1G (powers of 1024), 10MB (of 1000), 1MiB */
    MM_OPT_DURATION,  /* int64_t *into; nanoseconds: 30s, 5m, 2h, 250ms */
    MM_OPT_DOUBLE,    /* double *into */
    MM_OPT_CHOICE,    /* const char **into; one of `choices`, separated by | */
    MM_OPT_OPTIONAL,  /* const char **into; the value may be left out (then ""); only attached: -Z3, --zstd=3 */
    MM_OPT_HEADING,   /* no option: a heading in --help (name is its text) */
} mm_opt_kind;

typedef struct mm_option {
    const char *name;      /* long name without dashes; NULL ends the table */
    char letter;           /* short form, or 0 */
    mm_opt_kind kind;
    void *into;
    const char *arg;       /* what the value is called in help: "FILE", "N"; for CHOICE the choices "a|b|c" */
    const char *help;      /* one or two sentences; wrapped by --help */
    int64_t min, max;      /* MM_OPT_INT: both 0 means any */
} mm_option;

#define MM_OPTION_END { NULL, 0, MM_OPT_FLAG, NULL, NULL, NULL, 0, 0 }

/** Parse argv[1..]. `tables` is a list of tables closed by NULL. Operands are gathered in *operands (v is
 *  owned by the caller, free(); so are the v of list options). -1 and MM_EUSAGE: the text says which option and what it
 *  takes, and names the nearest option when one is unknown. */
int mm_opt_parse(const mm_option *const *tables, int argc, char **argv, mm_list *operands, mm_err *e);
/** Append aligned help for the tables, wrapped at `width` columns. */
void mm_opt_help(const mm_option *const *tables, int width, mm_buf *out);
/** Append a completion script for shell "bash", "zsh" or "fish"; -1 for another. */
int mm_opt_completion(const mm_option *const *tables, const char *tool, const char *shell, mm_buf *out);

/** "10MB", "64K", "1GiB" to bytes, "30s" to nanoseconds; -1 when the text is neither. */
int mm_parse_size(mm_str text, int64_t *bytes);
int mm_parse_duration(mm_str text, int64_t *ns);

#endif
