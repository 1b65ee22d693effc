#define _GNU_SOURCE
#include "ctls.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// What a browser of 2016 and later speaks; forward secret and authenticated only.
static const char ciphers_12[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
static const char ciphers_13[] = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

static void *fail(const char *what, const char *path, char *error, size_t size) {
    unsigned long code = ERR_get_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    if (ERR_GET_LIB(code) == ERR_LIB_SYS) reason = strerror(ERR_GET_REASON(code));
    snprintf(error, size, "%s%s%s: %s", what, *path ? " " : "", path, reason ? reason : "unknown error");
    ERR_clear_error();
    return NULL;
}

// A key with a password must not make the server ask its terminal.
static int no_password(char *buffer, int size, int writing, void *context) {
    (void)buffer, (void)size, (void)writing, (void)context;
    return 0;
}

// RFC 7301: HTTP/1.1 is all there is; a client that offers other protocols only is refused.
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_length, const unsigned char *in,
                           unsigned in_length, void *context) {
    (void)ssl, (void)context;
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *chosen = NULL;
    if (SSL_select_next_proto(&chosen, out_length, ours, sizeof ours - 1, in, in_length) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static bool set_up(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                     SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    // Sessions are the clients' to keep (tickets): the server's memory does not grow with them.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    // libssl sends two with TLS 1.3, each encrypted and written by itself: a good part of what a handshake costs.
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_max_cert_list(context, 32 << 10);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
    SSL_CTX_set_default_passwd_cb(context, no_password);
    static const unsigned char id[] = "planetarium";
    return SSL_CTX_set_session_id_context(context, id, sizeof id - 1) == 1 &&
           SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, ciphers_12) == 1 && SSL_CTX_set_ciphersuites(context, ciphers_13) == 1 &&
           SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1;
}

ctls_context *ctls_open(const char *certificates, const char *key, const char *client_ca, char *error, size_t size) {
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (!context || !set_up(context)) {
        SSL_CTX_free(context);
        return fail("cannot set up TLS", "", error, size);
    }
    const char *what = NULL, *path = "";
    if (SSL_CTX_use_certificate_chain_file(context, certificates) != 1) {
        what = "cannot use the certificates of", path = certificates;
    } else if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) {
        what = "cannot use the key of", path = key;
    } else if (client_ca) {
        STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(client_ca);
        if (!names || SSL_CTX_load_verify_file(context, client_ca) != 1) {
            sk_X509_NAME_pop_free(names, X509_NAME_free);
            what = "cannot use the certificates of", path = client_ca;
        } else {
            SSL_CTX_set_client_CA_list(context, names);
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
        }
    }
    if (!what) return context;
    SSL_CTX_free(context);
    return fail(what, path, error, size);
}

void ctls_close(ctls_context *context) { SSL_CTX_free(context); }

void ctls_ticket_keys(ctls_context *context, uint8_t keys[CTLS_TICKET_KEYS]) {
    SSL_CTX_get_tlsext_ticket_keys(context, keys, CTLS_TICKET_KEYS);
}

void ctls_set_ticket_keys(ctls_context *context, uint8_t keys[CTLS_TICKET_KEYS]) {
    SSL_CTX_set_tlsext_ticket_keys(context, keys, CTLS_TICKET_KEYS);
}

int64_t ctls_expiry(ctls_context *context) {
    X509 *certificate = SSL_CTX_get0_certificate(context);
    struct tm end;
    if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) return 0;
    return timegm(&end);
}

ctls_connection *ctls_accept(ctls_context *context, int socket) {
    SSL *ssl = SSL_new(context);
    if (!ssl) return NULL;
    if (SSL_set_fd(ssl, socket) != 1) {
        SSL_free(ssl);
        return NULL;
    }
    SSL_set_accept_state(ssl);
    return ssl;
}

void ctls_free(ctls_connection *connection) { SSL_free(connection); }

static int outcome_of(SSL *ssl, int result) {
    switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_NONE: return CTLS_DONE;
    case SSL_ERROR_WANT_READ: return CTLS_WANTS_READ;
    case SSL_ERROR_WANT_WRITE: return CTLS_WANTS_WRITE;
    case SSL_ERROR_ZERO_RETURN: return CTLS_ENDED;
    default: return CTLS_FAILED;
    }
}

