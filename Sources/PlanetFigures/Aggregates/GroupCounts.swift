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
    /// The count that who takes the changes knows, viewers or a follower; 0: none.
    private var told: [Int] = []
    /// Slots whose count may differ from it, each once.
    private var touched: [Int32] = []
    private var isTouched: [Bool] = []
    private var isFollowed = false
    /// What a follower knows of groups that have given up their slots.
    private var gone: [(name: String, told: Int)] = []
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
            told.append(0)
            isTouched.append(false)
        }
        version &+= 1
        let before = counts[slot]
        counts[slot] = before &+ weight
        if !isTouched[slot] {
            isTouched[slot] = true
            touched.append(Int32(slot))
        }
        if before == 0 { distinct += 1 }
        if before &+ weight == 0 { empty(slot) }
    }

    /// Slots are taken and given up as records come, whoever follows and when: the order of rows is that of slots.
    private mutating func empty(_ slot: Int) {
        distinct -= 1
        if isFollowed, told[slot] != 0 {
            gone.append((slots.names[slot], told[slot]))
            told[slot] = 0
        }
        if told[slot] == 0 { slots.release(slot) }
    }

    /// Calls back with the differences since the last call, the first time with everything. Returns how many groups it
    /// looked at.
    mutating func takeChanges(_ body: (String, Int) -> Void) -> Int {
        isFollowed = true
        let looked = gone.count + touched.count
        for (name, told) in gone { body(name, -told) }
        gone.removeAll()
        for slot in touched.lazy.map({ Int($0) }) {
            isTouched[slot] = false
            let difference = counts[slot] - told[slot]
            if difference == 0 { continue }
            told[slot] = counts[slot]
            body(slots.names[slot], difference)
        }
        touched.removeAll(keepingCapacity: true)
        return looked
    }

    /// Adds what the others have changed since the last call. Returns how many groups it looked at.
    mutating func takeChanges(of other: inout GroupCounts) -> Int {
        other.takeChanges { name, difference in add(named: name, weight: difference) }
    }

    mutating func forgetFollower() {
        isFollowed = false
        gone = []
        for slot in counts.indices {
            told[slot] = 0
            isTouched[slot] = counts[slot] != 0
        }
        touched = counts.indices.filter { counts[$0] != 0 }.map { Int32($0) }
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
        guard scope == .changes else {
            groups.looked += counts.count
            for (slot, count) in counts.enumerated() where count != 0 {
                groups.integer(slots.names[slot], count, isMeasured: mode(slots.names[slot]))
            }
            return
        }
        groups.looked += touched.count
        touched.sort()
        for slot in touched.lazy.map({ Int($0) }) {
            isTouched[slot] = false
            let count = counts[slot]
            guard count != told[slot] else { continue }
            told[slot] = count
            if count != 0 {
                groups.integer(slots.names[slot], count)
            } else {
                groups.gone(slots.names[slot])
                slots.release(slot)
            }
        }
        touched.removeAll(keepingCapacity: true)
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
        for slot in counts.indices where counts[slot] != 0 { add(slot: slot, -counts[slot]) }
        for _ in 0..<(try state.count()) {
            let name = try state.text()
            add(named: name, weight: try state.integer())
        }
    }
}
