/* store.c - one run of mm-store. */
#include "store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what is there already -------------------------------------------------- */

/* Remove all that mm-store left under this prefix; the manifest first, so that it never speaks of
 * shards that are gone. */
static int wipe(const st_folder *f, const char *prefix, mm_err *e)
{
    char **names;
    size_t n;
    if (st_file_remove(f, ST_MANIFEST, e) < 0 || st_shard_names(f, prefix, &names, &n, e) < 0)
        return -1;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = st_file_remove(f, names[i], e);
    st_names_free(names, n);
    return rc < 0 ? -1 : st_file_remove(f, ST_JOURNAL, e);
}

/* Shards that nothing speaks of would be mixed with ours. */
static int refuse_strangers(const st_folder *f, const char *prefix, mm_err *e)
{
    char **names;
    size_t n;
    if (st_shard_names(f, prefix, &names, &n, e) < 0)
        return -1;
    int rc = n ? mm_fail(e, MM_EUSAGE, "%s/%s is there, and no manifest speaks of it; choose another folder or --prefix, "
                         "or remove it with --overwrite", f->path, names[0]) : 0;
    st_names_free(names, n);
    return rc;
}

/* Keep the shards up to the first that is not whole, or, where input was missing, up to the last. */
static int keep(st_store *s, mm_err *e)
{
    st_manifest *m = &s->manifest;
    size_t whole = 0;
    while (whole < m->n && st_file_size(&s->folder, m->entry[whole].name.p)
                           == (off_t)m->entry[whole].bytes)
        whole++;
    if (whole < m->n)
        m->complete = false;
    else if (m->finished && !m->complete && whole > 0)
        whole--;
    for (size_t i = whole; i < m->n; i++)
        if (st_file_remove(&s->folder, m->entry[i].name.p, e) < 0)
            return -1;
    m->n = s->kept = whole;
    char next[256];
    st_shard_name(s->settings, whole, next, sizeof next);
    return m->complete ? 0 : st_file_remove(&s->folder, next, e);
}

static int look_around(st_store *s, bool overwrite, mm_err *e)
{
    st_manifest *m = &s->manifest;
    const st_folder *f = &s->folder;
    if (overwrite && wipe(f, s->settings->prefix, e) < 0)
        return -1;
    int there = st_manifest_load(m, f, e);
    if (there < 0)
        return -1;
    if (there == 0 && refuse_strangers(f, s->settings->prefix, e) < 0)
        return -1;
    if (there && st_manifest_agrees(m, s->settings, f->path, e) < 0)
        return -1;
    if (st_manifest_begin(m, s->settings, e) < 0 || (there && keep(s, e) < 0))
        return -1;
    if (m->complete)
        return st_file_remove(f, ST_JOURNAL, e);
    s->closing.journal = st_journal_start(m, f, e);
    return s->closing.journal < 0 ? -1 : st_file_remove(f, ST_MANIFEST, e);
}

static void tell_kept(st_store *s)
{
    uint64_t records = 0;
    for (size_t i = 0; i < s->kept; i++)
        records += s->manifest.entry[i].records;
    if (s->manifest.complete)
        mm_app_note(s->app, "%s: complete, with %zu shard%s and %llu record%s; checking that the input is the same",
                    s->folder.path, s->kept, mm_plural(s->kept), (unsigned long long)records, mm_plural(records));
    else if (s->kept)
        mm_app_note(s->app, "%s: kept %zu complete shard%s of %llu record%s; going on behind", s->folder.path, s->kept,
                    mm_plural(s->kept), (unsigned long long)records, mm_plural(records));
}

int st_store_open(st_store *s, mm_app *app, const st_settings *o, const char *path, bool overwrite, mm_err *e)
{
    *s = (st_store){ .app = app, .settings = o, .folder.fd = -1, .shard.fd = -1, .closing.journal = -1 };
    s->closing.manifest = &s->manifest;
    s->closing.folder = &s->folder;
    s->closing.threads = app->workers > 1;
    if (!(s->came = XXH3_createState()))
        return mm_fail(e, MM_ESYS, "out of memory");
    XXH3_128bits_reset(s->came);
    if (st_manifest_init(&s->manifest, e) < 0 || st_shard_init(&s->shard, o, &s->folder, e) < 0)
        return -1;
    if (!(s->pieces = st_pieces_new(app->roots, e)) || st_folder_make(&s->folder, path, e) < 0)
        return -1;
    if (look_around(s, overwrite, e) < 0)
        return -1;
    tell_kept(s);
    return 0;
}

