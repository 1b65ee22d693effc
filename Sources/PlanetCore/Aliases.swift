// Names of fields that stand for a column in another unit, and finding a column by the bytes of a name.
// Not here: aliases in the column's own unit, which are in ColumnRows.swift; units by themselves
// (UnitConversion.swift).

/// Names whose unit is not the column's own.
enum ConvertedNames {
    static let all: [(String, NumberColumn, UnitConversion)] = [
        ("temperature_moyenne", .pl_eqt, .celsius),
        ("average_temperature", .pl_eqt, .celsius),
        ("mean_temperature", .pl_eqt, .celsius),
        ("distance", .sy_dist, .lightYears),
        ("sy_dist_ly", .sy_dist, .lightYears),
        ("distance_ly", .sy_dist, .lightYears),
    ]

    /// Endings of names that state the unit.
    private static let sayUnits = ["_earth", "_terre", "_jupiter", "_pc", "_ly", "_days"]

    /// Whether another name of a column leaves the unit open.
    static func assumesUnit(_ name: String, _ column: Column) -> Bool {
        column.unit != nil && !sayUnits.contains { name.hasSuffix($0) }
    }
}

/// What a field's name stands for.
struct FieldTarget: Sendable {
    /// What to do with a number's sign.
    enum Sign: UInt8, Sendable { case kept, positive, negative }

    let id: ColumnID
    var conversion = UnitConversion.none
    /// The name does not state the unit: a warning says so.
    var assumesUnit = false
    var sign = Sign.kept
}

/// A hash table from names to columns that builds no strings: names have at most 24 bytes, so three words hold each.
struct ColumnLookup: Sendable {
    static let table = ColumnLookup()
    static let maxNameLength = 24

    private struct Slot {
        var name = Name(first: 0, middle: 0, last: 0, length: 0)
        var target = FieldTarget(id: .text(.pl_name))
    }

    private struct Name: Equatable {
        let first: UInt64, middle: UInt64, last: UInt64, length: UInt64

        var slot: Int {
            var mix = (first ^ middle &* 31 ^ length) &* 0x9e37_79b9_7f4a_7c15
            mix = (mix ^ mix &>> 32 ^ last) &* 0xbf58_476d_1ce4_e5b9
            return Int(truncatingIfNeeded: mix &>> 54)
        }
    }

    private var slots = [Slot](repeating: Slot(), count: 1024)

    private init() {
        for column in Columns.all {
            add(column.name, FieldTarget(id: column.id))
            for alias in column.aliases {
                let assumes = ConvertedNames.assumesUnit(alias, column)
                add(alias, FieldTarget(id: column.id, assumesUnit: assumes))
            }
        }
        for (alias, id, conversion) in ConvertedNames.all {
            let assumes = ConvertedNames.assumesUnit(alias, Columns.of(id))
            add(alias, FieldTarget(id: .number(id), conversion: conversion, assumesUnit: assumes))
        }
    }

    private mutating func add(_ text: String, _ target: FieldTarget) {
        var text = text
        guard let name = text.withUTF8({ Self.name(UnsafeRawBufferPointer($0)) }) else {
            preconditionFailure("BUG: \(text) is too long for the table of names")
        }
        var slot = name.slot
        while slots[slot].name.length != 0 {
            precondition(slots[slot].name != name, "BUG: \(text) names two columns")
            slot = (slot + 1) & 1023
        }
        slots[slot] = Slot(name: name, target: target)
    }

    /// By the exact name, else by the name in lower case, without accents, with underscores.
    func find(_ text: UnsafeRawBufferPointer) -> FieldTarget? {
        if let target = findExact(text) { return target }
        guard text.count <= 2 * Self.maxNameLength, needsFolding(text) else { return nil }
        let folded = FoldedText.fieldName(text)
        return folded.withUnsafeBytes { findExact($0) }
    }

    func findExact(_ text: UnsafeRawBufferPointer) -> FieldTarget? {
        guard let name = Self.name(text) else { return nil }
        var slot = name.slot
        while slots[slot].name.length != 0 {
            if slots[slot].name == name { return slots[slot].target }
            slot = (slot + 1) & 1023
        }
        return nil
    }

    /// Whether the name stands for pl_name.
    static func isName(_ field: String) -> Bool {
        var field = field
        return field.withUTF8 { table.find(UnsafeRawBufferPointer($0))?.id == .text(.pl_name) }
    }

    private func needsFolding(_ text: UnsafeRawBufferPointer) -> Bool {
        text.contains { !(($0 >= 0x61 && $0 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: "_")) }
    }

    @inline(__always)
    private static func name(_ text: UnsafeRawBufferPointer) -> Name? {
        let length = text.count
        guard length > 0, length <= maxNameLength else { return nil }
        if length < 8 {
            var word: UInt64 = 0
            for byte in text { word = word &<< 8 | UInt64(byte) }
            return Name(first: word, middle: 0, last: 0, length: UInt64(length))
        }
        return Name(
            first: text.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            middle: length > 16 ? text.loadUnaligned(fromByteOffset: 8, as: UInt64.self) : 0,
            last: text.loadUnaligned(fromByteOffset: length - 8, as: UInt64.self), length: UInt64(length))
    }
}
