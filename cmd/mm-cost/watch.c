#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ledger.h"
#include "running.h"
#include "show.h"
#include "unit.h"

/* A ledger that grows; it may not be there yet. */
typedef struct followed {
    const char *name;
    int fd;          /* -1: not yet */
    ledger *ledger;
    off_t read;
} followed;

typedef struct watcher {
    mm_app *app;
    const watch_opts *o;
    spend s;          /* what the ledgers say */
    followed *file;
    size_t n;
    bool terminal, drawn;
    bool unpriced;    /* what runs here has no price, which was said */
} watcher;

static int plan(const watch_opts *o, spend *s, mm_err *e)
{
    *s = (spend){ .app = o->like->app, .workers = 1, .book = o->like->book, .region = o->like->region, .purchase = o->like->purchase };
    return o->per && unit_plan(s, o->per, e) < 0 ? -1 : spend_plan(s, o->by, o->costs, e);
}

/* Take what was appended: whether there was anything. */
static int follow(followed *f, bool *more, mm_err *e)
{
    char some[16 << 10];
    struct stat st;
    if (f->fd < 0 && (f->fd = open(f->name, O_RDONLY | O_CLOEXEC)) < 0)
        return errno == ENOENT ? 0 : mm_fail_errno(e, "%s", f->name);
    if (fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size < f->read)
        return mm_fail(e, MM_EBAD, "%s: became shorter while it was followed: what it cost is not known any more", f->name);
    for (ssize_t got; (got = read(f->fd, some, sizeof some)) != 0;) {
        if (got < 0 && errno == EINTR && !mm_app_stopped())
            continue;
        if (got < 0)
            return mm_app_stopped() ? 0 : mm_fail_errno(e, "%s", f->name);
        f->read += got;
        *more = true;
        if (ledger_feed(f->ledger, (mm_str){ some, (size_t)got }, e) < 0)
            return -1;
    }
    return 0;
}

/* The lines of the ledgers, and of the tools that run as if they ended now. */
static int with_running(watcher *w, spend *now, mm_err *e)
{
    mm_buf lines = { 0 };
    ledger *l = NULL;
    if (plan(w->o, now, e) < 0 || !(l = ledger_open(now, "what runs now", e)))
        return -1;
    tally_merge(&now->groups, &w->s.groups);
    now->total = w->s.total;
    now->rows = w->s.rows;
    now->refused = w->s.refused;
    if (!w->unpriced)
        running_lines(&lines);
    int rc = ledger_feed(l, mm_buf_view(&lines), e);
    w->unpriced |= now->refused > w->s.refused;
    ledger_close(l);
    mm_buf_free(&lines);
    return rc;
}

/* So many groups that all fits on the screen. */
static size_t fitting(const watcher *w)
{
    enum { OTHER_LINES = 6, LEAST = 5 };
    struct winsize z = { 0 };
    if (w->o->top || !w->terminal || ioctl(STDOUT_FILENO, TIOCGWINSZ, &z) < 0 || !z.ws_row)
        return w->o->top;
    return z.ws_row > OTHER_LINES + LEAST ? z.ws_row - OTHER_LINES : LEAST;
}

/* Lines over those that stand there, and nothing behind them. */
static void redraw(watcher *w, mm_buf *out, const mm_buf *text)
{
    mm_buf_str(out, w->drawn ? MM_STR("\033[H") : MM_STR("\033[2J\033[H"));
    for (size_t i = 0; i < text->n; i++) {
        if (text->p[i] == '\n')
            mm_buf_str(out, MM_STR("\033[K"));
        mm_buf_byte(out, text->p[i]);
    }
    mm_buf_str(out, MM_STR("\033[J"));
    w->drawn = true;
}

static int tell(watcher *w, mm_err *e)
{
    mm_buf text = { 0 }, out = { 0 };
    spend now = { 0 };
    const spend *s = &w->s;
    int rc = 0;
    if (w->o->live) {
        rc = with_running(w, &now, e);
        s = &now;
    }
    rc = rc == 0 ? spend_reconcile(s, e) : rc;
    rc = rc == 0 ? show_groups(s, w->o->form, fitting(w), &text, e) : rc;
    if (rc == 0 && w->terminal)
        redraw(w, &out, &text);
    else if (rc == 0)
        mm_buf_str(&out, mm_buf_view(&text));
    rc = rc == 0 ? mm_app_write(w->app, &out, e) : rc;
    mm_buf_free(&text);
    mm_buf_free(&out);
    spend_free(&now);
    return rc;
}

static void pause_for(double seconds)
{
    static const double piece = 0.1;
    for (; seconds > 0 && !mm_app_stopped(); seconds -= piece) {
        double some = seconds < piece ? seconds : piece;
        nanosleep(&(struct timespec){ 0, (long)(some * 1e9) }, NULL);
    }
}

static int look_again(watcher *w, mm_err *e)
{
    int64_t told = 0;
    while (!mm_app_stopped() && !w->app->totals.closed) {
        bool more = told == 0 || w->o->live;
        for (size_t i = 0; i < w->n; i++)
            if (follow(&w->file[i], &more, e) < 0)
                return -1;
        if (more && tell(w, e) < 0)
            return -1;
        told += more;
        if (w->o->times && told >= w->o->times)
            return 0;
        pause_for(w->o->interval);
    }
    return 0;
}

int watch_run(mm_app *a, const watch_opts *o, const char *const *file, size_t n, mm_err *e)
{
    watcher w = { .app = a, .o = o, .n = n, .file = calloc(n + 1, sizeof *w.file) };
    if (!(o->interval > 0 && o->interval <= 86400)) {
        free(w.file);
        return mm_fail(e, MM_EUSAGE, "--interval takes seconds, from above 0 to 86400");
    }
    w.terminal = o->live && isatty(STDOUT_FILENO);
    int rc = w.file ? plan(o, &w.s, e) : mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; rc == 0 && i < n; i++) {
        w.file[i] = (followed){ .name = file[i], .fd = -1, .ledger = ledger_open(&w.s, file[i], e) };
        rc = w.file[i].ledger ? 0 : -1;
    }
    if (rc == 0 && o->live && !n && !w.s.book)
        rc = mm_fail(e, MM_EUSAGE, "top: a ledger is priced by a price book; name one with --book");
    if (rc == 0)
        rc = look_again(&w, e);
    a->totals.in = w.s.rows;
    a->totals.bad = w.s.refused;
    a->totals.out = w.s.total.rows;
    for (size_t i = 0; w.file && i < n; i++) {
        if (w.file[i].ledger && w.file[i].fd >= 0)
            close(w.file[i].fd);
        ledger_close(w.file[i].ledger);
    }
    free(w.file);
    spend_free(&w.s);
    return rc;
}
