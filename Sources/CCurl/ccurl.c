#include "ccurl.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

struct ccurl_client {
    CURL *curl;
    uint8_t *body;
    size_t length, capacity;
    char error[CURL_ERROR_SIZE];
};

// An answer larger than this is not one of ours.
static const size_t answer_limit = 256u << 20;

static size_t collect(char *bytes, size_t size, size_t count, void *context) {
    ccurl_client *client = context;
    size_t n = size * count;
    if (client->length + n > answer_limit) return 0;
    if (client->length + n > client->capacity) {
        size_t capacity = (client->length + n) * 2;
        uint8_t *grown = realloc(client->body, capacity);
        if (!grown) return 0;
        client->body = grown;
        client->capacity = capacity;
    }
    memcpy(client->body + client->length, bytes, n);
    client->length += n;
    return n;
}

ccurl_client *ccurl_open(void) {
    ccurl_client *client = calloc(1, sizeof *client);
    if (!client) return NULL;
    client->curl = curl_easy_init();
    if (!client->curl) {
        free(client);
        return NULL;
    }
    return client;
}

void ccurl_close(ccurl_client *client) {
    curl_easy_cleanup(client->curl);
    free(client->body);
    free(client);
}

struct ccurl_response ccurl_send(ccurl_client *client, const char *method, const char *url, const char *const *headers,
                                 const uint8_t *body, size_t body_length, long timeout_seconds) {
    struct ccurl_response response = {.retry_after = -1, .error = ""};
    CURL *curl = client->curl;
    struct curl_slist *list = NULL;
    for (; headers && *headers; headers++) list = curl_slist_append(list, *headers);
    // Without this libcurl waits for "100 Continue" before each body over 1 MiB.
    list = curl_slist_append(list, "Expect:");
    client->length = 0;
    client->error[0] = 0;
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, timeout_seconds);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, client->error);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, client);
    if (body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, (const char *)body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body_length);
    }
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK) {
        curl_off_t wait = -1;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response.status);
        if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0) response.retry_after = (double)wait;
        response.body = client->body;
        response.body_length = client->length;
    } else {
        response.error = client->error[0] ? client->error : curl_easy_strerror(code);
    }
    curl_slist_free_all(list);
    return response;
}
