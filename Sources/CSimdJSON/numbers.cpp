// Doubles as text and back, through the C++ library's shortest-form printing and exact reading (to_chars, from_chars).
// Not here: JSON's own numbers, which simdjson reads.
#include "csimdjson.h"

#include <charconv>
#include <cmath>

namespace {

// Most measured values are decimals of a few digits, which `to_chars` takes five times as long for. A decimal of 15
// digits or fewer comes back unchanged from the double nearest to it, so that no other of so few digits means the same
// double: when value * 10^8 is such a whole number, its digits are the shortest form. 0 where it isn't. From 1e-3 on,
// `to_chars` takes the form without an exponent, too: it is not the longer one.
size_t write_decimal(double value, char *to) {
    const double size = std::fabs(value);
    if (!(size >= 1e-3 && size < 1e7)) return 0;
    const double scaled = std::nearbyint(size * 1e8);
    if (scaled / 1e8 != size) return 0;
    const auto digits = uint64_t(scaled);
    char *next = to;
    if (value < 0) *next++ = '-';
    next = std::to_chars(next, next + 7, uint32_t(digits / 100000000)).ptr;
    *next = '.';
    auto fraction = uint32_t(digits % 100000000);
    char *last = next + 8;
    for (char *place = last; place > next; fraction /= 10) *place-- = char('0' + fraction % 10);
    while (*last == '0') --last;
    return size_t(last + 1 - to);
}

}  // namespace

extern "C" {

size_t csj_write_double(double value, char *to) {
    // Whole numbers without an exponent: 100000, not 1e+05.
    if (value > -1e15 && value < 1e15 && value == double(int64_t(value)) && (value != 0 || !std::signbit(value))) {
        return size_t(std::to_chars(to, to + 24, int64_t(value)).ptr - to);
    }
    if (size_t length = write_decimal(value, to)) return length;
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
