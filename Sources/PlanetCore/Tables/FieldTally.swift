// Which columns, and which unknown fields, the records of a JSON body have: a substitute for a header.

struct FieldTally {
    /// Names beyond the number of fields that a record may have are not distinguished.
    private static let mostNames = 512

    private var numbers: (low: UInt64, high: UInt64) = (0, 0)
    private var texts: UInt32 = 0
    private var unknown: [String: Int] = [:]
    private var order: [String] = []

    mutating func add(_ discovery: Discovery) {
        numbers.low |= discovery.numbersPresent.low
        numbers.high |= discovery.numbersPresent.high
        texts |= discovery.textsPresent
    }

    mutating func addUnknown(_ name: UnsafeRawBufferPointer) {
        let name = String(decoding: name.prefix(FieldIssue.maxValueLength), as: UTF8.self)
        if let count = unknown[name] {
            unknown[name] = count + 1
        } else if order.count < Self.mostNames {
            unknown[name] = 1
            order.append(name)
        }
    }

    /// In canonical order, without what the program itself adds to a record.
    var columns: BodyColumns {
        var columns = BodyColumns()
        for column in Columns.all where has(column.id) && !Self.made.contains(column.id) {
            columns.used.append(BodyColumns.Used(column: column.name))
        }
        columns.keptAside = order.map { BodyColumns.Other(name: $0, values: unknown[$0] ?? 0) }
        return columns
    }

    private static let made: [ColumnID] = [.text(.extra), .text(.units_given)]

    private func has(_ id: ColumnID) -> Bool {
        switch id {
        case .number(let column):
            let bit = Int(column.rawValue)
            return (bit < 64 ? numbers.low >> UInt64(bit) : numbers.high >> UInt64(bit - 64)) & 1 == 1
        case .text(let column): return texts >> UInt32(column.rawValue) & 1 == 1
        }
    }
}
