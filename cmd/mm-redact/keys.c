#include "keys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypt.h"

enum { KEY_LEAST = 16, KEY_MOST = 64 };

#ifdef MM_HAVE_CRYPTO
static int derive(redact_key *k, mm_str raw)
{
    static const char *const info[KEY_USES] = { "hash", "pseudonym", "fpe", "token", "shift", "synthetic", "review", "voice",
                                                "uid" };
    unsigned char id[KEY_ID / 2];
    int got = hkdf(raw, MM_STR("mm-redact 1"), MM_STR("id"), id, sizeof id);
    for (size_t i = 0; i < KEY_USES && got == 0; i++)
        got = hkdf(raw, MM_STR("mm-redact 1"), mm_str_of(info[i]), k->derived[i], i == KEY_TOKEN ? 64 : 32);
    for (size_t i = 0; i < sizeof id; i++) {
        k->id[2 * i] = (char)('a' + (id[i] >> 4));
        k->id[2 * i + 1] = (char)('a' + (id[i] & 15));
    }
    return got;
}

int key_digest(const redact_key *k, key_use use, mm_str what, mm_str value, unsigned char out[32])
{
    const mm_str parts[] = { what, { "", 1 }, value };
    return hmac256(k->derived[use], 32, parts, 3, out);
}
#else
static int derive(redact_key *k, mm_str raw)
{
    (void)k, (void)raw;
    return -1;
}

int key_digest(const redact_key *k, key_use use, mm_str what, mm_str value, unsigned char out[32])
{
    (void)k, (void)use, (void)what, (void)value, (void)out;
    return -1;
}
#endif

mm_str key_bytes(const redact_key *k, key_use use)
{
    return (mm_str){ (const char *)k->derived[use], use == KEY_TOKEN ? 64 : 32 };
}

static int take(redact_key *k, int fd, const mm_doc *d, const mm_node *n, const char *name, mm_err *e)
{
    unsigned char raw[KEY_MOST];
    size_t len = 0;
    ssize_t got = 0;
    while (len < sizeof raw && ((got = read(fd, raw + len, sizeof raw - len)) > 0 || (got < 0 && errno == EINTR)))
        len += got > 0 ? (size_t)got : 0;
    int failed = got < 0 ? errno : 0;
    while (len && (raw[len - 1] == '\n' || raw[len - 1] == '\r'))
        len--;
    int made = !failed && len >= KEY_LEAST ? derive(k, (mm_str){ (char *)raw, len }) : 0;
    explicit_bzero(raw, sizeof raw);
    if (failed)
        return mm_node_fail(d, n, e, "the key in %s can not be read: %s", name, strerror(failed));
    if (len < KEY_LEAST)
        return mm_node_fail(d, n, e, "the key in %s is too short: it needs 16 bytes or more", name);
    return made == 0 ? 0 : mm_node_fail(d, n, e, "the key in %s can not be used: libcrypto has no HKDF", name);
}

static int take_file(redact_key *k, const char *file, const mm_doc *d, const mm_node *n, mm_err *e)
{
    struct stat st;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return mm_node_fail(d, n, e, "the key file %s can not be opened: %s", file, strerror(errno));
    int got = -1;
    if (fstat(fd, &st) < 0)
        mm_node_fail(d, n, e, "the key file %s can not be looked at: %s", file, strerror(errno));
    else if (S_ISREG(st.st_mode) && (st.st_mode & (S_IRWXO | S_IWGRP)))
        mm_node_fail(d, n, e, "the key file %s is open to others (mode %04o); chmod 600 it", file, st.st_mode & 07777);
    else
        got = take(k, fd, d, n, file, e);
    close(fd);
    return got;
}

static int read_one(keyring *k, const mm_doc *d, const mm_node *n, const char *name, mm_err *e)
{
    static const char *const known[] = { "file", "fd", NULL };
    const char *file = NULL;
    int64_t number = -1;
    redact_key *key = &k->key[k->n];
    key->name = name;
    if (mm_node_keys(d, n, known, e) < 0 || mm_node_string(d, mm_node_get(n, "file"), &file, e) < 0 ||
        mm_node_int(d, mm_node_get(n, "fd"), &number, e) < 0)
        return -1;
    if ((file != NULL) == (number >= 0))
        return mm_node_fail(d, n, e, "key takes a file or an fd, one of them");
    if ((file ? take_file(key, file, d, n, e) : take(key, (int)number, d, n, "that descriptor", e)) < 0)
        return -1;
    for (size_t i = 0; i < k->n; i++)
        if (strcmp(k->key[i].id, key->id) == 0) {
            explicit_bzero(key, sizeof *key);
            return mm_node_fail(d, n, e, "this key is the same as key '%s'", k->key[i].name);
        }
    k->n++;
    return 0;
}

const redact_key *keyring_named(const keyring *k, mm_str name)
{
    for (size_t i = 0; i < k->n; i++)
        if (mm_str_eq(mm_str_of(k->key[i].name), name))
            return &k->key[i];
    return NULL;
}

/* Memory that no worker inherits (those that decode foreign bytes are forks) and no core dump shows. */
static int make_room(keyring *k, size_t n)
{
    void *p = mmap(NULL, n * sizeof *k->key, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return -1;
    k->key = p;
    k->room = n;
    return madvise(p, n * sizeof *k->key, MADV_WIPEONFORK) | madvise(p, n * sizeof *k->key, MADV_DONTDUMP);
}

int keyring_read(keyring *k, const mm_doc *d, const mm_node *keys, const mm_node *key, mm_err *e)
{
    if (keys && keys->kind != MM_NODE_MAP)
        return mm_node_fail(d, keys, e, "keys must be a map from name to {file: FILE} or {fd: N}");
    if (!keys && !key)
        return 0;
    if (make_room(k, (keys ? keys->n : 0) + 1) < 0)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; keys && i < keys->n; i++)
        if (read_one(k, d, keys->item[i], keys->key[i]->text.p, e) < 0)
            return -1;
    if (!key) {
        k->standard = k->n == 1 ? &k->key[0] : NULL;
        return 0;
    }
    if (key->kind != MM_NODE_SCALAR) {
        if (read_one(k, d, key, "", e) < 0)
            return -1;
        k->standard = &k->key[k->n - 1];
        return 0;
    }
    k->standard = keyring_named(k, key->text);
    return k->standard ? 0 : mm_node_fail(d, key, e, "no key is called '%s'; name it in `keys`", key->text.p);
}

void keyring_free(keyring *k)
{
    if (k->key) {
        explicit_bzero(k->key, k->room * sizeof *k->key);
        munmap(k->key, k->room * sizeof *k->key);
    }
    *k = (keyring){ 0 };
}
