/* detect_secret.c - tokens and keys in the formats their issuers publish (each issuer's own documentation of its
 * token prefixes), and secret query parameters. */
#include "detect.h"

#include <string.h>
#include <strings.h>

/* Kinds of bytes behind a prefix: x hex, u capitals and digits, l small letters and digits, a letters and digits,
 * b the same with - and _, d digits. */
typedef struct format {
    const char *rule, *prefix;
    char kind;
    unsigned least, most;   /* bytes behind the prefix */
} format;

static const format formats[] = {
    { "aws-access-key", "AKIA", 'u', 16, 16 },       { "aws-access-key", "ASIA", 'u', 16, 16 },
    { "aws-access-key", "ABIA", 'u', 16, 16 },       { "aws-access-key", "ACCA", 'u', 16, 16 },
    { "github-token", "ghp_", 'a', 36, 255 },        { "github-token", "gho_", 'a', 36, 255 },
    { "github-token", "ghu_", 'a', 36, 255 },        { "github-token", "ghs_", 'a', 36, 255 },
    { "github-token", "ghr_", 'a', 36, 255 },        { "github-token", "github_pat_", 'b', 36, 255 },
    { "gitlab-token", "glpat-", 'b', 20, 64 },       { "gitlab-token", "gldt-", 'b', 20, 64 },
    { "gitlab-token", "glrt-", 'b', 20, 64 },        { "gitlab-token", "glcbt-", 'b', 20, 64 },
    { "gitlab-token", "glptt-", 'x', 40, 40 },       { "slack-token", "xoxb-", 'b', 15, 255 },
    { "slack-token", "xoxp-", 'b', 15, 255 },        { "slack-token", "xoxa-", 'b', 15, 255 },
    { "slack-token", "xoxr-", 'b', 15, 255 },        { "slack-token", "xoxs-", 'b', 15, 255 },
    { "slack-token", "xoxe-", 'b', 15, 255 },        { "slack-token", "xapp-", 'b', 15, 255 },
    { "stripe-key", "sk_live_", 'a', 16, 255 },      { "stripe-key", "sk_test_", 'a', 16, 255 },
    { "stripe-key", "rk_live_", 'a', 16, 255 },      { "stripe-key", "rk_test_", 'a', 16, 255 },
    { "stripe-key", "pk_live_", 'a', 16, 255 },      { "stripe-secret", "whsec_", 'a', 24, 255 },
    { "google-api-key", "AIza", 'b', 35, 35 },       { "google-oauth", "GOCSPX-", 'b', 28, 28 },
    { "anthropic-key", "sk-ant-", 'b', 20, 255 },    { "openai-key", "sk-proj-", 'b', 20, 255 },
    { "openai-key", "sk-svcacct-", 'b', 20, 255 },   { "openai-key", "sk-admin-", 'b', 20, 255 },
    { "openrouter-key", "sk-or-v1-", 'x', 64, 64 },  { "openai-key", "sk-", 'a', 32, 64 },
    { "npm-token", "npm_", 'a', 36, 36 },            { "pypi-token", "pypi-AgEIcHlwaS5vcmc", 'b', 20, 255 },
    { "pypi-token", "pypi-", 'b', 50, 255 },         { "twilio-key", "SK", 'x', 32, 32 },
    { "twilio-account", "AC", 'x', 32, 32 },         { "huggingface-token", "hf_", 'a', 30, 40 },
    { "shopify-token", "shpat_", 'x', 32, 32 },      { "shopify-token", "shpca_", 'x', 32, 32 },
    { "shopify-token", "shppa_", 'x', 32, 32 },      { "shopify-token", "shpss_", 'x', 32, 32 },
    { "digitalocean-token", "dop_v1_", 'x', 64, 64 }, { "digitalocean-token", "doo_v1_", 'x', 64, 64 },
    { "square-token", "sq0atp-", 'b', 22, 22 },      { "square-token", "sq0csp-", 'b', 43, 43 },
    { "square-token", "EAAAE", 'b', 59, 59 },        { "mailgun-key", "key-", 'x', 32, 32 },
    { "databricks-token", "dapi", 'x', 32, 32 },
    { "linear-key", "lin_api_", 'a', 32, 64 },       { "postman-key", "PMAK-", 'b', 40, 80 },
    { "newrelic-key", "NRAK-", 'u', 27, 27 },        { "grafana-token", "glsa_", 'b', 40, 60 },
    { "sentry-token", "sntrys_", 'b', 40, 255 },     
    { "terraform-token", "atlasv1", 'b', 40, 80 },
    { "age-key", "AGE-SECRET-KEY-1", 'u', 58, 58 },  { "facebook-token", "EAACEdEose0cBA", 'a', 20, 255 },
    { "rubygems-key", "rubygems_", 'x', 48, 48 },
    { "planetscale-token", "pscale_tkn_", 'b', 32, 64 }, { "pulumi-token", "pul-", 'x', 40, 40 },
    { "notion-token", "ntn_", 'a', 40, 60 },         { "notion-token", "secret_", 'a', 43, 43 },
    { "fastly", "fio-u-", 'b', 64, 64 },             { "figma-token", "figd_", 'b', 38, 60 },
    { "airtable-token", "patp", 'a', 20, 80 },
    { "supabase-key", "sbp_", 'x', 40, 40 },         { "groq-key", "gsk_", 'a', 48, 64 },
    { "replicate-token", "r8_", 'a', 37, 40 },       { "xai-key", "xai-", 'a', 70, 90 },
    { "docker-token", "dckr_pat_", 'b', 27, 64 },    { "atlassian-token", "ATATT3", 'b', 100, 255 },
    { "heroku-key", "HRKU-", 'b', 36, 64 },          { "perplexity-key", "pplx-", 'a', 40, 64 },
};

