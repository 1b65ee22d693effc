// Counts by name for very many names: the names' bytes side by side and the numbers in flat arrays, some 35 bytes a
// name. In shards, so that what grows, or is copied after a snapshot, is never the whole.
// Not for names that viewers see: those have slots (GroupCounts.swift).

import StateBytes

struct NameCounts: Sendable {
    /// A name's hash says which: the uppermost bits.
    private static let shardBits: UInt32 = 6
    private var shards = [NameShard](repeating: NameShard(), count: 1 << shardBits)
    /// Names whose number is not 0.
    private(set) var count = 0

    /// Names are equal as texts are. Returns the name's number before and after.
    mutating func add(_ name: String, _ number: Int32) -> (before: Int32, after: Int32) {
        let hash = UInt32(truncatingIfNeeded: name.hashValue)
        var name = name
        return name.withUTF8 { add(UnsafeRawBufferPointer($0), hash, number) }
    }

    /// `hash`: as another table of this process had it.
    mutating func add(
        _ name: UnsafeRawBufferPointer, _ hash: UInt32, _ number: Int32
    ) -> (before: Int32, after: Int32) {
        let (before, after) = shards[Int(hash >> (32 - NameCounts.shardBits))].add(name, hash, number)
        if before == 0, after != 0 { count += 1 }
        if before != 0, after == 0 { count -= 1 }
        return (before, after)
    }

    func each(_ body: (UnsafeRawBufferPointer, UInt32, Int32) -> Void) {
        for shard in shards { shard.each(body) }
    }

    /// Every number is 0 from now on; the follower still learns of each.
    mutating func clear() {
        for index in shards.indices { shards[index].clear() }
        count = 0
    }

    /// Calls back with the differences since the last call, the first time with everything. Returns how many names it
    /// looked at.
    mutating func takeChanges(_ body: (UnsafeRawBufferPointer, UInt32, Int32) -> Void) -> Int {
        var looked = 0
        for index in shards.indices where shards[index].hasChanges { looked += shards[index].takeChanges(body) }
        return looked
    }

    mutating func forgetFollower() {
        for index in shards.indices { shards[index].forgetFollower() }
    }
}

extension NameCounts {
    func save(to state: inout StateWriter) {
        state.integer(count)
        guard state.isOrdered else {
            return each { name, _, number in
                state.text(name)
                state.integer(Int(number))
            }
        }
        var all: [(name: String, number: Int32)] = []
        all.reserveCapacity(count)
        each { name, _, number in all.append((String(decoding: name, as: UTF8.self), number)) }
        all.sort { $0.name < $1.name }
        for (name, number) in all {
            state.text(name)
            state.integer(Int(number))
        }
    }
}

private struct NameShard: Sendable {
    /// Open addressing: a name's place + 1, 0: free. A power of two long, at most three quarters full.
    private var table: [UInt32] = []
    /// By place:
    private var hashes: [UInt32] = []
    private var ends: [UInt32] = []
    private var numbers: [Int32] = []
    private var bytes: [UInt8] = []
    /// Places with nothing to tell and a number of 0.
    private var dead = 0
    /// By place, what the follower knows, and whether that may differ from the number; empty while nobody follows.
    private var isFollowed = false
    private var told: [Int32] = []
    private var isTouched: [Bool] = []
    private var touched: [UInt32] = []

    /// Nobody has followed yet, or there is something to tell.
    var hasChanges: Bool { !isFollowed || !touched.isEmpty }

    mutating func add(
        _ name: UnsafeRawBufferPointer, _ hash: UInt32, _ number: Int32
    ) -> (before: Int32, after: Int32) {
        let place = find(name, hash) ?? append(name, hash)
        let before = numbers[place]
        set(before + number, at: place)
        if dead > 64 + hashes.count / 2 { clean() }
        return (before, before + number)
    }

    private mutating func set(_ number: Int32, at place: Int) {
        if isDead(place) { dead -= 1 }
        numbers[place] = number
        if isDead(place) { dead += 1 }
        guard isFollowed, !isTouched[place] else { return }
        isTouched[place] = true
        touched.append(UInt32(place))
    }

    private func isDead(_ place: Int) -> Bool { numbers[place] == 0 && (!isFollowed || told[place] == 0) }

