// One name in a table's header: its column, by name, alias or label, and its unit.

/// A name in a header: a column's name or label, with or without its unit behind it, as in `Orbital Period [days]`.
struct HeaderName {
    /// Nil: not a column, or one in a unit that is not its own.
    let target: FieldTarget?

    private static let labels: [[UInt8]: ColumnID] = {
        var labels: [[UInt8]: ColumnID] = [:]
        for column in Columns.all {
            for var label in [column.label.en, column.label.fr] {
                let folded = label.withUTF8 { FoldedText.fieldName(UnsafeRawBufferPointer($0)) }
                if labels[folded] == nil { labels[folded] = column.id }
            }
        }
        for (label, column) in ArchiveLabels.all { labels[Array(label.utf8)] = column }
        return labels
    }()

    init(_ name: UnsafeRawBufferPointer, _ lookup: ColumnLookup) {
        if let target = lookup.find(name) {
            self.target = target
        } else if let (base, unit) = HeaderName.parts(name) {
            target = base.withUnsafeBytes { HeaderName.target($0, lookup) }.flatMap { $0.given(in: unit) }
        } else {
            target = HeaderName.target(name, lookup)
        }
    }

    private static func target(_ name: UnsafeRawBufferPointer, _ lookup: ColumnLookup) -> FieldTarget? {
        if let target = lookup.find(name) { return target }
        guard name.count <= 100 else { return nil }
        let folded = FoldedText.fieldName(name)
        guard let id = labels[folded] ?? partOfQuantity(folded) else { return nil }
        return FieldTarget(id: id, assumesUnit: Columns.of(id).unit != nil)
    }

    /// An error or a limit flag, by the label of its quantity.
    private static func partOfQuantity(_ folded: [UInt8]) -> ColumnID? {
        for (ending, step) in ArchiveLabels.endings where folded.reversed().starts(with: ending.utf8.reversed()) {
            guard case .number(let column)? = labels[Array(folded.dropLast(ending.utf8.count))],
                column.isValueOfQuantity
            else { continue }
            return .number(column.following(step))
        }
        return nil
    }

    /// The name, and the unit behind it in brackets of either kind.
    private static func parts(_ name: UnsafeRawBufferPointer) -> (base: [UInt8], unit: String)? {
        let name = name.trimmed
        guard let last = name.last, name.count <= 200 else { return nil }
        let open: UInt8
        switch last {
        case UInt8(ascii: "]"): open = UInt8(ascii: "[")
        case UInt8(ascii: ")"): open = UInt8(ascii: "(")
        default: return nil
        }
        // The unit itself may contain brackets: [log10(cm/s**2)].
        let start = last == UInt8(ascii: "]") ? name.firstIndex(of: open) : name.lastIndex(of: open)
        guard let start, start > 0 else { return nil }
        let unit = UnsafeRawBufferPointer(rebasing: name[(start + 1)..<(name.count - 1)])
        return (Array(UnsafeRawBufferPointer(rebasing: name[..<start]).trimmed), String(decoding: unit, as: UTF8.self))
    }
}

extension FieldTarget {
    /// The same column with its values in another unit; nil for an unknown unit.
    func given(in unit: String) -> FieldTarget? {
        guard case .number(let column) = id, let own = Columns.of(column).unit else { return self }
        guard let conversion = UnitConversion.named(unit, for: own) else { return nil }
        var target = self
        target.assumesUnit = false
        target.conversion = conversion
        // Values in Jupiter units have columns of their own.
        if conversion == .jupiterRadii || conversion == .jupiterMasses {
            target = FieldTarget(id: .number(column.following(4)), sign: sign)
        }
        return target
    }
}

extension NumberColumn {
    /// The columns of a quantity are adjacent: value, errors, limit flag.
    func following(_ steps: UInt8) -> NumberColumn {
        guard let column = NumberColumn(rawValue: rawValue + steps) else {
            preconditionFailure("BUG: nothing follows \(self)")
        }
        return column
    }

    /// Whether errors follow it.
    var isValueOfQuantity: Bool {
        NumberColumn(rawValue: rawValue + 1).map { Columns.of($0).part == .upperError } ?? false
    }
}
