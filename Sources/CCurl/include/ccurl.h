// libcurl for Swift: its calls take variable arguments, which Swift cannot pass. One blocking request at a time per
// client; the connection is kept between requests.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct ccurl_client ccurl_client;

struct ccurl_response {
    long status;            // 0: no answer, see `error`
    const uint8_t *body;    // valid until the client's next request
    size_t body_length;
    double retry_after;     // seconds, -1 without the header
    const char *error;      // static or valid until the next request; empty when answered
    const char *location;   // the header's value, valid until the next request; NULL without it
    int64_t date;           // the header Date, seconds since 1970; -1 without it
    int unsent;             // no answer, and the server can't have seen the request: no connection came about
};

/// What goes beyond method, address, headers and body. All zeroes: none of it.
struct ccurl_extras {
    int file;                     // when file_length >= 0: the body, read with pread from the file's beginning
    int64_t file_length;          // -1: no file
    long connect_seconds;         // 0: as libcurl has it
    long stall_seconds;           // end when nothing moves for so long; 0: never
    const char *ca_file;          // PEM certificates instead of the system's; NULL: the system's
    // Monotonic nanoseconds; end when past it. May be changed by `ccurl_set` meanwhile. NULL: none.
    const uint64_t *deadline;
};

ccurl_client *ccurl_open(void);
void ccurl_close(ccurl_client *client);

/// Sends `method url` with `headers` ("Name: value", NULL-terminated array) and the body (NULL for none). Redirects are
/// not followed. timeout_seconds 0: none for the whole. `extras`: not NULL.
struct ccurl_response ccurl_send_with(ccurl_client *client, const char *method, const char *url,
                                      const char *const *headers, const uint8_t *body, size_t body_length,
                                      long timeout_seconds, const struct ccurl_extras *extras);

/// Changes a deadline that another thread may be reading.
void ccurl_set(uint64_t *deadline, uint64_t value);
