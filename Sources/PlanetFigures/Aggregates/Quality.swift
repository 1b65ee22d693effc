// For each column: in how many planets it is measured, a minimum, a forecast, a bound or missing. Not for error bars
// and limit flags, which belong to their value, nor for flags, dates, dispositions and references.

import JSONText
import PlanetCore
import StateBytes

final class Quality: Aggregate {
    let name = "quality"

    private enum Kind: Sendable {
        case notCounted
        /// Measured whenever it is present.
        case plain
        case quantity(QuantityColumns)
    }
    private static let kinds: [Kind] = NumberColumn.allCases.map { column in
        if ["err1", "err2", "lim", "_flag"].contains(where: { column.name.hasSuffix($0) }) { return .notCounted }
        switch column {
        case .disc_date, .rowupdate, .water_present: return .notCounted
        default: return QuantityColumns(value: column).map { .quantity($0) } ?? .plain
        }
    }
    /// Without columns added later: rolls of older lakes lack their groups, and verify would report them missing.
    private static let counted = TextColumn.allCases.filter { column in
        switch column {
        case .disposition, .pl_refname, .st_refname, .sy_refname, .disc_refname: false
        default: true
        }
    }
    /// In the order of the counts.
    private static let provenances: [Provenance] = [.measured, .minimum, .forecast, .bound]

    private var planets = 0
    /// By number column and provenance.
    private var numbers = [Int](repeating: 0, count: NumberColumn.allCases.count * 4)
    private var texts = [Int](repeating: 0, count: TextColumn.allCases.count)
    private var published: (planets: Int, numbers: [Int], texts: [Int])?
    private let kinds = Quality.kinds

    func add(_ planet: PlanetFacts, weight: Int) {
        let discovery = planet.discovery
        planets += weight
        let present = discovery.numbersPresent
        numbers.withUnsafeMutableBufferPointer { numbers in
            Quality.count(present.low, from: 0, discovery, weight, kinds, &numbers)
            Quality.count(present.high, from: 64, discovery, weight, kinds, &numbers)
        }
        var bits = discovery.textsPresent
        while bits != 0 {
            texts[bits.trailingZeroBitCount] += weight
            bits &= bits - 1
        }
    }

    private static func count(
        _ present: UInt64, from first: Int, _ discovery: Discovery, _ weight: Int, _ kinds: [Kind],
        _ numbers: inout UnsafeMutableBufferPointer<Int>
    ) {
        var bits = present
        while bits != 0 {
            let index = first + bits.trailingZeroBitCount
            bits &= bits - 1
            let place: Int
            switch kinds[index] {
            case .notCounted: continue
            case .plain: place = 0
            case .quantity(let quantity):
                switch discovery.provenance(quantity) {
                case .measured, .missing: place = 0
                case .minimum: place = 1
                case .forecast: place = 2
                case .bound: place = 3
                }
            }
            numbers[index * 4 + place] += weight
        }
    }

    /// How a planet's value of the column is counted; nil for a column that isn't.
    private static func provenance(in column: ColumnID) -> (@Sendable (Discovery) -> Provenance)? {
        switch column {
        case .text(let column):
            guard Quality.counted.contains(column) else { return nil }
            return { $0[column] == nil ? .missing : .measured }
        case .number(let column):
            switch kinds[Int(column.rawValue)] {
            case .notCounted: return nil
            case .plain: return { $0[column] == nil ? .missing : .measured }
            case .quantity(let quantity): return { $0.provenance(quantity) }
            }
        }
    }

    /// `pl_rade`: those with a value; `pl_rade/forecast`, `pl_rade/missing` ...: those counted there.
    func members(of group: String) -> GroupMembers? {
        let name = GroupName(group)
        guard name.count <= 2, let column = Columns.find(name[0]), column.name == name[0],
            let read = Quality.provenance(in: column.id)
        else { return nil }
        if name.count == 1 { return .each(column.id, isFixed: true) { read($0.discovery) != .missing } }
        guard let wanted = Provenance(rawValue: name[1]) else { return nil }
        return .each(column.id, isFixed: true) { read($0.discovery) == wanted }
    }

    func merge(_ other: Quality) {
        planets += other.planets
        for index in numbers.indices { numbers[index] += other.numbers[index] }
        for index in texts.indices { texts[index] += other.texts[index] }
    }

    func follow(_ parts: [Quality]) -> Int {
        planets = 0
        for index in numbers.indices { numbers[index] = 0 }
        for index in texts.indices { texts[index] = 0 }
        for part in parts { merge(part) }
        return parts.count * (numbers.count + texts.count)
    }

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        groups.looked += NumberColumn.allCases.count + Quality.counted.count
        let old = scope == .changes ? published : nil
        let same = old?.planets == planets
        for column in NumberColumn.allCases {
            if case .notCounted = kinds[Int(column.rawValue)] { continue }
            let place = Int(column.rawValue) * 4
            let counts = numbers[place..<place + 4]
            if same, let old, old.numbers[place..<place + 4] == counts { continue }
            write(column.name, Array(counts), to: &groups)
        }
        for column in Quality.counted {
            let count = texts[Int(column.rawValue)]
            if same, let old, old.texts[Int(column.rawValue)] == count { continue }
            write(column.name, [count, 0, 0, 0], to: &groups)
        }
        if scope == .changes { published = (planets, numbers, texts) }
    }

    private func write(_ column: String, _ counts: [Int], to groups: inout GroupWriter) {
        let json = JSONWriter.object {
            for (provenance, count) in zip(Quality.provenances, counts) { $0.member(provenance.rawValue, count) }
            $0.member(Provenance.missing.rawValue, planets - counts.reduce(0, +))
        }
        groups.json(column, json)
    }

    func save(to state: inout StateWriter) {
        state.integer(planets)
        for count in numbers + texts { state.integer(count) }
    }

    func restore(from state: inout StateReader) throws(StateError) {
        planets = try state.integer()
        for index in numbers.indices { numbers[index] = try state.integer() }
        for index in texts.indices { texts[index] = try state.integer() }
    }
}
