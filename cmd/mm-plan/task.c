/* task.c - one task of a job as text for bash. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "task.h"

void job_slug(char out[SLUG_ROOM], const plan *p, size_t j)
{
    char prefix[24];
    snprintf(prefix, sizeof(prefix), "j%zu-", j + 1);
    slug(out, prefix, p->jobs[j].name);
}

static double tasks_in_row(const job *it)
{
    return ceil((double)it->shards / (double)(it->parallel ? it->parallel : 1));
}

double task_seconds(const plan *p, size_t j)
{
    const job *it = &p->jobs[j];
    return it->time_s.high / tasks_in_row(it);
}

size_t job_pieces(const plan *p, size_t j)
{
    const job *it = &p->jobs[j];
    double task_s = it->time_s.mean / tasks_in_row(it);
    size_t pieces = 1;
    if (it->checkpoint_s > 0 && it->resumable && it->shards > 1 && it->reads)
        while (pieces < 128 && (double)pieces * it->checkpoint_s < task_s)
            pieces *= 2;
    return pieces;
}

/* ---- what its results depend on ---- */

static void put_key_text(mm_buf *b, const char *s)
{
    mm_buf_printf(b, "%zu:", s ? strlen(s) : 0);
    mm_buf_str(b, mm_str_of(s));
}

static void put_key(mm_buf *b, const plan *p, size_t j)
{
    const job *it = &p->jobs[j];
    mm_buf_printf(b, "%zu/%zu/%zu ", it->n_stages, it->shards, job_pieces(p, j));
    for (size_t i = 0; i < it->n_stages; i++)
        put_key_text(b, it->stage[i].command);
    put_key_text(b, it->reads);
    put_key_text(b, it->writes);
}

void job_state(mm_buf *b, const plan *p, size_t j)
{
    char name[SLUG_ROOM], hex[33];
    mm_buf key = { 0 };
    job_slug(name, p, j);
    put_key(&key, p, j);
    for (size_t i = 0; i < p->jobs[j].n_after; i++)
        job_state(&key, p, p->jobs[j].after[i]);
    mm_hash_hex(key.p, key.n, hex);
    b->failed |= key.failed;
    mm_buf_free(&key);
    mm_buf_printf(b, "%s.%.16s", name, hex);
}

/* ---- commands ---- */

/* The length of the name where the command runs a tool of ours that reads or writes records, or 0: such take the options
 * that are added. */
static size_t our_tool(const char *command)
{
    static const char *const tools[] = { "mm-ingest", "mm-probe", "mm-redact", "mm-select", "mm-store", NULL };
    size_t n = strcspn(command, " \t\n");
    for (const char *const *t = tools; *t; t++)
        if (strlen(*t) == n && memcmp(*t, command, n) == 0)
            return n;
    return 0;
}

/* May it end with 3 because records were refused, which are kept then? */
static bool may_refuse(const char *command)
{
    return our_tool(command) && !strstr(command, "--on-error");
}

/* In which quotes of the shell a place stands: a double quote, a single one, or 0. */
static char quotes_at(const char *command, const char *place)
{
    char in = 0;
    for (const char *s = command; s < place; s++) {
        if (*s == '\\' && in != '\'' && s + 1 < place)
            s++;
        else if (!in && (*s == '"' || *s == '\''))
            in = *s;
        else if (in && *s == in)
            in = 0;
    }
    return in;
}

static const struct { const char *name, *bare, *quoted; } places[] = {
    { "{in}", "\"${in[@]}\"", "${in[@]}" },
    { "{out}", "\"$out\"", "$out" },
    { "{shard}", "\"$shard\"", "$shard" },
};

/* The command has this place, not in single quotes. */
static bool has_place(const char *command, const char *name)
{
    for (const char *s = command; (s = strstr(s, name)); s++)
        if (quotes_at(command, s) != '\'')
            return true;
    return false;
}

static void put_places(mm_buf *b, const char *command, const char *from)
{
    for (const char *s = from; *s;) {
        size_t i = 0, n = sizeof(places) / sizeof(*places);
        char in = 0;
        while (*s == '{' && i < n && strncmp(s, places[i].name, strlen(places[i].name)) != 0)
            i++;
        if (*s != '{' || i == n || (in = quotes_at(command, s)) == '\'') {
            mm_buf_byte(b, *s++);
            continue;
        }
        mm_buf_str(b, mm_str_of(in ? places[i].quoted : places[i].bare));
        s += strlen(places[i].name);
    }
}

