// Apache Thrift values as a tree: what a call sends and an answer holds. Generic on purpose: a table that is read,
// changed in one place and written back keeps fields that we don't know. For their bytes see ThriftBinary.swift.

/// Type codes of the binary protocol (thrift-binary-protocol.md, "Struct").
enum ThriftType: UInt8, Sendable {
    case stop = 0
    case bool = 2
    case byte = 3
    case double = 4
    case i16 = 6
    case i32 = 8
    case i64 = 10
    case string = 11
    case structure = 12
    case map = 13
    case set = 14
    case list = 15
}

indirect enum ThriftValue: Sendable, Equatable {
    case bool(Bool)
    case byte(Int8)
    case double(Double)
    case i16(Int16)
    case i32(Int32)
    case i64(Int64)
    case string(String)
    case structure(ThriftStruct)
    case map(key: ThriftType, value: ThriftType, [ThriftPair])
    case set(ThriftType, [ThriftValue])
    case list(ThriftType, [ThriftValue])

    var type: ThriftType {
        switch self {
        case .bool: .bool
        case .byte: .byte
        case .double: .double
        case .i16: .i16
        case .i32: .i32
        case .i64: .i64
        case .string: .string
        case .structure: .structure
        case .map: .map
        case .set: .set
        case .list: .list
        }
    }

    var text: String? { if case .string(let text) = self { text } else { nil } }
    var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    var fields: ThriftStruct? { if case .structure(let fields) = self { fields } else { nil } }
    var elements: [ThriftValue]? { if case .list(_, let elements) = self { elements } else { nil } }
    /// A map of texts, in the order received.
    var texts: [(key: String, value: String)]? {
        guard case .map(_, _, let pairs) = self else { return nil }
        return pairs.compactMap { pair in
            guard let key = pair.key.text, let value = pair.value.text else { return nil }
            return (key, value)
        }
    }

    static func structures(_ elements: [ThriftStruct]) -> ThriftValue {
        .list(.structure, elements.map { .structure($0) })
    }
    static func strings(_ texts: [String]) -> ThriftValue { .list(.string, texts.map { .string($0) }) }
    static func texts(_ pairs: KeyValuePairs<String, String>) -> ThriftValue {
        .map(key: .string, value: .string, pairs.map { ThriftPair(key: .string($0.key), value: .string($0.value)) })
    }
}

struct ThriftPair: Sendable, Equatable {
    var key: ThriftValue
    var value: ThriftValue
}

/// Fields by number, in the order received. An absent field is not set.
struct ThriftStruct: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    struct Field: Sendable, Equatable {
        var id: Int16
        var value: ThriftValue
    }
    var fields: [Field] = []

    init() {}
    init(dictionaryLiteral elements: (Int16, ThriftValue)...) {
        fields = elements.map { Field(id: $0.0, value: $0.1) }
    }

    subscript(id: Int16) -> ThriftValue? {
        get { fields.first { $0.id == id }?.value }
        set {
            let index = fields.firstIndex { $0.id == id }
            if let newValue {
                if let index { fields[index].value = newValue } else { fields.append(Field(id: id, value: newValue)) }
            } else if let index {
                fields.remove(at: index)
            }
        }
    }
}