    private func name(at place: Int) -> Range<Int> {
        (place == 0 ? 0 : Int(ends[place - 1]))..<Int(ends[place])
    }

    private func find(_ name: UnsafeRawBufferPointer, _ hash: UInt32) -> Int? {
        guard !table.isEmpty else { return nil }
        let mask = table.count - 1
        var index = Int(hash) & mask
        while table[index] != 0 {
            let place = Int(table[index]) - 1
            if hashes[place] == hash, isSame(place, name) { return place }
            index = (index + 1) & mask
        }
        return nil
    }

    private func isSame(_ place: Int, _ name: UnsafeRawBufferPointer) -> Bool {
        bytes.withUnsafeBytes { bytes in
            let mine = UnsafeRawBufferPointer(rebasing: bytes[self.name(at: place)])
            if mine.elementsEqual(name) { return true }
            // Texts that are written differently may be equal.
            return String(decoding: mine, as: UTF8.self) == String(decoding: name, as: UTF8.self)
        }
    }

    private mutating func append(_ name: UnsafeRawBufferPointer, _ hash: UInt32) -> Int {
        let place = hashes.count
        hashes.append(hash)
        bytes.append(contentsOf: name)
        ends.append(UInt32(bytes.count))
        numbers.append(0)
        if isFollowed {
            told.append(0)
            isTouched.append(false)
        }
        dead += 1
        if hashes.count * 4 > table.count * 3 { arrange() } else { enter(place) }
        return place
    }

    /// Makes the table anew for what there is, with room for as much again.
    private mutating func arrange() {
        var size = 16
        while size * 3 < hashes.count * 8 { size *= 2 }
        table = [UInt32](repeating: 0, count: size)
        for place in hashes.indices { enter(place) }
    }

    private mutating func enter(_ place: Int) {
        let mask = table.count - 1
        var index = Int(hashes[place]) & mask
        while table[index] != 0 { index = (index + 1) & mask }
        table[index] = UInt32(place + 1)
    }

    /// Drops the dead.
    private mutating func clean() {
        var kept = NameShard()
        kept.isFollowed = isFollowed
        bytes.withUnsafeBytes { bytes in
            for place in hashes.indices where !isDead(place) {
                let at = kept.append(UnsafeRawBufferPointer(rebasing: bytes[name(at: place)]), hashes[place])
                kept.dead -= 1
                kept.numbers[at] = numbers[place]
                guard isFollowed else { continue }
                kept.told[at] = told[place]
                guard isTouched[place] else { continue }
                kept.isTouched[at] = true
                kept.touched.append(UInt32(at))
            }
        }
        self = kept
    }

    func each(_ body: (UnsafeRawBufferPointer, UInt32, Int32) -> Void) {
        bytes.withUnsafeBytes { bytes in
            for place in hashes.indices where numbers[place] != 0 {
                body(UnsafeRawBufferPointer(rebasing: bytes[name(at: place)]), hashes[place], numbers[place])
            }
        }
    }

    mutating func clear() {
        for place in hashes.indices where numbers[place] != 0 { set(0, at: place) }
        if dead > 64 + hashes.count / 2 { clean() }
    }

    mutating func takeChanges(_ body: (UnsafeRawBufferPointer, UInt32, Int32) -> Void) -> Int {
        if !isFollowed { startFollowing() }
        let (bytes, places) = (bytes, touched)
        touched = []
        for place in places.lazy.map({ Int($0) }) {
            isTouched[place] = false
            let difference = numbers[place] - told[place]
            if difference == 0 { continue }
            told[place] = numbers[place]
            if numbers[place] == 0 { dead += 1 }
            bytes.withUnsafeBytes {
                body(UnsafeRawBufferPointer(rebasing: $0[name(at: place)]), hashes[place], difference)
            }
        }
        if dead > 64 + hashes.count / 2 { clean() }
        return places.count
    }

    private mutating func startFollowing() {
        isFollowed = true
        told = [Int32](repeating: 0, count: hashes.count)
        isTouched = numbers.map { $0 != 0 }
        touched = numbers.indices.filter { numbers[$0] != 0 }.map { UInt32($0) }
    }

    mutating func forgetFollower() {
        isFollowed = false
        told = []
        isTouched = []
        touched = []
        dead = numbers.count { $0 == 0 }
    }
}
