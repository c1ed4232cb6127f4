#include "decide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decisions.h"
#include "tty.h"

/* One finding of the queue, as it stands there. */
typedef struct question {
    mm_value digest, under, entity, path, field, at, id, rule, score, before, value, behind, name;
    unsigned char bytes[DIGEST];   /* of the digest */
} question;

/* What was done in this session, for undo. */
typedef struct step {
    size_t at;              /* which line of the queue */
    unsigned char digest[DIGEST];
} step;

typedef struct session {
    const char *queue, *file;
    FILE *in;
    long *line;             /* owned: where each begins */
    size_t lines, line_room;
    size_t at;              /* the one shown */
    decisions *done;
    step *step;             /* owned */
    size_t steps, step_room;
    char *text;             /* owned: of the line */
    size_t text_room;
    question q;
    mm_buf screen, scratch;
    size_t decided;         /* in this session */
} session;

/* ---- the queue ---- */

static int bad_line(const session *s, mm_err *e)
{
    return mm_fail(e, MM_EUSAGE, "%s:%zu: no line of a review queue, which mm-redact --review writes", s->queue, s->at + 1);
}

static int find_lines(session *s, mm_err *e)
{
    ssize_t n;
    for (long at = 0; (n = getline(&s->text, &s->text_room, s->in)) > 0; at += n) {
        if (s->lines == s->line_room) {
            size_t room = s->line_room ? s->line_room * 2 : 256;
            long *more = realloc(s->line, room * sizeof *more);
            if (!more)
                return mm_fail(e, MM_ESYS, "out of memory");
            s->line = more;
            s->line_room = room;
        }
        s->line[s->lines++] = at;
    }
    return ferror(s->in) ? mm_fail_errno(e, "%s", s->queue) : 0;
}

/* Read the line at s->at into s->q. */
static int read_question(session *s, mm_err *e)
{
    const struct { const char *name; mm_value *to; bool needed; } members[] = {
        { "digest", &s->q.digest, true }, { "key", &s->q.under, true }, { "entity", &s->q.entity, true }, { "path", &s->q.path, true }, { "field", &s->q.field, true },
        { "at", &s->q.at, true }, { "id", &s->q.id, false }, { "rule", &s->q.rule, true }, { "score", &s->q.score, true },
        { "before", &s->q.before, true }, { "value", &s->q.value, true }, { "behind", &s->q.behind, true }, { "name", &s->q.name, false },
    };
    s->q = (question){ 0 };
    if (fseek(s->in, s->line[s->at], SEEK_SET) < 0)
        return mm_fail_errno(e, "%s", s->queue);
    ssize_t n = getline(&s->text, &s->text_room, s->in);
    mm_str line = { s->text, n > 0 ? (size_t)n - (s->text[n - 1] == '\n') : 0 };
    if (!line.n || mm_json_check_record(line, NULL, NULL) < 0)
        return bad_line(s, e);
    mm_json_iter it = mm_json_each((mm_value){ .type = MM_JSON_OBJECT, .raw = line });
    while (mm_json_next(&it) == 1)
        for (size_t i = 0; i < sizeof members / sizeof *members; i++)
            if (mm_str_eq(it.key, mm_str_of(members[i].name)))
                *members[i].to = it.value;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (members[i].needed && members[i].to->type != (members[i].to == &s->q.score ? MM_JSON_NUMBER : MM_JSON_STRING))
            return bad_line(s, e);
    return digest_parse((mm_str){ s->q.digest.raw.p + 1, s->q.digest.raw.n - 2 }, s->q.bytes) < 0 ? bad_line(s, e) : 0;
}

/* Go on to the next finding, from this one on, that is not decided: 1; 0 when there is none. */
static int seek_undecided(session *s, mm_err *e)
{
    for (; s->at < s->lines; s->at++) {
        if (read_question(s, e) < 0)
            return -1;
        if (!decisions_find(s->done, s->q.bytes))
            return 1;
    }
    return 0;
}

/* ---- the screen ---- */

static void put_member(mm_buf *b, mm_value v, mm_buf *scratch)
{
    tty_text(b, v.type == MM_JSON_STRING ? mm_json_text(v.raw, scratch) : v.raw);
}

/* The text around the value, with the value set off: in reverse on a terminal, in brackets elsewhere. */
static void put_context(session *s)
{
    bool screen = tty_screen();
    mm_buf *b = &s->screen;
    mm_buf_str(b, MM_STR("\n  "));
    put_member(b, s->q.before, &s->scratch);
    mm_buf_str(b, screen ? MM_STR("\033[7m") : MM_STR("[["));
    put_member(b, s->q.value, &s->scratch);
    mm_buf_str(b, screen ? MM_STR("\033[0m") : MM_STR("]]"));
    put_member(b, s->q.behind, &s->scratch);
    mm_buf_str(b, MM_STR("\n\n"));
}

static void show(session *s)
{
    mm_buf *b = &s->screen;
    b->n = 0;
    if (tty_screen())
        mm_buf_str(b, MM_STR("\033[H\033[2J"));
    mm_buf_printf(b, "%zu of %zu, %zu decided now\n\n  ", s->at + 1, s->lines, s->decided);
    put_member(b, s->q.entity, &s->scratch);
    mm_buf_str(b, MM_STR("  score "));
    put_member(b, s->q.score, &s->scratch);
    mm_buf_str(b, MM_STR(" by rule "));
    put_member(b, s->q.rule, &s->scratch);
    mm_buf_str(b, MM_STR("\n  in "));
    put_member(b, s->q.path, &s->scratch);
    if (s->q.name.type == MM_JSON_TRUE)
        mm_buf_str(b, MM_STR(" (name)"));
    mm_buf_str(b, MM_STR(" of "));
    put_member(b, s->q.at, &s->scratch);
    if (s->q.id.type == MM_JSON_STRING) {
        mm_buf_str(b, MM_STR(", id "));
        put_member(b, s->q.id, &s->scratch);
    }
    mm_buf_byte(b, '\n');
    put_context(s);
    mm_buf_str(b, MM_STR("a accept: redact it   r reject: leave it   e edit   s skip   u undo   q quit\n"));
    fwrite(b->p, 1, b->n, stdout);
    fflush(stdout);
}

