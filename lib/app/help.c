/* help.c - a tool's help and version. */
#include "app/help.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Columns to wrap at: those of the terminal, within reason. */
static int width(void)
{
    struct winsize w;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col == 0)
        return 80;
    return w.ws_col < 60 ? 60 : w.ws_col > 100 ? 100 : w.ws_col;
}

/* "usage: A" and below it "   or: B". */
static void synopsis(const char *lines, mm_buf *out)
{
    const char *lead = "usage: ";
    while (*lines) {
        size_t n = strcspn(lines, "\n");
        mm_buf_printf(out, "%s%.*s\n", lead, (int)n, lines);
        lines += n + (lines[n] == '\n');
        lead = "   or: ";
    }
}

static void sentence(const char *text, mm_buf *out)
{
    bool small = *text >= 'a' && *text <= 'z';
    mm_buf_printf(out, "\n%c%s.\n", small ? *text - 32 : *text, text + 1);
}

void mm_help_text(const mm_tool *t, const mm_option *const *tables, mm_buf *out)
{
    synopsis(t->synopsis, out);
    sentence(t->summary, out);
    if (!(t->flags & MM_TOOL_NO_INPUT))
        mm_buf_printf(out, "Records are read from the FILEs in turn, or from standard input when there is none\n"
                           "or FILE is -: NDJSON or mmr, plain or in zstd, told from the first bytes.\n");
    if (t->options->name && t->options->kind != MM_OPT_HEADING)
        mm_buf_printf(out, "\nOptions:\n");
    mm_opt_help(tables, width(), out);
    mm_buf_printf(out, "\nExamples:\n%s%s", t->examples,
                  t->examples[strlen(t->examples) - 1] == '\n' ? "" : "\n");
    mm_buf_printf(out, "\nExit status: 0 done; 1 a gate in the policy was tripped; 2 usage or policy is wrong;\n"
                       "3 some records were bad and left out; 4 the system failed.\n"
                       "\nMore: man %s; man 7 mm-pipeline.\n", t->name);
}

void mm_version_text(const mm_tool *t, mm_buf *out)
{
    mm_buf_printf(out, "%s (mmtools) " MM_VERSION "\nwith", t->name);
#ifdef MM_HAVE_MEDIA
    mm_buf_printf(out, " media");
#endif
#ifdef MM_HAVE_SECCOMP
    mm_buf_printf(out, " jail");
#endif
#ifdef MM_HAVE_UCHARDET
    mm_buf_printf(out, " charset");
#endif
#ifdef MM_HAVE_CRYPTO
    mm_buf_printf(out, " crypto");
#endif
#ifdef MM_HAVE_PCRE2
    mm_buf_printf(out, " regex");
#endif
#ifdef MM_HAVE_HYPERSCAN
    mm_buf_printf(out, " hyperscan");
#endif
#ifdef MM_HAVE_OCR
    mm_buf_printf(out, " ocr");
#endif
#ifdef MM_HAVE_ZBAR
    mm_buf_printf(out, " barcode");
#endif
#ifdef MM_HAVE_PAINT
    mm_buf_printf(out, " paint");
#endif
    mm_buf_printf(out, " simd=%s\n", mm_simd()->name);
}
