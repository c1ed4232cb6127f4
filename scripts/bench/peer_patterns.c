/* peer_patterns - regular expressions from a file, one a line, over the lines of another, by hyperscan as its hsbench does it: one
 * database, each line a block, matches counted and nothing done with them. Prints the matches and the seconds of processor
 * time that the scan took, without those of compiling. */
#include <fcntl.h>
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

enum { ROOM = 4096 };

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *count)
{
    (void)id, (void)from, (void)to, (void)flags;
    ++*(size_t *)count;
    return 0;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    static char *patterns[ROOM];
    static unsigned flags[ROOM], ids[ROOM];
    unsigned n = 0;
    size_t room = 0;
    FILE *list = argc > 2 ? fopen(argv[1], "r") : NULL;
    if (!list)
        return 2;
    for (ssize_t len; n < ROOM && (len = getline(&patterns[n], &room, list)) > 0; room = 0) {
        patterns[n][len - (patterns[n][len - 1] == '\n')] = 0;
        ids[n] = n;
        flags[n++] = HS_FLAG_DOTALL | HS_FLAG_SINGLEMATCH;
    }
    hs_database_t *db;
    hs_compile_error_t *why;
    hs_scratch_t *scratch = NULL;
    if (hs_compile_multi((const char *const *)patterns, flags, ids, n, HS_MODE_BLOCK, NULL, &db, &why) != HS_SUCCESS ||
        hs_alloc_scratch(db, &scratch) != HS_SUCCESS)
        return 1;
    struct stat st;
    int fd = open(argv[2], O_RDONLY);
    if (fd < 0 || fstat(fd, &st) < 0)
        return 2;
    const char *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0), *end = p + st.st_size;
    size_t matches = 0;
    double start = seconds();
    while (p < end) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((nl ? nl : end) - p);
        hs_scan(db, p, (unsigned)len, 0, scratch, on_match, &matches);
        p += len + 1;
    }
    printf("%zu %.6f\n", matches, seconds() - start);
    return 0;
}
