// libcurl for Swift: its calls take variable arguments, which Swift cannot pass. One blocking request at a time per client;
// the connection is kept between requests.
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
};

ccurl_client *ccurl_open(void);
void ccurl_close(ccurl_client *client);

/// Sends `method url` with `headers` ("Name: value", NULL-terminated array) and the body (NULL for none).
struct ccurl_response ccurl_send(ccurl_client *client, const char *method, const char *url, const char *const *headers,
                                 const uint8_t *body, size_t body_length, long timeout_seconds);
