// Strings as JSON text, while there is nothing in them to escape.
// Not here: what is to be escaped, and how (JSONText/JSONString.swift).
#include "csimdjson.h"

#include <array>

namespace {

// Bytes that stand in a JSON string for themselves whatever follows: no control characters, no quotation mark, no
// reverse solidus, and no first byte of a character that isn't shown (JSONString.hidden).
constexpr std::array<uint8_t, 256> plain = [] {
    std::array<uint8_t, 256> bytes{};
    for (int byte = 0x20; byte < 0x100; ++byte) bytes[size_t(byte)] = 1;
    for (int byte : {0x22, 0x5C, 0x7F, 0xC2, 0xD8, 0xE2, 0xEF}) bytes[size_t(byte)] = 0;
    return bytes;
}();

}  // namespace

extern "C" size_t csj_write_quoted(const uint8_t *text, size_t length, uint8_t *to) {
    *to = '"';
    for (size_t place = 0; place < length; ++place) {
        if (!plain[text[place]]) return 0;
        to[place + 1] = text[place];
    }
    to[length + 1] = '"';
    return length + 2;
}
