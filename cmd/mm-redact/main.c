/* mm-redact - takes personal data out of records. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "assess_run.h"
#include "decide.h"
#include "decisions.h"
#include "filter.h"
#include "media/media.h"
#include "pixels.h"
#include "reveal.h"
#include "verify.h"

typedef struct options {
    mm_list fields, reports;
    int64_t ner_time;
    const char *ner, *entities, *use, *review, *decisions, *decide;
    bool list, show_policy, dry_run, reveal, verify;
    assess_options assess;
} options;

static void list_entities(void)
{
    for (const detector *d = detectors; d->name; d++)
        printf("%-23s %-23s %s\n", d->name, d->entity, d->about);
}

/* Output of --dry-run: none. */
static int discard(void *tool, const mm_batch *b, mm_err *e)
{
    (void)tool, (void)b, (void)e;
    return 0;
}

/* --reveal: the other way. */
static int reveal(mm_app *app, const plan *p, mm_str via, bool dry_run)
{
    mm_err e = { 0 };
    revealer r = { .plan = p, .roots = app->roots, .via = via };
    int status = MM_EUSAGE;
    if (!p->keys->n)
        mm_fail(&e, MM_EUSAGE, "--reveal needs a key; give a policy with `redact: {keys: {NAME: {file: FILE}}}`");
    else
        status = revealer_init(&r, &e) < 0 || mm_app_jail(app, mm_media_ops, &r.media.limits, &e) < 0 ? MM_ESYS : MM_OK;
    if (status != MM_OK) {
        revealer_free(&r);
        return mm_app_fail(app, &e);
    }
    r.jail = app->jail;
    const mm_stage stage = { .open = reveal_open, .close = reveal_close, .work = reveal_work,
                             .write = dry_run ? discard : NULL, .tool = &r };
    status = mm_app_run(app, &stage);
    if (status < 128 && status != MM_ESYS)
        (dry_run ? mm_app_note : mm_app_sum_up)(app, "%llu token%s revealed in %llu record%s", (unsigned long long)r.tokens,
                                                mm_plural(r.tokens), (unsigned long long)r.records, mm_plural(r.records));
    revealer_free(&r);
    return status;
}

/* What people decided, for the plans of all tiers; NULL: nothing. Owned. */
static decisions *take_decisions(tiers *t, const options *o, mm_err *e)
{
    const redact_key *key = t->v[0].plan.keys->standard;
    if ((o->review || o->decisions) && !key)
        mm_fail(e, MM_EUSAGE, "%s needs a key; give `key: {file: FILE}` in redact", o->review ? "--review" : "--decisions");
    decisions *d = o->decisions && key ? decisions_load(o->decisions, false, e) : NULL;
    if (d && d->key[0] && strcmp(d->key, key->id) != 0)
        mm_fail(e, MM_EUSAGE, "%s: these decisions were made under another key than the policy's", o->decisions);
    else if (d)
        decisions_check(d, o->decisions, e);
    for (size_t i = 0; i < t->n; i++)
        t->v[i].plan.decided = d;
    return d;
}

/* Only some options go together. */
static int check_modes(const options *o, mm_err *e)
{
    const struct { bool on; const char *name; } modes[] = {
        { o->decide, "--decide" }, { o->reveal, "--reveal" }, { o->verify, "--verify" }, { o->assess.on, "--assess" },
        { o->reports.n && !o->assess.on, "--report" }, { o->review, "--review" },
    };
    enum { ALONE = 4, MODES = sizeof modes / sizeof *modes };
    for (size_t i = 0; i < ALONE; i++)
        for (size_t k = i + 1; k < MODES; k++)
            if (modes[i].on && modes[k].on)
                return mm_fail(e, MM_EUSAGE, "%s does not go with %s", modes[k].name, modes[i].name);
    if (o->decide && !o->decisions)
        return mm_fail(e, MM_EUSAGE, "--decide needs --decisions FILE, where decisions are kept; it need not be there yet");
    return 0;
}

static int finish(mm_app *app, options *o, mm_policy *built_in, tiers *t, redactor *r, int status)
{
    free(o->fields.v);
    free(o->reports.v);
    tiers_free(t);
    ner_free(r->ner);
    redactor_free(r);
    mm_policy_free(built_in);
    mm_app_end(app);
    return status;
}

