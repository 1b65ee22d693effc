#include "ccurl.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

struct ccurl_client {
    CURL *curl;
    uint8_t *body;
    size_t length, capacity;
    char error[CURL_ERROR_SIZE];
    char *location;
    int64_t date;
    int file;
    int64_t file_length, file_read;
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

static size_t read_file(char *bytes, size_t size, size_t count, void *context) {
    ccurl_client *client = context;
    int64_t left = client->file_length - client->file_read;
    size_t n = size * count;
    if ((int64_t)n > left) n = (size_t)left;
    if (n == 0) return 0;
    ssize_t got = pread(client->file, bytes, n, client->file_read);
    if (got <= 0) return CURL_READFUNC_ABORT;
    client->file_read += got;
    return (size_t)got;
}

// libcurl may have to send the body again on a new connection, when a kept one turns out to be closed.
static int seek_file(void *context, curl_off_t offset, int origin) {
    if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
    ((ccurl_client *)context)->file_read = offset;
    return CURL_SEEKFUNC_OK;
}

static int is_past(void *deadline, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    (void)a, (void)b, (void)c, (void)d;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t at = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    return at > __atomic_load_n((uint64_t *)deadline, __ATOMIC_RELAXED);
}

void ccurl_set(uint64_t *deadline, uint64_t value) { __atomic_store_n(deadline, value, __ATOMIC_RELAXED); }

// A header's value if the line is of this header, without the white space around it; NULL otherwise.
static char *value_of(const char *line, size_t length, const char *name) {
    size_t n = strlen(name);
    if (length <= n || strncasecmp(line, name, n) != 0) return NULL;
    for (line += n, length -= n; length && (*line == ' ' || *line == '\t'); line++) length--;
    while (length && (line[length - 1] == '\r' || line[length - 1] == '\n' || line[length - 1] == ' ')) length--;
    return strndup(line, length);
}

static size_t read_header(char *bytes, size_t size, size_t count, void *context) {
    ccurl_client *client = context;
    char *value;
    if ((value = value_of(bytes, size * count, "location:"))) {
        free(client->location);
        client->location = value;
    } else if ((value = value_of(bytes, size * count, "date:"))) {
        client->date = curl_getdate(value, NULL);
        free(value);
    }
    return size * count;
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
    free(client->location);
    free(client);
}

struct ccurl_response ccurl_send_with(ccurl_client *client, const char *method, const char *url,
                                      const char *const *headers, const uint8_t *body, size_t body_length,
                                      long timeout_seconds, const struct ccurl_extras *extras) {
    struct ccurl_response response = {.retry_after = -1, .error = "", .date = -1};
    CURL *curl = client->curl;
    struct curl_slist *list = NULL;
    for (; headers && *headers; headers++) list = curl_slist_append(list, *headers);
    // Without this libcurl waits for "100 Continue" before each body over 1 MiB.
    list = curl_slist_append(list, "Expect:");
    client->length = 0;
    client->error[0] = 0;
    client->date = -1;
    free(client->location);
    client->location = NULL;
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
    if (extras->file_length >= 0) {
        client->file = extras->file;
        client->file_length = extras->file_length;
        client->file_read = 0;
        curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_file);
        curl_easy_setopt(curl, CURLOPT_READDATA, client);
        curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, seek_file);
        curl_easy_setopt(curl, CURLOPT_SEEKDATA, client);
        curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)extras->file_length);
    }
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, read_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, client);
    if (extras->connect_seconds) curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, extras->connect_seconds);
    if (extras->stall_seconds) {
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, extras->stall_seconds);
    }
    if (extras->ca_file) curl_easy_setopt(curl, CURLOPT_CAINFO, extras->ca_file);
    if (extras->deadline) {
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_past);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, (void *)extras->deadline);
    }
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK) {
        curl_off_t wait = -1;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response.status);
        if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
        response.retry_after = (double)wait;
        response.body = client->body;
        response.body_length = client->length;
        response.location = client->location;
        response.date = client->date;
    } else {
        response.unsent = code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST ||
                          code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_SSL_CONNECT_ERROR ||
                          code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE;
        response.error = client->error[0] ? client->error : curl_easy_strerror(code);
    }
    curl_slist_free_all(list);
    return response;
}
