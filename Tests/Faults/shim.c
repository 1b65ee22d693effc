/* Faults of disk and clock for one process: loaded before the C library's own calls (LD_PRELOAD), told what to do
   through a shared file. Not a simulation of the product: it only makes the calls answer as a full disk, a read-only
   mount, a broken disk, a slow one, or a clock that was set would.
   FAULTS_CONTROL  the shared file, `struct control` below (shim.py writes it)
   FAULTS_PREFIX   only files below this path are concerned */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct control {
    int32_t error;        /* errno of every write, sync and rename; EROFS: of opening for writing, too */
    int32_t slow_us;      /* pause before each of them */
    int64_t clock_offset; /* nanoseconds added to the wall clock */
    int32_t kill_at;      /* SIGKILL instead of the so-manieth of them from now on; 0: never */
};

static volatile struct control *control;
static const char *prefix;
static size_t prefix_length;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULTS_CONTROL");
    prefix = getenv("FAULTS_PREFIX");
    if (!path || !prefix) return;
    prefix_length = strlen(prefix);
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) control = mapped;
    close(file);
}

#define NEXT(name) \
    static __typeof__(&name) next; \
    if (!next) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int concerns_path(const char *path) { return path && strncmp(path, prefix, prefix_length) == 0; }

static int concerns(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return concerns_path(path);
}

static int is_faulty(void) { return control && (control->error || control->slow_us || control->kill_at); }

/* The error the call has to answer, 0 for none. Pauses. */
static int fault(int concerned) {
    if (!is_faulty() || !concerned) return 0;
    if (control->kill_at && __atomic_sub_fetch(&control->kill_at, 1, __ATOMIC_SEQ_CST) == 0) raise(SIGKILL);
    if (control->slow_us) usleep(control->slow_us);
    return control->error;
}
#define FAULTY_FILE(file) (is_faulty() && concerns(file))
#define REFUSE(concerned) \
    do { \
        int number = fault(concerned); \
        if (number) { errno = number; return -1; } \
    } while (0)

ssize_t write(int f, const void *b, size_t n) { NEXT(write); REFUSE(FAULTY_FILE(f)); return next(f, b, n); }
ssize_t pwrite(int f, const void *b, size_t n, off_t o) {
    NEXT(pwrite); REFUSE(FAULTY_FILE(f)); return next(f, b, n, o);
}
ssize_t pwrite64(int f, const void *b, size_t n, off64_t o) {
    NEXT(pwrite64); REFUSE(FAULTY_FILE(f)); return next(f, b, n, o);
}
ssize_t writev(int f, const struct iovec *v, int n) { NEXT(writev); REFUSE(FAULTY_FILE(f)); return next(f, v, n); }
int ftruncate(int f, off_t n) { NEXT(ftruncate); REFUSE(FAULTY_FILE(f)); return next(f, n); }
int ftruncate64(int f, off64_t n) { NEXT(ftruncate64); REFUSE(FAULTY_FILE(f)); return next(f, n); }
int fsync(int f) { NEXT(fsync); REFUSE(FAULTY_FILE(f)); return next(f); }
int fdatasync(int f) { NEXT(fdatasync); REFUSE(FAULTY_FILE(f)); return next(f); }
int rename(const char *a, const char *b) { NEXT(rename); REFUSE(control && concerns_path(b)); return next(a, b); }
int link(const char *a, const char *b) { NEXT(link); REFUSE(control && concerns_path(b)); return next(a, b); }
int mkdir(const char *p, mode_t m) {
    NEXT(mkdir);
    struct stat known; /* what is there already is found before the disk is asked for room */
    REFUSE(control && concerns_path(p) && stat(p, &known));
    return next(p, m);
}
int unlink(const char *p) {
    NEXT(unlink);
    if (control && (control->error == EROFS || control->kill_at)) REFUSE(concerns_path(p));
    return next(p);
}

static int refuses_open(const char *path, int flags) {
    return control && control->error == EROFS && (flags & (O_WRONLY | O_RDWR | O_CREAT)) && concerns_path(path);
}
#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        NEXT(name); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { \
            va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); \
        } \
        if (refuses_open(path, flags)) { errno = EROFS; return -1; } \
        return next(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

int clock_gettime(clockid_t id, struct timespec *t) {
    NEXT(clock_gettime);
    int answer = next(id, t);
    if (answer == 0 && control && control->clock_offset && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
        /* By seconds: the sum may lie beyond what 64 bits of nanoseconds hold, and before 1970. */
        int64_t nanoseconds = t->tv_nsec + control->clock_offset % 1000000000;
        t->tv_sec += control->clock_offset / 1000000000 + nanoseconds / 1000000000;
        t->tv_nsec = nanoseconds % 1000000000;
        if (t->tv_nsec < 0) { t->tv_sec--; t->tv_nsec += 1000000000; }
    }
    return answer;
}
int gettimeofday(struct timeval *restrict t, void *restrict zone) {
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
    t->tv_sec = now.tv_sec;
    t->tv_usec = now.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *place) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (place) *place = now.tv_sec;
    return now.tv_sec;
}