static bool of_kind(char c, char kind)
{
    switch (kind) {
    case 'x': return is_hex(c);
    case 'u': return is_digit(c) || is_upper(c);
    case 'l': return is_digit(c) || (is_letter(c) && !is_upper(c));
    case 'a': return is_digit(c) || is_letter(c);
    case 'b': return is_word(c) || c == '-';
    default: return false;
    }
}

static size_t run_of(const subject *s, size_t i, char kind)
{
    size_t n = 0;
    while (i + n < s->n && of_kind(s->p[i + n], kind))
        n++;
    return n;
}

/* A token is no chain of plain words: it has a digit, or both cases. */
static bool looks_random(const char *p, size_t n)
{
    bool digit = false, lower = false, upper = false;
    for (size_t i = 0; i < n; i++) {
        digit |= is_digit(p[i]);
        upper |= is_upper(p[i]);
        lower |= is_letter(p[i]) && !is_upper(p[i]);
    }
    return digit || (lower && upper);
}

static const char *const parameters[] = { "token", "access_token", "id_token", "refresh_token", "auth_token", "api_key",
    "apikey", "api-key", "key", "secret", "client_secret", "password", "passwd", "pwd", "pass", "sig", "signature",
    "auth", "code", "session", "sessionid", "session_id", "sid", "jwt", "x-amz-signature", "x-amz-credential",
    "x-amz-security-token", "x-goog-signature", "awsaccesskeyid", "sas", "otp" };

/* The first two bytes of every prefix, and the last two of every parameter, by a hash of them. */
static uint64_t heads[16], tails[16];
static bool is_alnum[256];

static unsigned head_bit(const char *p)
{
    return ((unsigned char)p[0] * 31u + (unsigned char)p[1] * 7u) & 1023;
}

/* Of a name that ends before p, whatever the case. */
static unsigned tail_bit(const char *p)
{
    char last[2] = { (char)(p[-2] | 0x20), (char)(p[-1] | 0x20) };
    return head_bit(last);
}

void secrets_prepare(void)
{
    for (size_t k = 0; k < sizeof formats / sizeof *formats; k++)
        heads[head_bit(formats[k].prefix) / 64] |= UINT64_C(1) << head_bit(formats[k].prefix) % 64;
    for (size_t k = 0; k < sizeof parameters / sizeof *parameters; k++) {
        unsigned bit = tail_bit(parameters[k] + strlen(parameters[k]));
        tails[bit / 64] |= UINT64_C(1) << bit % 64;
    }
    for (int c = 0; c < 256; c++)
        is_alnum[c] = is_digit((char)c) || is_letter((char)c);
}

