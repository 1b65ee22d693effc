// Counts by group, with groups as small numbers on the data path and as names everywhere else. Not for many thousands
// of groups (hosts have a table of their own), nor for values other than counts.

import StateBytes

/// Gives names slots from 0, and remembers the caller's number for each. Released slots are reused.
struct NameSlots: Sendable {
    private(set) var names: [String] = []
    private var slotOfName: [String: Int] = [:]
    private var slotOfNumber: [Int32] = []
    private var hasNumber: [Bool] = []
    private var free: [Int] = []

    @inline(__always)
    mutating func slot(_ key: some GroupKey) -> Int {
        guard let number = key.number else { return slot(named: key.name) }
        if number < slotOfNumber.count {
            let slot = slotOfNumber[number]
            if slot >= 0 { return Int(slot) }
        }
        return newSlot(number, key.name)
    }

    private mutating func newSlot(_ number: Int, _ name: String) -> Int {
        if number >= slotOfNumber.count {
            slotOfNumber.append(contentsOf: repeatElement(-1, count: number + 1 - slotOfNumber.count))
        }
        let slot = slot(named: name)
        slotOfNumber[number] = Int32(slot)
        hasNumber[slot] = true
        return slot
    }

    mutating func slot(named name: String) -> Int {
        if let slot = slotOfName[name] { return slot }
        let slot: Int
        if let last = free.popLast() {
            slot = last
            names[slot] = name
        } else {
            slot = names.count
            names.append(name)
            hasNumber.append(false)
        }
        slotOfName[name] = slot
        return slot
    }

    /// Forgets a name, unless a number stands for it: numbers are bounded.
    mutating func release(_ slot: Int) {
        guard !hasNumber[slot] else { return }
        slotOfName[names[slot]] = nil
        names[slot] = ""
        free.append(slot)
    }
}

struct GroupCounts: AggregateState {
    private var slots = NameSlots()
    private var counts: [Int] = []
    /// The count last sent to viewers; 0: none.
    private var published: [Int] = []
    /// How many groups are not 0.
    private(set) var distinct = 0
    /// Rises with every change.
    private(set) var version = 0

    @inline(__always)
    mutating func add(_ key: some GroupKey, weight: Int) { add(slot: slots.slot(key), weight) }

    mutating func add(named name: String, weight: Int) { add(slot: slots.slot(named: name), weight) }

    @inline(__always)
    private mutating func add(slot: Int, _ weight: Int) {
        if slot >= counts.count {
            counts.append(0)
            published.append(0)
        }
        version &+= 1
        let before = counts[slot]
        counts[slot] = before &+ weight
        if before == 0 { distinct += 1 }
        if before &+ weight == 0 {
            distinct -= 1
            if published[slot] == 0 { slots.release(slot) }
        }
    }

    mutating func merge(_ other: GroupCounts) {
        other.eachGroup { name, count in add(named: name, weight: count) }
    }

    /// Groups that are not 0.
    func eachGroup(_ body: (String, Int) -> Void) {
        for (slot, count) in counts.enumerated() where count != 0 { body(slots.names[slot], count) }
    }

    mutating func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        write(scope, to: &groups) { _ in nil }
    }

    /// `mode`: whether a group is measured-only.
    mutating func write(
        _ scope: GroupWriter.Scope, to groups: inout GroupWriter, isMeasured mode: (String) -> Bool?
    ) {
        for slot in counts.indices {
            let count = counts[slot]
            switch scope {
            case .all:
                if count != 0 { groups.integer(slots.names[slot], count, isMeasured: mode(slots.names[slot])) }
            case .changes:
                guard count != published[slot] else { continue }
                published[slot] = count
                if count != 0 {
                    groups.integer(slots.names[slot], count)
                } else {
                    groups.gone(slots.names[slot])
                    slots.release(slot)
                }
            }
        }
    }

    func save(to state: inout StateWriter) {
        state.integer(distinct)
        guard state.isOrdered else {
            return eachGroup { name, count in
                state.text(name)
                state.integer(count)
            }
        }
        // The order of slots depends on history.
        for slot in counts.indices.filter({ counts[$0] != 0 }).sorted(by: { slots.names[$0] < slots.names[$1] }) {
            state.text(slots.names[slot])
            state.integer(counts[slot])
        }
    }

    mutating func restore(from state: inout StateReader) throws(StateError) {
        self = GroupCounts()
        for _ in 0..<(try state.count()) {
            let name = try state.text()
            add(named: name, weight: try state.integer())
        }
    }
}
