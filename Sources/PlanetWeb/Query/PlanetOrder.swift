// What rows are put in order by, and which of two comes first. Nulls come last, in either direction; the key, or what
// came first, decides between equals, so that pages never overlap.

import Glibc
import PlanetCore

struct PlanetOrder: Sendable {
    private let keys: [(key: PlanetQuery.SortKey, falling: Bool)]
    /// Without an order, those that are meant come before those that have the text in them.
    private let search: NameSearch?
    private let comparesPredictions: Bool

    init(_ query: PlanetQuery) {
        keys = query.order
        search = query.order.isEmpty ? query.search : nil
        comparesPredictions = keys.contains { if case .predicted = $0.key { true } else { false } }
    }

    /// One row's, worked out once and not once a comparison.
    struct Values: Sendable {
        let place: Int32
        fileprivate let key: String
        /// The first of `values` as a number: most comparisons need no more.
        fileprivate let lead: UInt64
        fileprivate let values: [SortValue]
    }

    /// `prediction`: where it is known already.
    func values(of row: PlanetRow, at place: Int32, _ prediction: Prediction? = nil) -> Values {
        if let search {
            return Values(place: place, key: "", lead: UInt64(search.rank(row.key)), values: [])
        }
        guard let first = keys.first else { return Values(place: place, key: "", lead: 0, values: []) }
        let prediction =
            comparesPredictions ? prediction ?? row.discovery.map { Predictor.prediction(of: $0) } : nil
        let values = keys.map { SortValue(row, $0.key, prediction) }
        return Values(place: place, key: row.key, lead: values[0].lead(first.falling), values: values)
    }

    func precedes(_ a: Values, _ b: Values) -> Bool {
        if a.lead != b.lead { return a.lead < b.lead }
        for index in keys.indices {
            let order = SortValue.compare(a.values[index], b.values[index], keys[index].falling)
            if order != 0 { return order < 0 }
        }
        return keys.isEmpty ? a.place < b.place : SortValue.bytes(a.key, b.key) < 0
    }
}

private enum SortValue: Sendable {
    case none
    case number(Double)
    case text(String)
    case integer(Int64)
    case predicted(PredictedOrder)

    init(_ row: PlanetRow, _ key: PlanetQuery.SortKey, _ prediction: Prediction?) {
        self =
            switch key {
            case .number(let column): row.discovery?[column].map { .number($0) } ?? .none
            case .text(let column): (row.discovery?[column]?.lowercased()).map { .text($0) } ?? .none
            case .updated: .integer(row.updated)
            case .revision: .integer(Int64(row.revision))
            case .predicted(let column): PredictedOrder(column, prediction).map { .predicted($0) } ?? .none
            }
    }

    /// In the order of the values where it can be; equal numbers say nothing.
    func lead(_ falling: Bool) -> UInt64 {
        let rising: UInt64
        switch self {
        case .none: return .max
        case .text, .predicted: return 0
        // IEEE 754: a positive number's bits rise with it, a negative one's fall. Both zeros are one.
        case .number(let value):
            let bits = (value + 0).bitPattern
            rising = bits >> 63 == 0 ? bits | 1 << 63 : ~bits
        case .integer(let value): rising = UInt64(bitPattern: value) ^ 1 << 63
        }
        // Below what is none, at the price of the last bit.
        return (falling ? ~rising : rising) >> 1
    }

    static func compare(_ a: SortValue, _ b: SortValue, _ falling: Bool) -> Int {
        switch (a, b) {
        case (.none, .none): 0
        case (.none, _): 1
        case (_, .none): -1
        case (.number(let a), .number(let b)): compare(a, b, falling)
        case (.text(let a), .text(let b)): falling ? bytes(b, a) : bytes(a, b)
        case (.integer(let a), .integer(let b)): compare(a, b, falling)
        case (.predicted(let a), .predicted(let b)): compare(a, b, falling)
        default: 0
        }
    }

    /// The standard library's order of texts is none where they are not normalised: of "e\u{301} 8" and "\u{E9} 87"
    /// neither comes first, and they are not equal. That of the bytes is the same for all others.
    static func bytes(_ a: String, _ b: String) -> Int {
        var (a, b) = (a, b)
        return a.withUTF8 { a in
            b.withUTF8 { b in
                guard let first = a.baseAddress, let second = b.baseAddress else { return a.count - b.count }
                let order = memcmp(first, second, min(a.count, b.count))
                return order == 0 ? a.count - b.count : Int(order)
            }
        }
    }

    private static func compare<T: Comparable>(_ a: T, _ b: T, _ falling: Bool) -> Int {
        a == b ? 0 : (a < b) != falling ? -1 : 1
    }
}

/// Predicted values of one column in order: numbers, then texts.
private struct PredictedOrder: Comparable, Sendable {
    private let number: Double
    private let text: String

    init?(_ column: PredictionColumn, _ prediction: Prediction?) {
        guard let prediction else { return nil }
        switch ExportValue(column, of: prediction) {
        case .none: return nil
        case .number(let value): (number, text) = (value, "")
        case .integer(let value), .day(let value): (number, text) = (Double(value), "")
        case .boolean(let value): (number, text) = (value ? 1 : 0, "")
        case .text(let value): (number, text) = (.infinity, value.lowercased())
        }
    }

    static func < (a: PredictedOrder, b: PredictedOrder) -> Bool { (a.number, a.text) < (b.number, b.text) }
}