static void put_command(mm_buf *b, const job *it, const job_stage *s)
{
    char name[SLUG_ROOM];
    const char *command = s->command + strspn(s->command, " \t\n");
    size_t n = our_tool(command);
    mm_buf_str(b, MM_STR("( set -o pipefail; export MM_STAGE="));
    quote_shell(b, mm_str_of(s->name));
    mm_buf_byte(b, '\n');
    if (n) {
        mm_buf_put(b, command, n);
        if (!strstr(command, " -j") && !strstr(command, " --jobs"))
            mm_buf_printf(b, " -j %zu", it->cores ? it->cores : 1);
        mm_buf_str(b, MM_STR(" -q"));
        if (!strstr(command, " --ledger"))
            mm_buf_str(b, MM_STR(" --ledger \"$work/ledger.ndjson\""));
        if (!strstr(command, " --dead-letter")) {
            slug(name, "", s->name);
            mm_buf_printf(b, " --dead-letter \"$state/refused/%s.$part.ndjson\"", name);
        }
    }
    put_places(b, command, command + n);
    mm_buf_str(b, MM_STR("\n)"));
}

/* ---- files ---- */

/* A pattern as a word of the shell: quoted but for what makes it one. */
static void put_pattern(mm_buf *b, const char *s)
{
    static const char plain[] = "*?[]!^-._/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    while (*s) {
        size_t n = strspn(s, plain);
        mm_buf_put(b, s, n);
        s += n;
        if ((n = strcspn(s, plain)))
            quote_shell(b, (mm_str){ s, n });
        s += n;
    }
}

/* `in`: every n-th file of the sorted list. A folder stands for all files in it but those that begin with a dot. */
static void put_inputs(mm_buf *b, const job *it, size_t pieces)
{
    char next[40] = "";
    if (pieces > 1)
        snprintf(next, sizeof(next), " + piece * %zu", it->shards);
    mm_buf_str(b, MM_STR("reads="));
    quote_shell(b, mm_str_of(it->reads));
    mm_buf_str(b, MM_STR("\nfiles() {\n"
                         "    if [ -d \"$reads\" ]; then find -H \"$reads\" -name '.?*' -prune -o -type f -print0\n"
                         "    elif [ -e \"$reads\" ]; then printf '%s\\0' \"$reads\"\n"
                         "    else for f in "));
    put_pattern(b, it->reads);
    mm_buf_printf(b, "; do [ ! -e \"$f\" ] || printf '%%s\\0' \"$f\"; done; fi\n}\n"
                     "mapfile -d '' -t in < <(files | LC_ALL=C sort -z | sed -zn \"$((shard%s + 1))~%zup\")\n"
                     "[ -e \"$reads\" ] || [ -n \"$(files | head -c 1 | tr '\\0' x)\" ] || { echo \"$reads: no such files\" >&2; exit 3; }\n",
                  next, it->shards * pieces);
}

/* The folder of what it writes holds nothing but what this job made: what an earlier plan left is removed, and what
 * others put there is not touched. */
static void put_folder(mm_buf *b, const job *it)
{
    char hex[33];
    mm_hash_hex(it->writes, strlen(it->writes), hex);
    mm_buf_str(b, MM_STR("writes="));
    quote_shell(b, mm_str_of(it->writes));
    mm_buf_printf(b, "\n(\n"
                     "    flock 9\n"
                     "    owner=$base/made/%.16s\n"
                     "    was=$(cat \"$owner\" 2>/dev/null)\n"
                     "    [ \"$was\" != \"$state\" ] || [ ! -d \"$state\" ] || exit 0\n"
                     "    if [ -n \"$was\" ]; then\n"
                     "        case $was in \"$base/\"*) rm -rf -- \"$was\" ;; esac\n"
                     "        find \"$writes\" -mindepth 1 -maxdepth 1 -name '[0-9][0-9][0-9][0-9][0-9]*' -exec rm -rf {} +\n"
                     "    fi\n"
                     "    mkdir -p -- \"$writes\" \"$base/made\" || exit 4\n"
                     "    [ -z \"$(find \"$writes\" -mindepth 1 -maxdepth 1 ! -name '.*~' | head -n 1)\" ] ||\n"
                     "        { echo \"$writes holds files that no plan made; name another folder\" >&2; exit 2; }\n"
                     "    mkdir -p -- \"$state\" && printf '%%s' \"$state\" >\"$owner\"\n"
                     ") 9>>\"$base/lock\" || exit\n", hex);
}

static void put_temp(mm_buf *b)
{
    mm_buf_str(b, MM_STR("temp=$writes/.$part.$$.$RANDOM~\n"
                         "rm -rf -- \"$writes/.$part.\"*~\n"
                         "mkdir -p -- \"$temp\" || exit 4\n"
                         "out=$temp/$part\n"));
}

