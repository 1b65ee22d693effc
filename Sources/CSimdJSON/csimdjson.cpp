// Reads one JSON text with simdjson's On Demand front end and lays its fields out as plain C structs.
// Every value is looked at, nested ones too (On Demand by itself skips unread values unchecked), so what is accepted is
// valid JSON.
#include "csimdjson.h"

#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

// Checks of simdjson's own use of itself; what it reads is checked all the same.
#define SIMDJSON_DEVELOPMENT_CHECKS 0
#define NDEBUG 1
#include <simdjson.h>

using namespace simdjson;

struct csj_reader {
    ondemand::parser parser;
    std::unique_ptr<uint8_t[]> buffer;
    size_t capacity = 0;
    std::unique_ptr<csj_field[]> fields;
    size_t count = 0;
    std::vector<csj_span> spans;
    uint64_t seen[16];
    size_t error_offset = 0;
    size_t max_bytes = 0;
    uint32_t max_fields = 0;
    uint32_t max_depth = 0;
};

namespace {

int reason(error_code error) {
    switch (error) {
    case EMPTY: return CSJ_EMPTY;
    case UTF8_ERROR: return CSJ_INVALID_UTF8;
    case DEPTH_ERROR: return CSJ_TOO_DEEP;
    case CAPACITY: return CSJ_TOO_LARGE;
    case MEMALLOC: return CSJ_NO_MEMORY;
    default: return CSJ_MALFORMED;
    }
}

/// RFC 8259 section 6. simdjson reports "1e999" and "1.2.3" alike; this tells them apart.
bool is_number(const char *p, const char *end) {
    auto digits = [&] {
        const char *start = p;
        while (p < end && *p >= '0' && *p <= '9') p++;
        return p > start;
    };
    if (p < end && *p == '-') p++;
    if (p < end && *p == '0') p++;
    else if (!digits()) return false;
    if (p < end && *p == '.') {
        p++;
        if (!digits()) return false;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        if (p < end && (*p == '+' || *p == '-')) p++;
        if (!digits()) return false;
    }
    return p == end;
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

/// Copies the text into memory with the padding that simdjson reads (and ignores) behind the end.
int take(csj_reader &reader, const uint8_t *bytes, size_t length) {
    reader.error_offset = 0;
    reader.count = 0;
    if (length > reader.max_bytes || length > 0xffffffffu - SIMDJSON_PADDING) return CSJ_TOO_LARGE;
    if (reader.capacity < length + SIMDJSON_PADDING) {
        size_t capacity = (length + SIMDJSON_PADDING) * 2;
        reader.buffer.reset();
        reader.capacity = 0;
        reader.buffer.reset(new uint8_t[capacity]);
        reader.capacity = capacity;
    }
    if (length) std::memcpy(reader.buffer.get(), bytes, length);
    std::memset(reader.buffer.get() + length, ' ', SIMDJSON_PADDING);
    return 0;
}

padded_string_view view(const csj_reader &reader, size_t length) {
    return padded_string_view(
        reinterpret_cast<const char *>(reader.buffer.get()), length, length + SIMDJSON_PADDING);
}

void note_location(csj_reader &reader, ondemand::document &document, size_t length) {
    const char *at = nullptr;
    if (document.current_location().get(at) != SUCCESS || at == nullptr) {
        reader.error_offset = length;
        return;
    }
    size_t offset = size_t(at - reinterpret_cast<const char *>(reader.buffer.get()));
    reader.error_offset = offset < length ? offset : length;
}

/// Nothing but white space follows.
bool is_at_end(ondemand::document &document) { return document.current_location().error() == OUT_OF_BOUNDS; }

/// Walks a nested value to its end.
template <typename Value> int check(csj_reader &reader, Value &value, uint32_t depth) {
    ondemand::json_type type;
    if (auto error = value.type().get(type)) return reason(error);
    bool nests = type == ondemand::json_type::object || type == ondemand::json_type::array;
    if (nests && depth > reader.max_depth) return CSJ_TOO_DEEP;
    switch (type) {
    case ondemand::json_type::object: {
        ondemand::object object;
        if (auto error = value.get_object().get(object)) return reason(error);
        for (auto member : object) {
            std::string_view key;
            if (auto error = member.unescaped_key().get(key)) return reason(error);
            ondemand::value inner;
            if (auto error = member.value().get(inner)) return reason(error);
            if (int code = check(reader, inner, depth + 1)) return code;
        }
        return 0;
    }
    case ondemand::json_type::array: {
        ondemand::array array;
        if (auto error = value.get_array().get(array)) return reason(error);
        for (auto element : array) {
            ondemand::value inner;
            if (auto error = element.get(inner)) return reason(error);
            if (int code = check(reader, inner, depth + 1)) return code;
        }
        return 0;
    }
    case ondemand::json_type::string: {
        std::string_view text;
        if (auto error = value.get_string().get(text)) return reason(error);
        return 0;
    }
    case ondemand::json_type::number: {
        std::string_view token = trimmed(value.raw_json_token());
        if (!is_number(token.data(), token.data() + token.size())) return CSJ_MALFORMED;
        double number;
        (void)value.get_double().get(number);
        return 0;
    }
    case ondemand::json_type::boolean: {
        bool flag;
        if (auto error = value.get_bool().get(flag)) return reason(error);
        return 0;
    }
    case ondemand::json_type::null:
        return value.is_null() ? 0 : CSJ_MALFORMED;
    }
    return CSJ_MALFORMED;
}

int fill(csj_reader &reader, ondemand::document &document, ondemand::value &value, csj_field &field) {
    const char *base = reinterpret_cast<const char *>(reader.buffer.get());
    std::string_view token = value.raw_json_token();
    field.offset = uint32_t(token.data() - base);
    field.number = 0;
    switch (token.front()) {
    case '"': {
        std::string_view text;
        if (auto error = value.get_string().get(text)) return reason(error);
        field.kind = CSJ_STRING;
        field.text = reinterpret_cast<const uint8_t *>(text.data());
        field.text_length = uint32_t(text.size());
        return 0;
    }
    case '{':
    case '[': {
        field.kind = token.front() == '{' ? CSJ_OBJECT : CSJ_ARRAY;
        if (int code = check(reader, value, 2)) return code;
        const char *end = nullptr;
        if (auto error = document.current_location().get(end)) return reason(error);
        std::string_view text = trimmed(std::string_view(token.data(), size_t(end - token.data())));
        field.text = reinterpret_cast<const uint8_t *>(text.data());
        field.text_length = uint32_t(text.size());
        return 0;
    }
    default: break;
    }
    token = trimmed(token);
    field.text = reinterpret_cast<const uint8_t *>(token.data());
    field.text_length = uint32_t(token.size());
    switch (token.front()) {
    case 't':
    case 'f': {
        bool flag;
        if (auto error = value.get_bool().get(flag)) return reason(error);
        field.kind = flag ? CSJ_TRUE : CSJ_FALSE;
        return 0;
    }
    case 'n':
        if (!value.is_null()) return CSJ_MALFORMED;
        field.kind = CSJ_NULL;
        return 0;
    default:
        if (value.get_double().get(field.number) == SUCCESS) {
            field.kind = CSJ_NUMBER;
            return 0;
        }
        if (!is_number(token.data(), token.data() + token.size())) return CSJ_MALFORMED;
        field.number = 0;
        field.kind = CSJ_NUMBER_TOO_BIG;
        return 0;
    }
}

/// RFC 8259 section 4: names SHOULD be unique. Two values for one name is a mistake of the sender, so it is refused,
/// not settled. A 1,024-bit filter spares nearly all comparisons.
bool is_repeated(csj_reader &reader, const csj_field &field) {
    uint64_t mix = field.key_length * 0x9e3779b97f4a7c15ull;
    uint64_t first = 0, last = 0;
    if (field.key_length >= 8) {
        std::memcpy(&first, field.key, 8);
        std::memcpy(&last, field.key + field.key_length - 8, 8);
    } else {
        for (uint32_t i = 0; i < field.key_length; i++) first = first << 8 | field.key[i];
    }
    mix = (mix ^ first) * 0xbf58476d1ce4e5b9ull;
    mix = ((mix ^ (mix >> 29)) + last) * 0x94d049bb133111ebull;
    mix >>= 54;
    uint64_t &word = reader.seen[mix >> 6];
    uint64_t bit = 1ull << (mix & 63);
    if (!(word & bit)) {
        word |= bit;
        return false;
    }
    for (size_t i = 0; i < reader.count; i++) {
        const csj_field &other = reader.fields[i];
        if (other.key_length == field.key_length && !std::memcmp(other.key, field.key, field.key_length)) return true;
    }
    return false;
}

/// Reads the text as one object or one array (`Collection`), its members or elements each with `each`. 0, or why it is
/// refused, and then where.
template <typename Collection, typename Each>
int read(csj_reader &reader, const uint8_t *bytes, size_t length, Each each) {
    constexpr bool is_object = std::is_same_v<Collection, ondemand::object>;
    if (int code = take(reader, bytes, length)) return code;
    ondemand::document document;
    if (auto error = reader.parser.iterate(view(reader, length)).get(document)) return reason(error);
    ondemand::json_type type;
    if (auto error = document.type().get(type)) return reason(error);
    if (type != (is_object ? ondemand::json_type::object : ondemand::json_type::array))
        return is_object ? CSJ_NOT_AN_OBJECT : CSJ_NOT_AN_ARRAY;
    Collection collection;
    if (auto error = document.get(collection)) return reason(error);
    int code = 0;
    for (auto item : collection) {
        if ((code = each(document, item))) break;
    }
    if (!code && !is_at_end(document)) code = CSJ_MALFORMED;
    if (code) note_location(reader, document, length);
    return code;
}

int64_t read_object(csj_reader &reader, const uint8_t *bytes, size_t length) {
    std::memset(reader.seen, 0, sizeof reader.seen);
    int code = read<ondemand::object>(reader, bytes, length, [&](ondemand::document &document, auto &member) -> int {
        if (reader.count >= reader.max_fields) return CSJ_TOO_MANY;
        csj_field &field = reader.fields[reader.count];
        std::string_view key;
        if (auto error = member.unescaped_key().get(key)) return reason(error);
        field.key = reinterpret_cast<const uint8_t *>(key.data());
        field.key_length = uint32_t(key.size());
        ondemand::value value;
        if (auto error = member.value().get(value)) return reason(error);
        if (is_repeated(reader, field)) return CSJ_DUPLICATE_KEY;
        if (int code = fill(reader, document, value, field)) return code;
        reader.count++;
        return 0;
    });
    return code ? -code : int64_t(reader.count);
}

int64_t read_array(csj_reader &reader, const uint8_t *bytes, size_t length) {
    int code = read<ondemand::array>(reader, bytes, length, [&](ondemand::document &document, auto &element) -> int {
        if (reader.count >= reader.max_fields) return CSJ_TOO_MANY;
        csj_field &field = reader.fields[reader.count];
        field.key = reader.buffer.get();
        field.key_length = 0;
        ondemand::value value;
        if (auto error = element.get(value)) return reason(error);
        if (int code = fill(reader, document, value, field)) return code;
        reader.count++;
        return 0;
    });
    return code ? -code : int64_t(reader.count);
}

int64_t split_array(csj_reader &reader, const uint8_t *bytes, size_t length, size_t max_elements) {
    reader.spans.clear();
    int code = read<ondemand::array>(reader, bytes, length, [&](ondemand::document &, auto &element) -> int {
        ondemand::value value;
        if (auto error = element.get(value)) return reason(error);
        std::string_view text = value.raw_json_token();
        if (text.front() == '{') {
            ondemand::object object;
            if (auto error = value.get_object().get(object)) return reason(error);
            if (auto error = object.raw_json().get(text)) return reason(error);
        } else if (text.front() == '[') {
            ondemand::array inner;
            if (auto error = value.get_array().get(inner)) return reason(error);
            if (auto error = inner.raw_json().get(text)) return reason(error);
        }
        text = trimmed(text);
        if (reader.spans.size() >= max_elements) return CSJ_TOO_MANY;
        const char *base = reinterpret_cast<const char *>(reader.buffer.get());
        reader.spans.push_back({size_t(text.data() - base), text.size()});
        return 0;
    });
    return code ? -code : int64_t(reader.spans.size());
}

/// No exception crosses into C.
template <typename Call> int64_t guarded(Call call) {
    try {
        return call();
    } catch (...) {
        return -CSJ_NO_MEMORY;
    }
}

}  // namespace

extern "C" {

csj_reader *csj_reader_new(uint32_t max_fields, uint32_t max_depth, size_t max_bytes) {
    try {
        auto reader = std::make_unique<csj_reader>();
        reader->max_fields = max_fields;
        reader->max_depth = max_depth;
        reader->max_bytes = max_bytes;
        reader->fields.reset(new csj_field[max_fields ? max_fields : 1]);
        return reader.release();
    } catch (...) {
        return nullptr;
    }
}

void csj_reader_free(csj_reader *reader) { delete reader; }

int64_t csj_read_object(csj_reader *reader, const uint8_t *bytes, size_t length, const csj_field **fields) {
    *fields = reader->fields.get();
    return guarded([&] { return read_object(*reader, bytes, length); });
}

int64_t csj_read_array(csj_reader *reader, const uint8_t *bytes, size_t length, const csj_field **fields) {
    *fields = reader->fields.get();
    return guarded([&] { return read_array(*reader, bytes, length); });
}

int64_t csj_split_array(
    csj_reader *reader, const uint8_t *bytes, size_t length, size_t max_elements, const csj_span **spans) {
    int64_t count = guarded([&] { return split_array(*reader, bytes, length, max_elements); });
    *spans = reader->spans.data();
    return count;
}

size_t csj_error_offset(const csj_reader *reader) { return reader->error_offset; }

}  // extern "C"
