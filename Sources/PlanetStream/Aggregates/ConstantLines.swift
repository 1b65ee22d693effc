// Lines on the board that follow from the program alone: limits, published relations.
// Not what planets make.

import JSONText
import PlanetCore

struct ConstantLines: AggregateState {
    var lines: [(group: String, json: [UInt8])] = []
    /// Why no planet is counted in one.
    var meaning = ""
    private var isTold = false

    init() {}

    init(_ meaning: String, _ lines: [(group: String, json: [UInt8])]) {
        self.lines = lines
        self.meaning = meaning
    }

    mutating func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        if scope == .changes, isTold { return }
        if scope == .changes { isTold = true }
        for line in lines { groups.json(line.group, line.json) }
    }

    func members(of group: String) -> GroupMembers? {
        lines.contains { $0.group == group } ? .nothing(meaning) : nil
    }

    mutating func merge(_ other: ConstantLines) {}
    func save(to state: inout StateWriter) {}
    mutating func restore(from state: inout StateReader) throws(StateError) {}
}
