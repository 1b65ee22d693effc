/* Viewers of a WebSocket feed, in one thread: viewers PORT PATH CLIENTS STALLED WARMUP SECONDS
 *
 * Connects CLIENTS times to 127.0.0.1 (RFC 6455; no compression offered), waits for WARMUP seconds and then counts
 * frames for SECONDS. The first STALLED of them never read. A frame's delay is from the time stamp in it, nanoseconds
 * after "t_ns":, to when it was read here; both by the same clock. Prints one line of JSON. Pings are not answered: a
 * run is shorter than any server's patience. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Delays lie in bins of which each is 2 % wider than the one before, from a microsecond on. */
enum { BINS = 1200, HEAD = 256, ROOM = 1 << 18 };
static const double WIDER = 1.02;

struct viewer {
    int descriptor;
    unsigned char head[14 + HEAD]; /* the beginning of the frame under way */
    size_t held;                   /* bytes in head */
    uint64_t left;                 /* bytes of the frame that are still to come and are not kept */
    uint64_t frames;
};

static uint64_t frames, payload, delays[BINS], timed, closed;
static int counts;

static uint64_t now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static void fail(const char *what) {
    fprintf(stderr, "viewers: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int connected(int port, const char *path, int stalled) {
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    int small = 4096;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (descriptor < 0) fail("socket");
    if (stalled) setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address)) fail("connect");
    char text[1024];
    int length = snprintf(text, sizeof text,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", path, port);
    if (write(descriptor, text, length) != length) fail("write");
    /* Byte by byte: what comes behind the head belongs to the first frame. */
    size_t held = 0;
    while (held < 4 || memcmp(text + held - 4, "\r\n\r\n", 4)) {
        if (held == sizeof text || read(descriptor, text + held, 1) != 1) fail("handshake");
        held++;
    }
    if (memcmp(text, "HTTP/1.1 101", 12)) fail("not 101");
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
    return descriptor;
}

/* A frame has come whole; its beginning is at `text`. */
static void note(struct viewer *viewer, const unsigned char *text, size_t length, uint64_t size, uint64_t time) {
    viewer->frames++;
    if (!counts) return;
    frames++;
    payload += size;
    const char *key = memmem(text, length, "\"t_ns\":", 7);
    if (!key) return;
    uint64_t sent = strtoull(key + 7, NULL, 10);
    double micros = time > sent ? (time - sent) / 1000.0 : 1;
    int bin = micros < 1 ? 0 : (int)(log(micros) / log(WIDER));
    delays[bin < BINS ? bin : BINS - 1]++;
    timed++;
}

/* Length of header and payload, or 0 while the header is not there whole. */
static size_t header(const unsigned char *bytes, size_t held, uint64_t *size) {
    if (held < 2) return 0;
    int shortened = bytes[1] & 127;
    size_t length = 2 + (shortened == 126 ? 2 : shortened == 127 ? 8 : 0);
    if (held < length) return 0;
    *size = shortened;
    if (shortened >= 126) {
        *size = 0;
        for (size_t i = 2; i < length; i++) *size = *size << 8 | bytes[i];
    }
    return length;
}

static void take(struct viewer *viewer, const unsigned char *bytes, size_t count, uint64_t time) {
    while (count) {
        uint64_t size = 0;
        size_t length = header(viewer->head, viewer->held, &size);
        /* The header byte by byte, then as much of the payload as is kept. */
        size_t wanted = length ? length + (size < HEAD ? size : HEAD) : viewer->held + 1;
        if (viewer->held < wanted) {
            size_t part = wanted - viewer->held < count ? wanted - viewer->held : count;
            memcpy(viewer->head + viewer->held, bytes, part);
            viewer->held += part;
            bytes += part;
            count -= part;
            length = header(viewer->head, viewer->held, &size);
            if (!length || viewer->held < length + (size < HEAD ? size : HEAD)) continue;
            viewer->left = size > HEAD ? size - HEAD : 0;
        }
        size_t part = viewer->left < count ? viewer->left : count;
        viewer->left -= part;
        bytes += part;
        count -= part;
        if (viewer->left) continue;
        /* A server may take who answers no ping for gone. Payloads here are empty. */
        if ((viewer->head[0] & 15) == 9 && write(viewer->descriptor, "\x8a\x80\0\0\0", 6) < 0) closed++;
        /* Text alone: pings are no frames of the feed. */
        if ((viewer->head[0] & 15) == 1) note(viewer, viewer->head + length, viewer->held - length, size, time);
        viewer->held = 0;
    }
}

static void drain(int poll, int milliseconds) {
    static unsigned char bytes[ROOM];
    struct epoll_event events[512];
    int ready = epoll_wait(poll, events, 512, milliseconds);
    for (int i = 0; i < ready; i++) {
        struct viewer *viewer = events[i].data.ptr;
        ssize_t count = read(viewer->descriptor, bytes, sizeof bytes);
        if (count > 0) {
            take(viewer, bytes, count, now(CLOCK_REALTIME));
        } else if (count == 0 || errno != EAGAIN) {
            closed++;
            close(viewer->descriptor);
        }
    }
}

static double percentile(double part) {
    uint64_t wanted = part * timed, seen = 0;
    for (int bin = 0; bin < BINS; bin++)
        if ((seen += delays[bin]) > wanted) return pow(WIDER, bin + 0.5) / 1000;
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 7) return fprintf(stderr, "viewers PORT PATH CLIENTS STALLED WARMUP SECONDS\n"), 64;
    int port = atoi(argv[1]), clients = atoi(argv[3]), stalled = atoi(argv[4]);
    double warmup = atof(argv[5]), seconds = atof(argv[6]);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    int poll = epoll_create1(0);
    struct viewer *viewers = calloc(clients, sizeof *viewers);
    for (int i = 0; i < clients; i++) {
        viewers[i].descriptor = connected(port, argv[2], i < stalled);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &viewers[i]};
        if (i >= stalled && epoll_ctl(poll, EPOLL_CTL_ADD, viewers[i].descriptor, &event)) fail("epoll");
        drain(poll, 0);
    }
    printf("connected\n");
    fflush(stdout);
    uint64_t begin = now(CLOCK_MONOTONIC) + warmup * 1e9, end = begin + seconds * 1e9;
    for (uint64_t time; (time = now(CLOCK_MONOTONIC)) < end;) {
        if (!counts && time >= begin) {
            counts = 1;
            printf("measuring\n");
            fflush(stdout);
        }
        drain(poll, 20);
    }
    uint64_t none = 0;
    for (int i = stalled; i < clients; i++) none += viewers[i].frames == 0;
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("{\"frames\":%lu,\"bytes\":%lu,\"timed\":%lu,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"closed\":%lu,"
           "\"without\":%lu,\"cpu_s\":%.2f}\n",
           frames, payload, timed, percentile(0.5), percentile(0.99), closed, none,
           used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    return 0;
}
