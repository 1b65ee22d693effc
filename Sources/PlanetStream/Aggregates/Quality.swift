// Of each column: in how many planets it is measured, a minimum, a forecast, a bound or missing.
// Not for error bars and limit flags, which belong to their value, nor for flags and dates.

import JSONText
import PlanetCore

final class Quality: Aggregate {
    static let name = "quality"
    static let digested = Digested.all

    /// How a number column's provenance is found.
    private enum Kind {
        case notCounted
        case plain
        /// With a limit flag, the third column after the value.
        case limited
        case radius
        case mass
    }
    private static let kinds: [Kind] = NumberColumn.allCases.map { column in
        let name = "\(column)"
        if ["err1", "err2", "lim", "_flag"].contains(where: { name.hasSuffix($0) }) { return .notCounted }
        switch column {
        case .disc_date, .rowupdate, .water_present: return .notCounted
        case .pl_rade, .pl_radj: return .radius
        case .pl_bmasse, .pl_bmassj: return .mass
        default: return NumberColumn.allCases.contains { "\($0)" == name + "lim" } ? .limited : .plain
        }
    }
    private static let provenances: [Provenance] = [.measured, .minimum, .forecast, .bound]

    private var planets = 0
    /// By number column and provenance.
    private var numbers = [Int](repeating: 0, count: NumberColumn.allCases.count * 4)
    private var texts = [Int](repeating: 0, count: TextColumn.allCases.count)
    private var published: (planets: Int, numbers: [Int], texts: [Int])?
    private let kinds = Quality.kinds

    init() {}

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
            let provenance: Int
            switch kinds[index] {
            case .notCounted: continue
            case .plain: provenance = 0
            case .limited: provenance = Quality.isBound(index, discovery) ? 3 : 0
            case .radius: provenance = Quality.isBound(index, discovery) ? 3 : Quality.radius(index, discovery)
            case .mass: provenance = Quality.isBound(index, discovery) ? 3 : Quality.mass(discovery)
            }
            numbers[index * 4 + provenance] += weight
        }
    }

    private static func isBound(_ index: Int, _ discovery: Discovery) -> Bool {
        guard let limit = NumberColumn(rawValue: UInt8(index + 3)), let flag = discovery[limit] else { return false }
        return flag != 0
    }

    /// As Discovery.provenance has it, for either unit.
    private static func radius(_ index: Int, _ discovery: Discovery) -> Int {
        let hasErrors = [1, 2].contains {
            NumberColumn(rawValue: UInt8(index + $0)).map { discovery[$0] != nil } ?? false
        }
        return hasErrors || discovery[.discoverymethod] == "Transit" ? 0 : 2
    }

    private static func mass(_ discovery: Discovery) -> Int {
        switch discovery[.pl_bmassprov] {
        case "M-R relationship": 2
        case "Msini": 1
        default: 0
        }
    }

    /// How a planet's value of the column is counted; nil for a column that isn't.
    static func provenance(in column: ColumnID) -> (@Sendable (Discovery) -> Provenance)? {
        switch column {
        case .text(let column): return { $0[column] == nil ? .missing : .measured }
        case .number(let column):
            let index = Int(column.rawValue)
            let kind = kinds[index]
            guard kind != .notCounted else { return nil }
            return { discovery in
                guard discovery[column] != nil else { return .missing }
                return switch kind {
                case .notCounted, .plain: .measured
                case .limited, .radius, .mass:
                    if isBound(index, discovery) {
                        .bound
                    } else if kind == .limited {
                        .measured
                    } else {
                        provenances[kind == .radius ? radius(index, discovery) : mass(discovery)]
                    }
                }
            }
        }
    }

    func merge(_ other: Quality) {
        planets += other.planets
        for index in numbers.indices { numbers[index] += other.numbers[index] }
        for index in texts.indices { texts[index] += other.texts[index] }
    }

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        let old = scope == .changes ? published : nil
        let same = old?.planets == planets
        for column in NumberColumn.allCases where kinds[Int(column.rawValue)] != .notCounted {
            let place = Int(column.rawValue) * 4
            let counts = numbers[place..<place + 4]
            if same, let old, old.numbers[place..<place + 4] == counts { continue }
            write("\(column)", Array(counts), to: &groups)
        }
        for column in TextColumn.allCases {
            let count = texts[Int(column.rawValue)]
            if same, let old, old.texts[Int(column.rawValue)] == count { continue }
            write("\(column)", [count, 0, 0, 0], to: &groups)
        }
        if scope == .changes { published = (planets, numbers, texts) }
    }

    private func write(_ column: String, _ counts: [Int], to groups: inout GroupWriter) {
        var writer = JSONWriter()
        writer.beginObject()
        for (provenance, count) in zip(Quality.provenances, counts) { writer.member(provenance.rawValue, count) }
        writer.member(Provenance.missing.rawValue, planets - counts.reduce(0, +))
        writer.endObject()
        groups.json(column, writer.bytes)
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
