// Reads JSON (RFC 8259) through simdjson: one call lays out all fields of an object, without an allocation per field.
// One reader per thread, reused for every text. Builds no trees: a nested value is handed out as its JSON text.
import CSimdJSON

@frozen package enum JSONKind: UInt8, Sendable {
    case null, `false`, `true`, number, string, object, array
    /// A number that no double can hold, such as 1e999.
    case numberTooBig

    @inlinable static var lastRawValue: UInt8 { 7 }
}

/// A field of an object, or an element of an array. A view into the reader's memory, valid until its next call.
@frozen package struct JSONField {
    @usableFromInline let field: csj_field

    @inlinable init(_ field: csj_field) { self.field = field }

    @inlinable package var kind: JSONKind {
        // The C header numbers the kinds as the enum does.
        precondition(field.kind <= JSONKind.lastRawValue, "BUG: unknown JSON kind")
        return unsafeBitCast(field.kind, to: JSONKind.self)
    }
    /// The name, unescaped. Empty for an array's element.
    @inlinable package var key: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: field.key, count: Int(field.key_length))
    }
    /// A string's characters, unescaped; for every other kind the value's JSON text as it was given.
    @inlinable package var text: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: field.text, count: Int(field.text_length))
    }
    @inlinable package var number: Double { field.number }
    /// Where the value begins in the text.
    @inlinable package var offset: Int { Int(field.offset) }

    package func isKey(_ name: StaticString) -> Bool {
        guard name.utf8CodeUnitCount == Int(field.key_length) else { return false }
        return key.elementsEqual(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
    package var keyString: String { String(decoding: key, as: UTF8.self) }
    package var string: String { String(decoding: text, as: UTF8.self) }
}

/// The fields of the last text read, in its order.
@frozen package struct JSONFields: RandomAccessCollection {
    @usableFromInline let fields: UnsafeBufferPointer<csj_field>

    @inlinable init(_ fields: UnsafeBufferPointer<csj_field>) { self.fields = fields }

    @inlinable package var count: Int { fields.count }
    @inlinable package var startIndex: Int { 0 }
    @inlinable package var endIndex: Int { fields.count }
    @inlinable package subscript(position: Int) -> JSONField { JSONField(fields[position]) }
}

package struct JSONLimits: Sendable {
    package var fields = 512
    package var depth = 32
    package var bytes = 64 << 20

    package init(fields: Int = 512, depth: Int = 32, bytes: Int = 64 << 20) {
        self.fields = fields
        self.depth = depth
        self.bytes = bytes
    }
}

package struct JSONReader: ~Copyable {
    private let reader: OpaquePointer

    package init(limits: JSONLimits = JSONLimits()) {
        guard let reader = csj_reader_new(UInt32(limits.fields), UInt32(limits.depth), limits.bytes) else {
            preconditionFailure("BUG: no memory for a JSON reader")
        }
        self.reader = reader
    }

    deinit { csj_reader_free(reader) }

    /// The fields of the text's one object. Names must be unique (RFC 8259 section 4), else `.duplicateKey`.
    package mutating func readObject(_ text: UnsafeRawBufferPointer) throws(JSONError) -> JSONFields {
        var fields: UnsafePointer<csj_field>?
        let count = csj_read_object(reader, text.bytes, text.count, &fields)
        guard count >= 0 else { throw error(count, text) }
        return JSONFields(UnsafeBufferPointer(start: fields, count: Int(count)))
    }

    package mutating func readArray(_ text: UnsafeRawBufferPointer) throws(JSONError) -> JSONFields {
        var fields: UnsafePointer<csj_field>?
        let count = csj_read_array(reader, text.bytes, text.count, &fields)
        guard count >= 0 else { throw error(count, text) }
        return JSONFields(UnsafeBufferPointer(start: fields, count: Int(count)))
    }

    /// Where the elements of an array lie in the text. They are separated, not checked: read each by itself.
    package mutating func splitArray(
        _ text: UnsafeRawBufferPointer, maxElements: Int
    ) throws(JSONError) -> [Range<Int>] {
        var spans: UnsafePointer<csj_span>?
        let count = csj_split_array(reader, text.bytes, text.count, maxElements, &spans)
        guard count >= 0 else { throw error(count, text) }
        return UnsafeBufferPointer(start: spans, count: Int(count)).map { $0.offset..<$0.offset + $0.length }
    }

    private func error(_ code: Int64, _ text: UnsafeRawBufferPointer) -> JSONError {
        JSONError(code: code, offset: csj_error_offset(reader), in: text)
    }
}

extension UnsafeRawBufferPointer {
    var bytes: UnsafePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}
