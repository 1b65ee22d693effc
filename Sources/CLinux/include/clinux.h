// Linux calls that Swift's Glibc module does not carry: epoll, eventfd, timerfd, signalfd, accept4.
// Only plain C types here; _GNU_SOURCE stays in clinux.c so that it changes no other header.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

enum { CLINUX_READABLE = 1, CLINUX_WRITABLE = 2, CLINUX_HANGUP = 4 };

struct clinux_event {
    uint64_t token;
    uint32_t ready;  // CLINUX_* bits
};

int clinux_epoll_create(void);
/// `interest` is CLINUX_READABLE | CLINUX_WRITABLE; level-triggered. `add` false modifies.
int clinux_epoll_set(int epoll, int fd, uint64_t token, uint32_t interest, bool add);
int clinux_epoll_remove(int epoll, int fd);
/// Waits at most `timeout_ms` (-1: for ever); returns the number of events, or -errno.
int clinux_epoll_wait(int epoll, struct clinux_event *events, int capacity, int timeout_ms);

/// A non-blocking eventfd; write adds one, read clears.
int clinux_eventfd(void);
void clinux_eventfd_signal(int fd);
void clinux_eventfd_clear(int fd);

/// A non-blocking signalfd for the given signals, which are blocked in the calling thread (and those it starts later).
int clinux_signalfd(const int *signals, int count);
/// The next signal's number, or 0 when none waits.
int clinux_signalfd_read(int fd);

/// accept4 with SOCK_NONBLOCK | SOCK_CLOEXEC; returns the descriptor or -errno. `peer`: the other end's address as 16
/// bytes, IPv4 as ::ffff:a.b.c.d; zeros where it has none.
int clinux_accept(int listener, uint8_t peer[16]);
/// Listens on host:port (numeric or name; port 0 lets the kernel pick); -errno on failure. `joins`: beside the sockets
/// that listen there already, which must be this user's (SO_REUSEPORT); else -EADDRINUSE where anybody listens.
int clinux_listen(const char *host, uint16_t port, int backlog, bool joins);
/// The port a socket is bound to, or -errno. `address`: as in clinux_accept.
int clinux_local_port(int fd, uint8_t address[16]);
int clinux_set_nodelay(int fd);

/// Names the calling thread (at most 15 bytes are kept).
void clinux_name_thread(const char *name);

/// Joins a thread (a pthread_t) that ends within so many nanoseconds; false: it still runs.
bool clinux_join_within(unsigned long thread, uint64_t ns);

/// Monotonic and wall clock in nanoseconds.
uint64_t clinux_monotonic_ns(void);
uint64_t clinux_realtime_ns(void);

/// The resident set size of this process in bytes, or 0.
uint64_t clinux_resident_bytes(void);

/// From so many bytes on, what malloc gives is a mapping of its own, which ends as soon as it is freed. Left alone, the
/// C library raises that to the largest block that was ever freed (mallopt, M_MMAP_THRESHOLD).
void clinux_malloc_mapped(size_t bytes);
/// Bytes that malloc has given and nobody has freed, in all arenas.
uint64_t clinux_malloc_used(void);
/// Gives the whole pages among what was freed back to the system.
void clinux_malloc_trim(void);

/// Exchanges two names of one file system in one step (renameat2, RENAME_EXCHANGE); 0 or -errno.
int clinux_exchange(const char *first, const char *second);
