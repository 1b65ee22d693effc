// Lines on the board that depend on no planet: limits, published relations.

import JSONText
import PlanetCore
import StateBytes

struct ConstantLines: AggregateState {
    var lines: [(group: String, json: [UInt8])] = []
    /// Why no planet is counted in one.
    var meaning = ""
    private var isPublished = false

    init() {}

    init(_ meaning: String, _ lines: [(group: String, json: [UInt8])]) {
        self.lines = lines
        self.meaning = meaning
    }

    mutating func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        if scope == .changes, isPublished { return }
        if scope == .changes { isPublished = true }
        for line in lines { groups.json(line.group, line.json) }
    }

    func members(of group: String) -> GroupMembers? {
        lines.contains { $0.group == group } ? .nothing(meaning) : nil
    }

    mutating func merge(_ other: ConstantLines) {}
    func save(to state: inout StateWriter) {}
    mutating func restore(from state: inout StateReader) throws(StateError) {}
}