/* ---- all of it ---- */

void task_work(mm_buf *b, const target_opts *o)
{
    mm_buf_str(b, MM_STR("base="));
    quote_shell(b, mm_str_of(o->work));
    mm_buf_str(b, mm_str_of(o->by_run ? "\nwork=$base/${MM_RUN##*-}\n" : "\nwork=$base\n"));
}

static void put_begin(mm_buf *b, const plan *p, size_t j, const target_opts *o)
{
    mm_buf_str(b, MM_STR("set -u\nshopt -s nullglob\n"));
    task_work(b, o);
    mm_buf_str(b, MM_STR("state=$work/"));
    job_state(b, p, j);
    mm_buf_str(b, MM_STR("\ntask=$(printf %05d \"$shard\")\n"
                         "[ ! -e \"$state/done/$task\" ] || exit 0\n"
                         "mkdir -p -- \"$work\" || exit 4\n"));
}

static void put_pipe(mm_buf *b, const job *it)
{
    const job_stage *last = &it->stage[it->n_stages - 1];
    bool cat = it->reads && !has_place(it->stage[0].command, "{in}");
    if (cat)
        mm_buf_str(b, MM_STR("cat -- \"${in[@]}\" | "));
    for (size_t i = 0; i < it->n_stages; i++) {
        if (i)
            mm_buf_str(b, MM_STR(" | "));
        put_command(b, it, &it->stage[i]);
    }
    if (it->writes && !has_place(last->command, "{out}"))
        mm_buf_str(b, MM_STR(" >\"$out\""));
    /* A reader that has enough ends those before it by SIGPIPE. */
    mm_buf_str(b, MM_STR("\nstatus=(\"${PIPESTATUS[@]}\")\nmay=("));
    if (cat)
        mm_buf_str(b, MM_STR("'0|141' "));
    for (size_t i = 0; i < it->n_stages; i++)
        mm_buf_printf(b, "'0%s%s'%s", may_refuse(it->stage[i].command) ? "|3" : "", i + 1 < it->n_stages ? "|141" : "",
                      i + 1 < it->n_stages ? " " : "");
    mm_buf_str(b, MM_STR(")\nfor i in \"${!status[@]}\"; do\n"
                         "    [[ \"|${may[i]}|\" == *\"|${status[i]}|\"* ]] || { echo \"$state, task $part: failed with ${status[*]}\" >&2; exit \"${status[i]}\"; }\n"
                         "done\n"));
}

/* One piece of a task, or all of it: $part is its name. */
static void put_part(mm_buf *b, const job *it, size_t pieces)
{
    mm_buf_str(b, MM_STR("rm -f -- \"$state/refused/\"*.\"$part.ndjson\" || exit 4\n"));
    if (it->writes)
        put_temp(b);
    if (it->reads) {
        put_inputs(b, it, pieces);
        mm_buf_str(b, MM_STR("if [ ${#in[@]} -gt 0 ]; then\n"));
    }
    put_pipe(b, it);
    if (it->reads)
        mm_buf_str(b, MM_STR("fi\n"));
    if (it->writes)
        mm_buf_str(b, MM_STR("for f in \"$temp\"/*; do\n"
                             "    rm -rf -- \"$writes/${f##*/}\" && mv -- \"$f\" \"$writes/\" || exit 4\n"
                             "done\n"
                             "rmdir -- \"$temp\" || exit 4\n"));
    mm_buf_str(b, MM_STR(": >\"$state/done/$part\"\n"));
}

void task_put(mm_buf *b, const plan *p, size_t j, const target_opts *o)
{
    const job *it = &p->jobs[j];
    size_t pieces = job_pieces(p, j);
    put_begin(b, p, j, o);
    if (it->writes)
        put_folder(b, it);
    mm_buf_str(b, MM_STR("mkdir -p -- \"$state/done\" \"$state/refused\" || exit 4\n"));
    if (pieces > 1)
        mm_buf_printf(b, "for ((piece = 0; piece < %zu; piece++)); do   # each is a checkpoint\n"
                         "part=$task.$(printf %%03d \"$piece\")\n"
                         "[ ! -e \"$state/done/$part\" ] || continue\n", pieces);
    else
        mm_buf_str(b, MM_STR("part=$task\n"));
    put_part(b, it, pieces);
    if (pieces > 1)
        mm_buf_str(b, MM_STR("done\n: >\"$state/done/$task\"\n"));
}
