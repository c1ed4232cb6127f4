/* peer_hyperscan - lines of a file that match any of six patterns for personal data, found by hyperscan called
 * line by line: what a filter of rows built on it can not do without. Prints the count. */
#include <fcntl.h>
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static const char *const patterns[] = {
    "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}",                           /* e-mail */
    "(\\+\\d{1,3}[ .-]?)?\\(?\\d{2,4}\\)?[ .-]\\d{3,4}[ .-]?\\d{3,4}",           /* telephone */
    "\\b\\d{4}[ -]?\\d{4}[ -]?\\d{4}[ -]?\\d{4}\\b",                             /* card */
    "\\b[A-Z]{2}\\d{2}[A-Z0-9]{11,30}\\b",                                       /* IBAN */
    "\\b\\d{3}-\\d{2}-\\d{4}\\b",                                                /* SSN */
    "\\b\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\b",                           /* IPv4 */
};
enum { N = sizeof patterns / sizeof *patterns };

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *hit)
{
    (void)id, (void)from, (void)to, (void)flags;
    *(int *)hit = 1;
    return 0;
}

int main(int argc, char **argv)
{
    unsigned flags[N], ids[N];
    for (unsigned i = 0; i < N; i++) {
        flags[i] = HS_FLAG_DOTALL;
        ids[i] = i;
    }
    hs_database_t *db;
    hs_compile_error_t *why;
    hs_scratch_t *scratch = NULL;
    if (hs_compile_multi(patterns, flags, ids, N, HS_MODE_BLOCK, NULL, &db, &why) != HS_SUCCESS ||
        hs_alloc_scratch(db, &scratch) != HS_SUCCESS)
        return 1;
    struct stat st;
    int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;
    if (fd < 0 || fstat(fd, &st) < 0)
        return 2;
    const char *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0), *end = p + st.st_size;
    size_t matched = 0;
    while (p < end) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        size_t n = (size_t)((nl ? nl : end) - p);
        int hit = 0;
        hs_scan(db, p, (unsigned)n, 0, scratch, on_match, &hit);
        matched += (size_t)hit;
        p += n + 1;
    }
    printf("%zu\n", matched);
    return 0;
}
