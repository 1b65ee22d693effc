// simdjson (Debian libsimdjson-dev) behind plain C: one call reads one JSON object into an array of fields.
// Not here: what a field means. No C++ type, and no exception, crosses this header.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a value is. A number too big for a double is CSJ_NUMBER_TOO_BIG, never infinity.
enum {
    CSJ_NULL = 0,
    CSJ_FALSE = 1,
    CSJ_TRUE = 2,
    CSJ_NUMBER = 3,
    CSJ_STRING = 4,
    CSJ_OBJECT = 5,
    CSJ_ARRAY = 6,
    CSJ_NUMBER_TOO_BIG = 7
};

/// Why a text was refused. The calls return the negative of these.
enum {
    CSJ_MALFORMED = 1,
    CSJ_NOT_AN_OBJECT = 2,
    CSJ_NOT_AN_ARRAY = 3,
    CSJ_DUPLICATE_KEY = 4,
    CSJ_TOO_MANY = 5,
    CSJ_TOO_DEEP = 6,
    CSJ_TOO_LARGE = 7,
    CSJ_INVALID_UTF8 = 8,
    CSJ_EMPTY = 9,
    CSJ_NO_MEMORY = 10
};

/// A field of an object, or an element of an array (then without a key). Pointers are valid until the reader's next
/// call.
typedef struct {
    const uint8_t *key;   ///< unescaped
    const uint8_t *text;  ///< unescaped for a string, else the value's own JSON text
    double number;        ///< of CSJ_NUMBER, else 0
    uint32_t key_length;
    uint32_t text_length;
    uint32_t offset;  ///< where the value begins in the text
    uint8_t kind;
} csj_field;

typedef struct {
    size_t offset;
    size_t length;
} csj_span;

typedef struct csj_reader csj_reader;

/// NULL when there is no memory.
csj_reader *csj_reader_new(uint32_t max_fields, uint32_t max_depth, size_t max_bytes);
void csj_reader_free(csj_reader *reader);

/// The number of fields of the one object that the text must be, or the negative of a reason.
int64_t csj_read_object(csj_reader *reader, const uint8_t *bytes, size_t length, const csj_field **fields);
/// The same for an array's elements.
int64_t csj_read_array(csj_reader *reader, const uint8_t *bytes, size_t length, const csj_field **fields);
/// Where the elements of the array lie. Elements are told apart, not checked: each is to be read by itself.
int64_t csj_split_array(
    csj_reader *reader, const uint8_t *bytes, size_t length, size_t max_elements, const csj_span **spans);
/// Where the last refused text is wrong, in bytes from its beginning.
size_t csj_error_offset(const csj_reader *reader);

/// Quotes a text of which every byte stands for itself: `length` + 2 bytes; their number, or 0 when something may have
/// to be escaped.
size_t csj_write_quoted(const uint8_t *text, size_t length, uint8_t *to);

/// The shortest decimal form that reads back to the same double: at most 24 bytes; the number of bytes written.
size_t csj_write_double(double value, char *to);
/// 0 and the value when the whole text is one decimal number (no hexadecimal, no inf, no nan), else 1; 2: beyond a
/// double's range.
int csj_parse_double(const uint8_t *bytes, size_t length, double *value);

#ifdef __cplusplus
}
#endif