void st_store_close(st_store *s)
{
    mm_err ignored = { 0 };
    st_closing_wait(&s->closing, &ignored);
    st_shard_free(&s->shard);
    st_pieces_free(s->pieces);
    st_manifest_free(&s->manifest);
    XXH3_freeState(s->came);
    if (s->closing.journal >= 0)
        close(s->closing.journal);
    st_folder_close(&s->folder);
}

/* ---- records that are stored already ---------------------------------------- */

static int differs(const st_store *s, const mm_rec *r, const st_entry *x, mm_err *e)
{
    return mm_fail(e, MM_EUSAGE, "%s:%llu: %s/%.*s was made from other records than those up to here: the input is not "
                   "the one this folder was begun with; give the same, choose another folder, or start anew with "
                   "--overwrite", r->source ? r->source : "input", (unsigned long long)r->position, s->folder.path,
                   (int)x->name.n, x->name.p);
}

/* Was this record left out when its shard was made? */
static bool was_left_out(st_store *s, const mm_rec *r)
{
    const st_manifest *m = &s->manifest;
    while (s->out_shard < s->kept && s->out_at == m->entry[s->out_shard].n_left_out) {
        s->out_shard++;
        s->out_at = 0;
    }
    if (s->out_shard == s->kept || m->entry[s->out_shard].left_out[s->out_at] != r->number + 1)
        return false;
    s->out_at++;
    return true;
}

static int pass_over(st_store *s, const mm_rec *r, const st_plan *x, mm_err *e)
{
    const st_entry *shard = &s->manifest.entry[s->passing];
    bool other = s->passed == 0 && x->id.n && !mm_str_eq(x->id, shard->first);
    XXH3_128bits_update(s->came, x->hash, sizeof x->hash);
    s->number++;
    if (++s->passed == shard->records) {
        char hex[33];
        XXH128_canonical_t c;
        XXH128_canonicalFromHash(&c, XXH3_128bits_digest(s->came));
        for (size_t i = 0; i < 16; i++)
            snprintf(hex + 2 * i, 3, "%02x", c.digest[i]);
        other = !mm_str_eq(mm_str_of(hex), shard->input);
        XXH3_128bits_reset(s->came);
        s->passed = 0;
        s->passing++;
    }
    return other ? differs(s, r, shard, e) : 0;
}

/* ---- records that are new --------------------------------------------------- */

static int end_shard(st_store *s, mm_err *e)
{
    if (s->shard.fd < 0)
        return 0;
    return st_shard_end(&s->shard, e) < 0 ? -1 : st_closing_take(&s->closing, &s->shard, e);
}

static bool fits(const st_store *s, uint64_t room)
{
    const st_settings *o = s->settings;
    if (o->shard_records && s->shard.records >= (uint64_t)o->shard_records)
        return false;
    return !o->shard_size || s->shard.records == 0 || s->shard.size + room <= (uint64_t)o->shard_size;
}

static int add(st_store *s, const mm_rec *r, st_plan *x, mm_err *e)
{
    if (s->manifest.complete)
        return mm_fail(e, MM_EUSAGE, "%s:%llu: %s is complete with %llu record%s, and the input has more; choose another "
                       "folder, or start anew with --overwrite", r->source ? r->source : "input",
                       (unsigned long long)r->position, s->folder.path, (unsigned long long)s->number, mm_plural(s->number));
    uint64_t room = st_shard_room(&s->shard, r, x, s->pieces);
    if (s->shard.fd >= 0 && !fits(s, room) && end_shard(s, e) < 0)
        return -1;
    if (s->shard.fd < 0 && st_shard_open(&s->shard, s->kept + s->begun++, e) < 0)
        return -1;
    return st_shard_add(&s->shard, r, x, s->pieces, s->number++, e);
}

/* ---- the stage -------------------------------------------------------------- */

static void *open_state(void *tool, int worker, mm_err *e)
{
    return st_planner_new(((st_store *)tool)->settings, e);
}

static void close_state(void *state)
{
    st_planner_free(state);
}

static mm_verdict work(void *tool, void *state, mm_rec *r, mm_arena *a)
{
    mm_err e = { 0 };
    r->extra = st_plan_make(state, r, a, &e);
    return r->extra ? MM_KEEP : mm_rec_bad(r, a, "%s", e.text);
}

