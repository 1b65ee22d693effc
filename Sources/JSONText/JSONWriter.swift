// Writes JSON (RFC 8259), append-only, without white space. It puts the commas: callers only say what follows.
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
        JSONString.append(name: name, afterComma: needsComma, to: &bytes)
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

    // Not generic: other modules get no body of a `package` function to compile for their types, `@inlinable` or not.
    package mutating func raw(_ json: UnsafeRawBufferPointer) {
        separate()
        bytes.append(contentsOf: json)
    }

    package mutating func raw(_ json: [UInt8]) { json.withUnsafeBytes { raw($0) } }

    // MARK: Whole values

    /// An object; `body` writes its members.
    @inlinable
    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }

    /// An array; `body` writes its elements.
    @inlinable
    package mutating func array(_ body: (inout JSONWriter) -> Void) {
        beginArray()
        body(&self)
        endArray()
    }

    /// The text of one object.
    @inlinable
    package static func object(capacity: Int = 256, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(capacity: capacity)
        writer.object(body)
        return writer.bytes
    }

    /// The text of one array.
    @inlinable
    package static func array(capacity: Int = 256, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(capacity: capacity)
        writer.array(body)
        return writer.bytes
    }

    // MARK: Members in one call

    @inlinable
    package mutating func object(_ name: String, _ body: (inout JSONWriter) -> Void) {
        key(name)
        object(body)
    }
    @inlinable
    package mutating func array(_ name: String, _ body: (inout JSONWriter) -> Void) {
        key(name)
        array(body)
    }
    @inlinable
    package mutating func array(_ name: String, _ texts: some Sequence<String>) {
        array(name) { for text in texts { $0.string(text) } }
    }
    package mutating func raw(_ name: String, _ json: UnsafeRawBufferPointer) {
        key(name)
        raw(json)
    }
    package mutating func raw(_ name: String, _ json: [UInt8]) {
        key(name)
        raw(json)
    }
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

    // null where there is no value.
    package mutating func optional(_ name: String, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }
    package mutating func optional(_ name: String, _ value: Int?) {
        key(name)
        if let value { integer(value) } else { null() }
    }
    package mutating func optional(_ name: String, _ value: Double?) {
        key(name)
        if let value { real(value) } else { null() }
    }
    package mutating func optional(_ name: String, _ value: Bool?) {
        key(name)
        if let value { boolean(value) } else { null() }
    }
    /// A finished JSON value.
    package mutating func optional(_ name: String, raw json: [UInt8]?) {
        key(name)
        if let json { raw(json) } else { null() }
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
