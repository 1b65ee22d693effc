// Debian's librdkafka begins its threads with C11's thrd_create, which the thread sanitizer does not know: such a
// thread crashes at its first allocation, and locks of that kind order nothing in its eyes. Loaded before the C
// library, this makes them POSIX threads, locks and conditions, which it knows. Of the waits for a thread's end it does
// not know the one with a clock: it takes such a thread for one that lives, and a later one in its place for a fault.
//     gcc -O2 -shared -fPIC -o threads.so threads.c;  LD_PRELOAD=threads.so planetarium ...
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>
#include <time.h>

static int result(int error) {
    switch (error) {
    case 0: return thrd_success;
    case EBUSY: return thrd_busy;
    case ETIMEDOUT: return thrd_timedout;
    case ENOMEM: return thrd_nomem;
    default: return thrd_error;
    }
}

struct beginning {
    thrd_start_t run;
    void *argument;
};

static void *begin(void *given) {
    struct beginning beginning = *(struct beginning *)given;
    free(given);
    return (void *)(intptr_t)beginning.run(beginning.argument);
}

int thrd_create(thrd_t *thread, thrd_start_t run, void *argument) {
    struct beginning *beginning = malloc(sizeof *beginning);
    if (!beginning) return thrd_nomem;
    *beginning = (struct beginning){run, argument};
    int error = pthread_create((pthread_t *)thread, NULL, begin, beginning);
    if (error) free(beginning);
    return result(error);
}

int thrd_join(thrd_t thread, int *value) {
    void *returned = NULL;
    int error = pthread_join((pthread_t)thread, &returned);
    if (!error && value) *value = (int)(intptr_t)returned;
    return result(error);
}

int pthread_clockjoin_np(pthread_t thread, void **value, clockid_t clock, const struct timespec *until) {
    for (;;) {
        int error = pthread_tryjoin_np(thread, value);
        struct timespec now;
        if (error != EBUSY) return error;
        clock_gettime(clock, &now);
        if (now.tv_sec > until->tv_sec) return ETIMEDOUT;
        if (now.tv_sec == until->tv_sec && now.tv_nsec >= until->tv_nsec) return ETIMEDOUT;
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
}

int thrd_detach(thrd_t thread) { return result(pthread_detach((pthread_t)thread)); }

int mtx_init(mtx_t *lock, int kind) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    if (kind & mtx_recursive) pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    int error = pthread_mutex_init((pthread_mutex_t *)lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return result(error);
}

void mtx_destroy(mtx_t *lock) { pthread_mutex_destroy((pthread_mutex_t *)lock); }
int mtx_lock(mtx_t *lock) { return result(pthread_mutex_lock((pthread_mutex_t *)lock)); }
int mtx_trylock(mtx_t *lock) { return result(pthread_mutex_trylock((pthread_mutex_t *)lock)); }
int mtx_unlock(mtx_t *lock) { return result(pthread_mutex_unlock((pthread_mutex_t *)lock)); }

int mtx_timedlock(mtx_t *lock, const struct timespec *until) {
    return result(pthread_mutex_timedlock((pthread_mutex_t *)lock, until));
}

int cnd_init(cnd_t *condition) { return result(pthread_cond_init((pthread_cond_t *)condition, NULL)); }
void cnd_destroy(cnd_t *condition) { pthread_cond_destroy((pthread_cond_t *)condition); }
int cnd_signal(cnd_t *condition) { return result(pthread_cond_signal((pthread_cond_t *)condition)); }
int cnd_broadcast(cnd_t *condition) { return result(pthread_cond_broadcast((pthread_cond_t *)condition)); }

int cnd_wait(cnd_t *condition, mtx_t *lock) {
    return result(pthread_cond_wait((pthread_cond_t *)condition, (pthread_mutex_t *)lock));
}

int cnd_timedwait(cnd_t *condition, mtx_t *lock, const struct timespec *until) {
    return result(pthread_cond_timedwait((pthread_cond_t *)condition, (pthread_mutex_t *)lock, until));
}