/* Open what the record refers to; a record without it is bad, and it is remembered that it was. */
static mm_verdict open_pieces(st_store *s, mm_rec *r, mm_arena *a, mm_err *e)
{
    bool held = s->settings->format != ST_WDS;
    mm_err why = { 0 };
    if (st_pieces_open(s->pieces, r->extra, held, (uint64_t)s->app->max_record, &why) == 0)
        return MM_KEEP;
    if (why.code != MM_EBAD) {
        *e = why;
        return MM_KEEP;
    }
    return mm_rec_bad(r, a, "%s", why.text);
}

static mm_verdict order(void *tool, mm_rec *r, mm_arena *a, bool *stop)
{
    st_store *s = tool;
    mm_verdict v = MM_KEEP;
    bool left_out = was_left_out(s, r), passing = s->passing < s->kept;
    if (left_out || !passing)
        v = open_pieces(s, r, a, &s->why);
    if (s->why.code == 0 && left_out && v == MM_KEEP)
        mm_fail(&s->why, MM_EUSAGE, "%s:%llu: its payload could not be read when this folder was begun, and now it can; "
                "start anew with --overwrite", r->source, (unsigned long long)r->position);
    else if (s->why.code == 0 && v == MM_KEEP && passing)
        pass_over(s, r, r->extra, &s->why);
    else if (s->why.code == 0 && v == MM_KEEP)
        add(s, r, r->extra, &s->why);
    else if (s->why.code == 0 && !left_out)
        st_shard_leave_out(&s->shard, r->number + 1, &s->why);
    *stop = s->why.code != 0;
    return v;
}

/* Say what stays, and what to do. */
static int explain(const st_store *s, mm_err *e)
{
    if (e->code != MM_ESYS)
        return -1;
    bool full = mm_str_ends(mm_str_of(e->text), mm_str_of(strerror(ENOSPC)))
        || mm_str_ends(mm_str_of(e->text), mm_str_of(strerror(EDQUOT)));
    size_t n = strlen(e->text);
    snprintf(e->text + n, sizeof e->text - n, "; %zu complete shard%s kept in %s: %srun the same again to go on",
             s->manifest.n, s->manifest.n == 1 ? " is" : "s are", s->folder.path, full ? "make room and " : "");
    return -1;
}

static int write_batch(void *tool, const mm_batch *b, mm_err *e)
{
    st_store *s = tool;
    if (!s->why.code && st_shard_settle(&s->shard, &s->why) == 0)
        return 0;
    mm_err ignored = { 0 };
    st_closing_wait(&s->closing, &ignored);
    *e = s->why;
    return explain(s, e);
}

/* The manifest, when all shards are there; then nothing needs the journal any more. */
static int finish(st_store *s, bool all_input, mm_err *e)
{
    for (size_t i = s->kept; i < s->manifest.n; i++)
        s->app->totals.bytes_out += s->manifest.entry[i].bytes;
    if (s->manifest.complete)
        return 0;
    if (st_manifest_write(&s->manifest, all_input, &s->folder, e) < 0)
        return -1;
    return st_file_remove(&s->folder, ST_JOURNAL, e);
}

/* All records that there are were given to order(), and nothing failed. */
static int last(void *tool, mm_batch *b, mm_err *e)
{
    st_store *s = tool;
    bool all_input = s->app->totals.inputs_bad == 0;
    if (s->passing < s->kept && !all_input)
        return 0;
    if (s->passing < s->kept)
        return mm_fail(e, MM_EUSAGE, "the input ended after %llu record%s, and %s holds more: it is not the input this folder "
                       "was begun with; give the same, choose another folder, or start anew with --overwrite",
                       (unsigned long long)s->number, mm_plural(s->number), s->folder.path);
    if (end_shard(s, e) < 0 || st_closing_wait(&s->closing, e) < 0 || finish(s, all_input, e) < 0)
        return explain(s, e);
    if (!all_input)
        mm_app_warn(s->app, "%s: the manifest says that input was missing; run again with all of it to go on",
                    s->folder.path);
    return 0;
}

mm_stage st_store_stage(st_store *s)
{
    return (mm_stage){ .open = open_state, .close = close_state, .work = work, .order = order, .write = write_batch,
                       .last = last, .tool = s };
}

void st_store_interrupted(st_store *s)
{
    mm_err e = { 0 };
    if (st_closing_wait(&s->closing, &e) < 0)
        mm_app_fail(s->app, &e);
    mm_app_note(s->app, "%s: complete so far: %zu shard%s; run the same again to go on", s->folder.path, s->manifest.n,
                mm_plural(s->manifest.n));
}