static void say(const char *text)
{
    fputs(text, stdout);
    fflush(stdout);
}

/* ---- decisions ---- */

static int remember(session *s, const unsigned char digest[DIGEST])
{
    if (s->steps == s->step_room) {
        size_t room = s->step_room ? s->step_room * 2 : 64;
        step *more = realloc(s->step, room * sizeof *more);
        if (!more)
            return -1;
        s->step = more;
        s->step_room = room;
    }
    s->step[s->steps].at = s->at;
    memcpy(s->step[s->steps++].digest, digest, DIGEST);
    return 0;
}

/* All decisions of a file are under one key. */
static int take_key(session *s, mm_err *e)
{
    mm_str id = { s->q.under.raw.p + 1, s->q.under.raw.n - 2 };
    if (!s->done->key[0] && id.n == KEY_ID)
        memcpy(s->done->key, id.p, KEY_ID);
    return mm_str_eq(id, mm_str_of(s->done->key)) ? 0
         : mm_fail(e, MM_EUSAGE, "%s was made under another key than the decisions in %s; use another file for them", s->queue, s->file);
}

static int decide(session *s, decision now, mm_err *e)
{
    mm_str entity = s->q.entity.raw;
    now.field = s->q.field.raw;
    now.entity = (mm_str){ entity.p + 1, entity.n - 2 };
    memcpy(now.digest, s->q.bytes, DIGEST);
    if (take_key(s, e) < 0)
        return -1;
    if (remember(s, now.digest) < 0 || decisions_set(s->done, &now) < 0)
        return mm_fail(e, MM_ESYS, "out of memory");
    s->decided++;
    s->at++;
    return decisions_save(s->done, s->file, e);
}

static int undo(session *s, mm_err *e)
{
    if (!s->steps) {
        say("Nothing was decided yet.\n");
        return 0;
    }
    const step *last = &s->step[--s->steps];
    decisions_remove(s->done, last->digest);
    s->at = last->at;
    s->decided--;
    return decisions_save(s->done, s->file, e);
}

/* Ask what the finding is and where it begins and ends; 0: nothing came of it. */
static int ask_edit(session *s, decision *out)
{
    char entity[64], moves[64], rest;
    *out = (decision){ .what = DECIDED_EDIT };
    if (tty_line("entity (empty: as it is): ", entity, sizeof entity) < 0)
        return 0;
    const detector *named = detector_named(mm_str_of(entity));
    out->other = named ? mm_str_of(named->entity) : (mm_str){ s->q.entity.raw.p + 1, s->q.entity.raw.n - 2 };
    if (entity[0] && !named) {
        say("No entity is called so; mm-redact --list shows them.\n");
        return 0;
    }
    if (tty_line("move start and end by characters, as in -2 +1 (empty: no): ", moves, sizeof moves) < 0)
        return 0;
    if (moves[0] && (sscanf(moves, "%d %d %c", &out->from, &out->to, &rest) != 2 || abs(out->from) > 999 || abs(out->to) > 999)) {
        say("Two numbers are needed, such as -2 +1.\n");
        return 0;
    }
    return 1;
}

/* One key: 1 to go on, 0 to end, -1. */
static int act(session *s, int key, mm_err *e)
{
    decision edited;
    switch (key) {
    case 'a': return decide(s, (decision){ .what = DECIDED_ACCEPT }, e) < 0 ? -1 : 1;
    case 'r': return decide(s, (decision){ .what = DECIDED_REJECT }, e) < 0 ? -1 : 1;
    case 'e': return ask_edit(s, &edited) && decide(s, edited, e) < 0 ? -1 : 1;
    case 'u': return undo(s, e) < 0 ? -1 : 1;
    case 's': s->at++; return 1;
    case 'q': case -1: return 0;
    }
    return 1;
}

static int review(session *s, mm_err *e)
{
    int got;
    while ((got = seek_undecided(s, e)) == 1) {
        size_t shown = s->at, steps = s->steps;
        show(s);
        do {
            got = act(s, tty_key(), e);
        } while (got == 1 && s->at == shown && s->steps == steps);
        if (got < 1)
            return got;
    }
    return got;
}

int decide_run(mm_app *app, const char *queue, const char *file)
{
    mm_err e = { 0 };
    session s = { .queue = queue, .file = file, .in = fopen(queue, "re"), .done = decisions_load(file, true, &e) };
    int got = !s.done ? -1 : !s.in ? mm_fail_errno(&e, "%s", queue) : find_lines(&s, &e);
    if (got == 0) {
        tty_open();
        got = review(&s, &e);
        tty_close();
    }
    int status = got < 0 ? mm_app_fail(app, &e) : MM_OK;
    size_t left = 0;
    for (s.at = 0; got == 0 && s.at < s.lines; s.at++)
        left += read_question(&s, &e) == 0 && !decisions_find(s.done, s.q.bytes);
    if (got == 0)
        mm_app_note(app, "%zu decided, %zu of %zu left; decisions are in %s", s.decided, left, s.lines, file);
    if (s.in)
        fclose(s.in);
    decisions_free(s.done);
    free(s.line);
    free(s.step);
    free(s.text);
    mm_buf_free(&s.screen);
    mm_buf_free(&s.scratch);
    return status;
}
