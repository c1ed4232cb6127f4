/* target_terraform.c - the machines of a plan in Terraform's JSON syntax, for the providers aws and google. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "target_private.h"
#include "task.h"

typedef struct machine {
    const char *type, *region, *purchase;
    size_t count;
} machine;

/* A string in which Terraform finds no template of its own. */
static void put_string(mm_buf *b, const char *s)
{
    mm_buf text = { 0 };
    for (; *s; s++) {
        if ((*s == '$' || *s == '%') && s[1] == '{')
            mm_buf_byte(&text, *s);
        mm_buf_byte(&text, *s);
    }
    quote_json(b, mm_buf_view(&text));
    b->failed |= text.failed;
    mm_buf_free(&text);
}

/* Regions are called us-east-1 by AWS and us-east1 by Google. */
enum provider { AWS, GOOGLE, NEITHER };
static enum provider provider_of(const char *region)
{
    size_t n = region ? strlen(region) : 0, words = 0;
    if (!n || region[strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-")] || region[n - 1] < '0' || region[n - 1] > '9')
        return NEITHER;
    for (const char *s = region; (s = strchr(s, '-')); s++)
        words++;
    return words >= 2 && region[n - 2] == '-' ? AWS : words == 1 && region[n - 2] != '-' ? GOOGLE : NEITHER;
}

static bool same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Several tasks share a machine where they fit; what they cost tells how many there are. */
static size_t machines_of(const job *it)
{
    double each = it->hour_price * it->time_s.mean / 3600, n = each > 0 ? round(mm_money_near(it->cost) / each) : (double)it->parallel;
    return n < 1 ? 1 : n < (double)it->parallel ? (size_t)n : it->parallel;
}

/* As many of each kind as any job has at once; the jobs that are apart in time take turns. */
static size_t gather(const plan *p, machine *m)
{
    size_t n = 0;
    for (size_t j = 0; j < p->n_jobs; j++) {
        const job *it = &p->jobs[j];
        size_t i = 0, at_once = 0;
        while (i < n && !(same(m[i].type, it->machine) && same(m[i].region, it->region) && same(m[i].purchase, it->purchase)))
            i++;
        if (i == n)
            m[n++] = (machine){ it->machine, it->region, it->purchase, 0 };
        for (size_t k = 0; k < p->n_jobs; k++) {
            const job *other = &p->jobs[k];
            bool meets = k == j || (other->start_s <= it->start_s && it->start_s < other->start_s + other->time_s.mean);
            if (meets && same(other->machine, it->machine) && same(other->region, it->region) && same(other->purchase, it->purchase))
                at_once += machines_of(other);
        }
        m[i].count = at_once > m[i].count ? at_once : m[i].count;
    }
    return n;
}

/* A region as part of the name of a variable. */
static void put_variable(mm_buf *b, const char *what, const char *region)
{
    mm_buf_printf(b, "%s_", what);
    for (const char *s = region; *s; s++)
        mm_buf_byte(b, *s == '-' ? '_' : *s);
}

static void put_regions(mm_buf *b, const machine *m, size_t n, bool providers)
{
    for (int of = AWS, any = 0; of <= GOOGLE; of++) {
        bool first = true;
        for (size_t i = 0; i < n; i++) {
            bool before = false;
            for (size_t k = 0; k < i; k++)
                before |= same(m[k].region, m[i].region);
            if (before || provider_of(m[i].region) != (enum provider)of)
                continue;
            if (providers) {
                mm_buf_printf(b, "%s{\"alias\": \"%s\", \"region\": \"%s\"}", !first ? ", " : any ? "],\n    \"google\": [" : of == AWS ? "\n    \"aws\": [" :
                              "\n    \"google\": [", m[i].region, m[i].region);
            } else {
                static const char *const wanted[][2] = { { "image", "Image of machines in" }, { "network", "Subnet of machines in" }, { "zone", "Zone of machines in" } };
                for (size_t w = 0; w < (of == AWS ? 2 : 3); w++) {
                    mm_buf_str(b, mm_str_of(first && !any && !w ? "\n    \"" : ",\n    \""));
                    put_variable(b, wanted[w][0], m[i].region);
                    mm_buf_printf(b, "\": {\"type\": \"string\", \"description\": \"%s %s.\"}", wanted[w][1], m[i].region);
                }
            }
            first = false;
        }
        any |= !first;
        if (providers && of == GOOGLE && any)
            mm_buf_byte(b, ']');
    }
}

static void put_machine(mm_buf *b, const plan *p, const machine *m, size_t i)
{
    bool spot = same(m->purchase, "spot"), aws = provider_of(m->region) == AWS;
    char name[SLUG_ROOM];
    slug(name, "", p->pipeline);
    mm_buf_printf(b, "\n      \"m%zu\": {\n        \"provider\": \"%s.%s\",\n        \"count\": %zu,\n        \"%s\": ", i + 1, aws ? "aws" : "google", m->region,
                  m->count, aws ? "instance_type" : "machine_type");
    put_string(b, m->type);
    if (aws) {
        mm_buf_str(b, MM_STR(",\n        \"ami\": \"${var."));
        put_variable(b, "image", m->region);
        mm_buf_str(b, MM_STR("}\",\n        \"subnet_id\": \"${var."));
        put_variable(b, "network", m->region);
        mm_buf_printf(b, "}\",%s\n        \"tags\": {\"mm-plan\": \"%s\"}\n      }", spot ? "\n        \"instance_market_options\": {\"market_type\": \"spot\"}," : "", name);
        return;
    }
    mm_buf_printf(b, ",\n        \"name\": \"%.40s-m%zu-${count.index}\",\n        \"zone\": \"${var.", name, i + 1);
    put_variable(b, "zone", m->region);
    mm_buf_str(b, MM_STR("}\",\n        \"boot_disk\": {\"initialize_params\": {\"image\": \"${var."));
    put_variable(b, "image", m->region);
    mm_buf_str(b, MM_STR("}\"}},\n        \"network_interface\": {\"subnetwork\": \"${var."));
    put_variable(b, "network", m->region);
    mm_buf_printf(b, "}\"},%s\n        \"labels\": {\"mm-plan\": \"%s\"}\n      }", spot ?
                  "\n        \"scheduling\": {\"provisioning_model\": \"SPOT\", \"preemptible\": true, \"automatic_restart\": false}," : "", name);
}

static int put_all(mm_buf *b, const plan *p, const machine *m, size_t n, mm_err *e)
{
    bool of[2] = { false, false };
    for (size_t i = 0; i < n; i++) {
        if (!m[i].type || same(m[i].type, "local"))
            return mm_fail(e, MM_EUSAGE, "-t terraform: this plan runs on this machine; plan with a price book that names machines");
        enum provider k = provider_of(m[i].region);
        if (k == NEITHER)
            return mm_fail(e, MM_EUSAGE, "-t terraform: the region %s is none of AWS (us-east-1) or Google (us-central1)", m[i].region ? m[i].region : "any");
        of[k] = true;
    }
    mm_buf_printf(b, "{\n  \"//\": \"Made by mm-plan: the machines of a plan. Save it as a file whose name ends in .tf.json.\",\n"
                     "  \"terraform\": {\"required_providers\": {%s%s%s}},\n  \"provider\": {", of[AWS] ? "\"aws\": {\"source\": \"hashicorp/aws\", \"version\": \">= 5.0\"}" : "",
                  of[AWS] && of[GOOGLE] ? ", " : "", of[GOOGLE] ? "\"google\": {\"source\": \"hashicorp/google\", \"version\": \">= 5.0\"}" : "");
    put_regions(b, m, n, true);
    mm_buf_str(b, MM_STR("\n  },\n  \"variable\": {"));
    put_regions(b, m, n, false);
    mm_buf_str(b, MM_STR("\n  },\n  \"resource\": {"));
    for (int k = AWS, any = 0; k <= GOOGLE; k++) {
        if (!of[k])
            continue;
        mm_buf_printf(b, "%s\n    \"%s\": {", any ? "," : "", k == AWS ? "aws_instance" : "google_compute_instance");
        any = 1;
        bool first = true;
        for (size_t i = 0; i < n; i++)
            if (provider_of(m[i].region) == (enum provider)k) {
                mm_buf_str(b, mm_str_of(first ? "" : ","));
                put_machine(b, p, &m[i], i);
                first = false;
            }
        mm_buf_str(b, MM_STR("\n    }"));
    }
    mm_buf_str(b, MM_STR("\n  }\n}\n"));
    return 0;
}

int target_terraform(mm_buf *b, const plan *p, mm_err *e)
{
    mm_arena *a = mm_arena_new();
    machine *m = a ? mm_arena_alloc(a, p->n_jobs * sizeof *m) : NULL;
    int rc = m ? put_all(b, p, m, gather(p, m), e) : mm_fail(e, MM_ESYS, "out of memory");
    mm_arena_free(a);
    return rc;
}
