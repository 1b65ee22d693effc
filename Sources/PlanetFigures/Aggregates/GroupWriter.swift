// Collects an aggregate's groups with their JSON values: for the board, the deltas, and the lake's table.
// Not here: which of them are new to the viewers (Live/Board.swift).

import JSONText

package struct GroupWriter {
    package enum Scope: Sendable {
        case all
        case changes
    }

    package struct Item {
        package let group: String
        /// Nil: the group is gone.
        package let json: [UInt8]?
        /// Where the value is a plain number.
        package var value: Double?
        /// How many values a statistic is of.
        package var count: Int?
        /// Where the group leaves out forecasts and bounds (true) or doesn't (false).
        package var isMeasured: Bool?
    }
    package private(set) var items: [Item] = []

    package init() {}

    package mutating func removeAll() { items.removeAll(keepingCapacity: true) }

    mutating func integer(_ group: String, _ value: Int, isMeasured: Bool? = nil) {
        var bytes = [UInt8]()
        JSONNumber.append(value, to: &bytes)
        items.append(Item(group: group, json: bytes, value: Double(value), isMeasured: isMeasured))
    }

    mutating func json(_ group: String, _ bytes: [UInt8], count: Int? = nil, isMeasured: Bool? = nil) {
        items.append(Item(group: group, json: bytes, count: count, isMeasured: isMeasured))
    }

    mutating func gone(_ group: String) { items.append(Item(group: group, json: nil)) }
}