int main(int argc, char **argv)
{
    options o = { 0 };
    const mm_option table[] = {
        { "What to find", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "field", 'f', MM_OPT_LIST, &o.fields, "FIELD",
          "Look only at this field and what lies in it, as in user.email (* is any one name); may be given again. "
          "Every string, number and member name of a record when not given." },
        { "entities", 'e', MM_OPT_STRING, &o.entities, "LIST",
          "Look only for these, as in email,phone; all that the policy leaves on when not given." },
        { "ner", 0, MM_OPT_STRING, &o.ner, "CMD",
          "Ask this command for names in every text, too: it reads and writes lines of JSON." },
        { "ner-time", 0, MM_OPT_DURATION, &o.ner_time, "DURATION", "How long it may take for the texts of one record; 30s when not given." },
        { "use", 0, MM_OPT_STRING, &o.use, "NAME", "What the records are for, as in training: one of the uses that the policy tells apart." },
        { "What to do", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "dry-run", 'n', MM_OPT_FLAG, &o.dry_run, NULL, "Write no records; only count what is found." },
        { "reveal", 0, MM_OPT_FLAG, &o.reveal, NULL,
          "Turn the tokens of action `token` back, by the keys of the policy; find and replace nothing." },
        { "verify", 0, MM_OPT_FLAG, &o.verify, NULL,
          "Write no records; print a line for each finding that an earlier run left, and exit 1 if there is any." },
        { "review", 0, MM_OPT_STRING, &o.review, "FILE",
          "Put findings whose score the policy leaves to people (`review`) into FILE, with their values; until they are decided, they "
          "are redacted." },
        { "decide", 0, MM_OPT_STRING, &o.decide, "FILE", "Decide about the findings in FILE, one by one, on the terminal." },
        { "decisions", 0, MM_OPT_STRING, &o.decisions, "FILE", "Where decisions are: --decide writes them there, other runs follow them." },
        { "assess", 0, MM_OPT_FLAG, &o.assess.on, NULL,
          "Find and replace nothing; report how well records hide among those with the same --quasi fields (k, l, t), as JSON." },
        { "quasi", 0, MM_OPT_STRING, &o.assess.quasi, "FIELD,...", "What others may know of a person, as in age,zip,sex." },
        { "sensitive", 0, MM_OPT_STRING, &o.assess.sensitive, "FIELD,...", "What they must not learn, as in disease." },
        { "suppress-k", 0, MM_OPT_INT, &o.assess.suppress_k, "K",
          "With --assess, write the records, but for those that share their --quasi fields with fewer than K in all. Reads plain "
          "files, twice.", 2, 1000000000 },
        { "report", 0, MM_OPT_LIST, &o.reports, "FILE",
          "Write a report of what was found and done to FILE.json or FILE.html, with counts and masked examples; may be given again. "
          "With --assess, write its report to FILE." },
        { "list", 'l', MM_OPT_FLAG, &o.list, NULL, "Print the entities that are found, and end." },
        { "show-policy", 0, MM_OPT_FLAG, &o.show_policy, NULL,
          "Print the policy that holds without --policy, and end: a start for your own." },
        MM_OPTION_END };
    const mm_tool tool = {
        .name = "mm-redact",
        .summary = "take personal data and secrets out of records",
        .synopsis = "mm-redact [options] [FILE...]",
        .examples = "  mm-redact <tickets.ndjson >clean.ndjson\n"
                    "      Replace personal data in every field by <EMAIL>, <PHONE>, ...\n"
                    "  mm-redact --field message --entities email,card log.ndjson\n"
                    "      Only these two, and only there.\n"
                    "  mm-ingest -b photos/ | mm-redact --policy p.yaml --dead-letter review.mmr >clean.mmr\n"
                    "      By your own rules; what can not be judged is kept aside.\n"
                    "  mm-redact --dry-run *.ndjson\n"
                    "      Count what is there, write nothing.\n"
                    "  mm-redact --report redaction.html --report redaction.json <tickets.ndjson >clean.ndjson\n"
                    "      Tell others what was found and done, without the values.\n"
                    "  mm-redact --policy p.yaml --review queue.ndjson in.ndjson >clean.ndjson\n"
                    "  mm-redact --decide queue.ndjson --decisions decisions\n"
                    "  mm-redact --policy p.yaml --decisions decisions in.ndjson >clean.ndjson\n"
                    "      What is not sure is redacted until a person has looked at it.\n"
                    "  mm-redact --ner 'python3 model.py' -j 8 letters.ndjson >clean.ndjson\n"
                    "      With a model of yours beside the built-in detectors; the manual has one in ten lines.\n"
                    "  mm-redact --verify clean.ndjson && publish clean.ndjson\n"
                    "      Only when nothing is left.\n"
                    "  mm-redact --assess --quasi age,zip,sex --sensitive disease clean.ndjson\n"
                    "      How many records share what others may know.",
        .options = table,
    };
    mm_app app;
    mm_err e = { 0 };
    int status = mm_app_start(&app, &tool, argc, argv);
    if (status != MM_GO_ON)
        return status;
    tiers t = { 0 };
    redactor r = { 0 };
    mm_policy *built_in = NULL;
    if (o.list || o.show_policy) {
        if (o.list)
            list_entities();
        else
            fputs(plan_default_text, stdout);
        return finish(&app, &o, built_in, &t, &r, fflush(stdout) == 0 ? MM_OK : MM_ESYS);
    }
    o.assess.report = o.reports.n && o.assess.on ? o.reports.v[o.reports.n - 1] : NULL;
    if (check_modes(&o, &e) < 0)
        return finish(&app, &o, built_in, &t, &r, mm_app_fail(&app, &e));
    if (o.decide && !app.policy)
        return finish(&app, &o, built_in, &t, &r, decide_run(&app, o.decide, o.decisions));
    int assessing = assess_asked(&o.assess, &e);
    if (assessing)
        return finish(&app, &o, built_in, &t, &r, assessing < 0 ? mm_app_fail(&app, &e) : assess_run(&app, &o.assess));
    detect_prepare();
    if (!app.policy)
        built_in = mm_policy_parse(mm_str_of(plan_default_text), "built-in policy", &e);
    if ((!app.policy && !built_in) ||
        tiers_new(&t, app.policy ? app.policy : built_in, &(plan_options){ .fields = &o.fields, .entities = o.entities }, o.use, &e) < 0)
        return finish(&app, &o, built_in, &t, &r, mm_app_fail(&app, &e));
    if (o.decide)   /* with the entities of the policy */
        return finish(&app, &o, built_in, &t, &r, decide_run(&app, o.decide, o.decisions));
    mm_buf via = { 0 };
    mm_app_via(&app, &via);
    if (o.reveal) {
        status = reveal(&app, &t.v[0].plan, mm_buf_view(&via), o.dry_run);
        mm_buf_free(&via);
        return finish(&app, &o, built_in, &t, &r, status);
    }
    r = (redactor){ .tiers = &t, .roots = app.roots, .via = mm_buf_view(&via) };
    decisions *decided = take_decisions(&t, &o, &e);
    const mm_jail_limits limits = pixels_limits(&t);
    if (e.code || pixels_prepare(&t, app.policy != NULL, &e) < 0 ||
        mm_app_jail(&app, mm_media_ops, &limits, &e) < 0 || redactor_init(&r, &e) < 0) {
        decisions_free(decided);
        mm_buf_free(&via);
        return finish(&app, &o, built_in, &t, &r, mm_app_fail(&app, &e));
    }
    r.jail = app.jail;
    if (o.ner && !(r.ner = ner_new(o.ner, o.ner_time ? o.ner_time : 30000000000, &e))) {
        decisions_free(decided);
        mm_buf_free(&via);
        return finish(&app, &o, built_in, &t, &r, mm_app_fail(&app, &e));
    }
    status = o.verify ? verify_run(&app, &r)
                      : filter_run(&app, &r, &(filter_options){ .dry_run = o.dry_run, .proof = { &o.reports, o.review } });
    decisions_free(decided);
    mm_buf_free(&via);
    return finish(&app, &o, built_in, &t, &r, status);
}