/* The last six of 36 letters and digits are CRC-32 of the others, in base 62 (GitHub, "Behind GitHub's new authentication
 * token formats", 2021; npm has the same). */
static bool ends_with_crc(const char *p)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    uint32_t crc = UINT32_MAX;
    for (int i = 0; i < 30; i++) {
        crc ^= (unsigned char)p[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    crc = ~crc;
    for (int i = 35; i >= 30; i--, crc /= 62)
        if (p[i] != digits[crc % 62])
            return false;
    return true;
}

/* What a token is worth: one whose checksum is published and right is one for certain. */
static int worth(const format *f, const char *body, size_t len)
{
    bool summed = len == 36 && (strcmp(f->rule, "npm-token") == 0 || (strcmp(f->rule, "github-token") == 0 && f->kind == 'a'));
    return summed ? (ends_with_crc(body) ? 100 : 85) : 95;
}

static bool try_formats(const subject *s, size_t at, findings *out)
{
    unsigned bit = s->n - at < 2 ? 0 : head_bit(s->p + at);
    if (!(heads[bit / 64] >> bit % 64 & 1))
        return false;
    for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
        const format *f = &formats[k];
        if (f->prefix[0] != s->p[at])
            continue;
        size_t n = strlen(f->prefix);
        if (s->n - at < n || memcmp(s->p + at, f->prefix, n) != 0)
            continue;
        size_t len = run_of(s, at + n, f->kind);
        if (len < f->least || len > f->most || (f->kind != 'u' && !looks_random(s->p + at + n, len)))
            continue;
        found(out, at, at + n + len, f->rule, worth(f, s->p + at + n, len));
        return true;
    }
    return false;
}

/* header.payload.signature, all base64url, header and payload JSON objects (RFC 7519): "eyJ" is {" . */
static bool try_jwt(const subject *s, size_t at, findings *out)
{
    if (s->n - at < 20 || memcmp(s->p + at, "eyJ", 3) != 0)
        return false;
    size_t head = run_of(s, at, 'b'), body = at + head + 1;
    if (byte_at(s, at + head) != '.' || s->n - body < 4 || memcmp(s->p + body, "eyJ", 3) != 0)
        return false;
    size_t n = run_of(s, body, 'b'), end = body + n;
    if (byte_at(s, end) == '.')
        end += 1 + run_of(s, end + 1, 'b');
    found(out, at, end, "jwt", 95);
    return true;
}

/* SG.<22>.<43> */
static bool try_sendgrid(const subject *s, size_t at, findings *out)
{
    if (at < 3 || memcmp(s->p + at - 3, "SG.", 3) != 0 || is_word(byte_at(s, at - 4)))
        return false;
    size_t a = run_of(s, at, 'b');
    if (a < 16 || a > 32 || byte_at(s, at + a) != '.')
        return false;
    size_t b = run_of(s, at + a + 1, 'b');
    if (b < 32 || b > 64)
        return false;
    found(out, at - 3, at + a + 1 + b, "sendgrid-key", 95);
    return true;
}

/* Prefixes with a dot end before the run of token bytes begins: look at what stands there. */
static bool try_dotted(const subject *s, size_t at, findings *out)
{
    static const char *const dotted[] = { "hvs.", "dp.pt.", "sl.", "ya29." };
    for (size_t k = 0; k < sizeof dotted / sizeof *dotted; k++) {
        size_t n = strlen(dotted[k]);
        if (at < n || memcmp(s->p + at - n, dotted[k], n) != 0 || is_word(byte_at(s, at - n - 1)))
            continue;
        size_t len = run_of(s, at, 'b');
        if (len < 24)
            continue;
        found(out, at - n, at + len, k == 3 ? "google-oauth" : k == 0 ? "vault-token" : k == 1 ? "doppler-token" : "dropbox-token", 90);
        return true;
    }
    return false;
}

