// Writes JSON text (RFC 8259), append-only, without white space. Commas are its own affair, so calls only say what follows.
// Not here: any tree of values.

package struct JSONWriter: Sendable {
    /// What has been written; may be taken at any time.
    package var bytes: [UInt8]
    private var needsComma = false

    package init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Writes behind what is already there.
    package init(appendingTo bytes: consuming [UInt8]) { self.bytes = bytes }

    package mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// The name of an object's next member.
    package mutating func key(_ name: String) {
        separate()
        JSONString.append(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func string(_ value: String) {
        separate()
        JSONString.append(value, to: &bytes)
    }

    package mutating func integer(_ value: Int) {
        separate()
        JSONNumber.append(value, to: &bytes)
    }

    package mutating func real(_ value: Double) {
        separate()
        JSONNumber.append(value, to: &bytes)
    }

    package mutating func boolean(_ value: Bool) { raw(value ? "true" : "false") }
    package mutating func null() { raw("null") }

    /// A finished JSON value.
    package mutating func raw(_ json: StaticString) {
        separate()
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: json.utf8Start, count: json.utf8CodeUnitCount))
    }

    package mutating func raw(_ json: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    // A member in one call.
    package mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
    }
    package mutating func member(_ name: String, _ value: Int) {
        key(name)
        integer(value)
    }
    package mutating func member(_ name: String, _ value: Double) {
        key(name)
        real(value)
    }
    package mutating func member(_ name: String, _ value: Bool) {
        key(name)
        boolean(value)
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }
}