int ctls_handshake(ctls_connection *ssl) {
    ERR_clear_error();
    int outcome = outcome_of(ssl, SSL_do_handshake(ssl));
    ERR_clear_error();
    return outcome == CTLS_ENDED ? CTLS_FAILED : outcome;
}

size_t ctls_read(ctls_connection *ssl, void *buffer, size_t size, int *outcome) {
    size_t count = 0;
    ERR_clear_error();
    int result = SSL_read_ex(ssl, buffer, size, &count);
    *outcome = result == 1 ? CTLS_DONE : outcome_of(ssl, result);
    return result == 1 ? count : 0;
}

size_t ctls_write(ctls_connection *ssl, const void *bytes, size_t size, int *outcome) {
    size_t count = 0;
    ERR_clear_error();
    int result = SSL_write_ex(ssl, bytes, size, &count);
    *outcome = result == 1 ? CTLS_DONE : outcome_of(ssl, result);
    return result == 1 ? count : 0;
}

bool ctls_has_pending(ctls_connection *ssl) { return SSL_has_pending(ssl) == 1; }

void ctls_end_output(ctls_connection *ssl) {
    ERR_clear_error();
    if (SSL_is_init_finished(ssl)) SSL_shutdown(ssl);
    ERR_clear_error();
}

uint64_t ctls_received(ctls_connection *ssl) { return BIO_number_read(SSL_get_rbio(ssl)); }

const char *ctls_version(ctls_connection *ssl) { return SSL_get_version(ssl); }

void ctls_client_name(ctls_connection *ssl, char *name, size_t size) {
    X509 *certificate = SSL_get0_peer_certificate(ssl);
    if (size) *name = 0;
    if (certificate)
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, (int)size);
}

// MARK: A certificate for local use

static bool add_extension(X509 *certificate, int nid, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool done = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return done;
}

static X509 *sign_certificate(EVP_PKEY *key, const char *common_name, const char *names, int days) {
    X509 *certificate = X509_new();
    uint8_t serial[16];
    if (!certificate || RAND_bytes(serial, sizeof serial) != 1) return certificate;
    serial[0] &= 0x7F;
    BIGNUM *number = BN_bin2bn(serial, sizeof serial, NULL);
    X509_NAME *name = X509_get_subject_name(certificate);
    bool done = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) &&
                X509_set_version(certificate, 2) == 1 && X509_set_pubkey(certificate, key) == 1 &&
                // A clock that is a little behind must not refuse it.
                X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) &&
                X509_time_adj_ex(X509_getm_notAfter(certificate), days, 0, NULL) &&
                X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0) &&
                X509_set_issuer_name(certificate, name) == 1 &&
                add_extension(certificate, NID_subject_key_identifier, "hash") &&
                add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
                add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
                add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
                add_extension(certificate, NID_subject_alt_name, names) &&
                X509_sign(certificate, key, EVP_sha256()) > 0;
    BN_free(number);
    if (done) return certificate;
    X509_free(certificate);
    return NULL;
}

static FILE *create(const char *path, mode_t mode) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    return fd < 0 ? NULL : fdopen(fd, "w");
}

bool ctls_make_certificate(const char *certificate_path, const char *key_path, const char *common_name,
                           const char *names, int days, char *error, size_t size) {
    ERR_clear_error();
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = key ? sign_certificate(key, common_name, names, days) : NULL;
    bool done = false;
    if (!certificate) {
        fail("cannot make a certificate", "", error, size);
    } else {
        FILE *key_file = create(key_path, 0600);
        FILE *certificate_file = key_file ? create(certificate_path, 0644) : NULL;
        done = certificate_file && PEM_write_PrivateKey(key_file, key, NULL, NULL, 0, NULL, NULL) == 1 &&
               PEM_write_X509(certificate_file, certificate) == 1;
        int number = errno;
        if (key_file && fclose(key_file) != 0) done = false;
        if (certificate_file && fclose(certificate_file) != 0) done = false;
        if (!done) {
            snprintf(error, size, "cannot write %s: %s", key_file ? certificate_path : key_path, strerror(number));
            // Half a pair is of no use; a file that was there before was not opened.
            if (key_file) unlink(key_path);
            if (certificate_file) unlink(certificate_path);
        }
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    return done;
}