/* 32 hex and -us12 (Mailchimp); a telegram bot's number:token. */
static bool try_tails(const subject *s, size_t at, findings *out)
{
    if (s->n - at > 36 && memcmp(s->p + at + 32, "-us", 3) == 0 && is_digit(s->p[at + 35]) && run_of(s, at, 'x') == 32) {
        size_t end = at + 36 + is_digit(byte_at(s, at + 36));
        found(out, at, end, "mailchimp-key", 90);
        return true;
    }
    if (at > 9 && s->p[at - 1] == ':' && is_digit(s->p[at - 2])) {
        size_t d = at - 1;
        while (d > 0 && is_digit(s->p[d - 1]))
            d--;
        if (at - 1 - d >= 8 && at - 1 - d <= 10 && s->p[at] == 'A' && run_of(s, at, 'b') == 35) {
            found(out, d, at + 35, "telegram-token", 90);
            return true;
        }
    }
    return false;
}

static void look_token(const subject *s, size_t at, findings *out)
{
    size_t start = at - 15, end = s->n - start < 128 ? s->n : start + 128;
    bool dot = byte_at(s, start - 1) == '.';
    if (try_jwt(s, start, out) || (dot && (try_sendgrid(s, start, out) || try_dotted(s, start, out))) ||
        try_tails(s, start, out))
        return;
    for (size_t i = start; i < end; i++) {
        if (try_formats(s, i, out))
            return;
        while (i < end && is_alnum[(unsigned char)s->p[i]])
            i++;
        if (i < end && s->p[i] != '-' && s->p[i] != '_')
            return;
    }
}

/* What may be a token behind a dot or colon, or behind an escape that the run seems to begin with, is left to the above. */
bool secret_idle_token(mm_str t, size_t at)
{
    size_t i = at - 15, end = t.n - i < 128 ? t.n : i + 128;
    const char *p = t.p + i;
    if (i > 0 && (p[-1] == '.' || p[-1] == ':' || p[-1] == '\\'))
        return false;
    if ((p[0] == 'e' && p[1] == 'y') || (t.n - i > 36 && p[32] == '-' && p[33] == 'u' && p[34] == 's'))
        return false;
    for (; i < end; i++) {
        unsigned bit = t.n - i < 2 ? 0 : head_bit(t.p + i);
        if (heads[bit / 64] >> bit % 64 & 1)
            return false;
        while (i < end && is_alnum[(unsigned char)t.p[i]])
            i++;
        if (i < end && t.p[i] != '-' && t.p[i] != '_')
            break;
    }
    return true;
}

/* ---- query parameters ---- */

static bool names_secret(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        if (strlen(parameters[i]) == n && strncasecmp(parameters[i], name, n) == 0)
            return true;
    return false;
}

bool secret_idle_parameter(mm_str t, size_t at)
{
    unsigned bit = at < 2 ? 0 : tail_bit(t.p + at);
    return !(tails[bit / 64] >> bit % 64 & 1);
}

/* at is the '=' of ?name=value in a URL. */
static void look_parameter(const subject *s, size_t at, findings *out)
{
    size_t name = at, from = at + 1, to = from;
    unsigned bit = at < 2 ? 0 : tail_bit(s->p + at);
    if (!(tails[bit / 64] >> bit % 64 & 1))
        return;
    while (name > 0 && at - name < 24 && (is_word(s->p[name - 1]) || s->p[name - 1] == '-'))
        name--;
    char before = byte_at(s, name - 1);
    if ((before != '?' && before != '&' && before != ';' && before != '#') || !names_secret(s->p + name, at - name))
        return;
    while (to < s->n && (unsigned char)s->p[to] > ' ' && !strchr("&#\"'<>", s->p[to]))
        to++;
    while (to > from && strchr(".,;:!?)", s->p[to - 1]))
        to--;
    if (to - from >= 4)
        found(out, from, to, "query-parameter", 80);
}

void detect_secret(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    if (kind == MM_PII_TOKEN)
        look_token(s, at, out);
    else
        look_parameter(s, at, out);
}
