/* A disk that is full or broken from the n-th write or sync of one file on, until it is mended. Preloaded before libc. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static const char NAME[] = "bad-disk.sqlite3"; /* and what SQLite keeps beside it */
static volatile long left = -1, hits = 0;      /* calls until the first failure; -1: mended */
static volatile int kind = 0;

void disk_break(long after, int error) { hits = 0; kind = error; left = after; }
void disk_mend(void) { left = -1; }
long disk_hits(void) { return hits; }

static int fails(int file) {
    char link[64], path[4096];
    if (left < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (!strstr(path, NAME)) return 0;
    if (left > 1) { left--; return 0; }
    hits++;
    errno = kind;
    return 1;
}

#define REAL(result, name, ...) ((result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

ssize_t write(int f, const void *b, size_t n) {
    return fails(f) ? -1 : REAL(ssize_t, write, int, const void *, size_t)(f, b, n);
}
ssize_t pwrite(int f, const void *b, size_t n, off_t at) {
    return fails(f) ? -1 : REAL(ssize_t, pwrite, int, const void *, size_t, off_t)(f, b, n, at);
}
ssize_t pwrite64(int f, const void *b, size_t n, off64_t at) {
    return fails(f) ? -1 : REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t)(f, b, n, at);
}
int fdatasync(int f) { return fails(f) ? -1 : REAL(int, fdatasync, int)(f); }
int fsync(int f) { return fails(f) ? -1 : REAL(int, fsync, int)(f); }
int ftruncate(int f, off_t n) { return fails(f) ? -1 : REAL(int, ftruncate, int, off_t)(f, n); }
int ftruncate64(int f, off64_t n) { return fails(f) ? -1 : REAL(int, ftruncate64, int, off64_t)(f, n); }
