// Collects an aggregate's groups with their JSON values: for the board, the deltas, and the lake's table.
// Live/Board.swift knows which are new to the viewers.

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
        /// If the value is a plain number.
        package var value: Double?
        /// The number of values behind a statistic.
        package var count: Int?
        /// Whether the group excludes forecasts and bounds; nil: groups don't differ in that.
        package var isMeasured: Bool?
    }
    package private(set) var items: [Item] = []
    /// How many groups were looked at, whether they have changed or not.
    package internal(set) var looked = 0

    package init() {}

    /// `looked` goes on.
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
