// TLS for servers, by Debian's libssl, as plain C types: a context made from files, and connections on sockets that do
// not block. The options and macros of OpenSSL stay in ctls.c. And a certificate for local use.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct ssl_ctx_st ctls_context;
typedef struct ssl_st ctls_connection;

enum { CTLS_DONE = 1, CTLS_WANTS_READ, CTLS_WANTS_WRITE, CTLS_ENDED, CTLS_FAILED };

/// Bytes of the keys that session tickets are encrypted with.
enum { CTLS_TICKET_KEYS = 80 };

/// TLS 1.2 and 1.3 with the certificates (PEM, the server's first, then its chain) and the key of two files.
/// `client_ca`: certificates that clients must have been issued by, or NULL. NULL on failure, the reason in `error`.
ctls_context *ctls_open(const char *certificates, const char *key, const char *client_ca, char *error, size_t size);
void ctls_close(ctls_context *context);
void ctls_ticket_keys(ctls_context *context, uint8_t keys[CTLS_TICKET_KEYS]);
void ctls_set_ticket_keys(ctls_context *context, uint8_t keys[CTLS_TICKET_KEYS]);
/// When the server's certificate ends, in seconds since 1970; 0 if that is not known.
int64_t ctls_expiry(ctls_context *context);

/// NULL when there is no memory. The context may be closed before the connection.
ctls_connection *ctls_accept(ctls_context *context, int socket);
void ctls_free(ctls_connection *connection);
/// DONE, WANTS_READ, WANTS_WRITE or FAILED.
int ctls_handshake(ctls_connection *connection);
/// Bytes read or written (above 0), or 0 with `outcome` set to one of the others.
size_t ctls_read(ctls_connection *connection, void *buffer, size_t size, int *outcome);
size_t ctls_write(ctls_connection *connection, const void *bytes, size_t size, int *outcome);
/// Whether something was taken from the socket that no read has given yet.
bool ctls_has_pending(ctls_connection *connection);
/// Tells the peer that nothing more will be sent.
void ctls_end_output(ctls_connection *connection);
/// What came over the socket so far, in bytes.
uint64_t ctls_received(ctls_connection *connection);
/// "TLSv1.3"; the common name of the client's certificate, or "" (into `name`).
const char *ctls_version(ctls_connection *connection);
void ctls_client_name(ctls_connection *connection, char *name, size_t size);

/// Writes a new self-signed certificate (EC P-256) for `names` ("DNS:localhost,IP:127.0.0.1") and its key as PEM into
/// two files that must not exist; false with the reason in `error`.
bool ctls_make_certificate(const char *certificate, const char *key, const char *common_name, const char *names,
                           int days, char *error, size_t size);
