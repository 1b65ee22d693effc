// Doubles as text and back, through the C++ library's shortest-form printing and exact reading (to_chars, from_chars).
// Not here: JSON's own numbers, which simdjson reads.
#include "csimdjson.h"

#include <charconv>
#include <cmath>

extern "C" {

size_t csj_write_double(double value, char *to) {
    // Whole numbers without an exponent: 100000, not 1e+05.
    if (value > -1e15 && value < 1e15 && value == double(int64_t(value)) && (value != 0 || !std::signbit(value))) {
        return size_t(std::to_chars(to, to + 24, int64_t(value)).ptr - to);
    }
    return size_t(std::to_chars(to, to + 24, value).ptr - to);
}

int csj_parse_double(const uint8_t *bytes, size_t length, double *value) {
    const char *first = reinterpret_cast<const char *>(bytes), *last = first + length;
    if (first < last && *first == '+' && (++first == last || *first == '-')) return 1;
    // from_chars also takes "inf" and "nan"; a number here begins with a digit, a point or a minus before one of these.
    const char *p = first < last && *first == '-' ? first + 1 : first;
    if (p == last || !((*p >= '0' && *p <= '9') || *p == '.')) return 1;
    auto result = std::from_chars(first, last, *value);
    if (result.ptr != last || result.ec == std::errc::invalid_argument) return 1;
    return result.ec == std::errc() ? 0 : 2;
}

}  // extern "C"
