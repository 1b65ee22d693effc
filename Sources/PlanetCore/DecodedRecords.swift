// What one thread of this process has decoded, for the others that read the same record: the web's door decodes what
// comes in, and then its catalogue and the stream read it from the log, each for itself. Decoding is most of what a
// record costs a reader, and a function of its bytes and the day alone, so that what is found here by these bytes is
// what decoding them would give. Bounded: what nobody has asked for is forgotten, and decoded again.

import Threads

package final class DecodedRecords: Sendable {
    /// A value's decoding.
    package final class Known: Sendable {
        package let discovery: Discovery
        /// The identity key of its name.
        package let key: String
        /// Its warnings, all of them found again in its stored form (`Rule.isFoundAgain`).
        package let warnings: [FieldIssue]
        fileprivate let value: [UInt8]
        /// Days since 1970-01-01 UTC: some rules look at the calendar.
        fileprivate let day: Int
        /// Bytes that it takes, roughly.
        fileprivate let size: Int

        fileprivate init(_ valid: Validated, value: [UInt8], day: Int) {
            discovery = valid.discovery
            key = valid.key
            warnings = valid.warnings
            self.value = value
            self.day = day
            size = warnings.reduce(value.count + DecodedRecords.overhead) {
                $0 + DecodedRecords.overheadOfWarning + $1.field.utf8.count + $1.value.utf8.count
            }
        }
    }

    fileprivate struct Entry {
        let known: Known
        /// How often it will still be asked for.
        var left: Int
        let sequence: UInt64
    }

    fileprivate struct State {
        var entries: [UInt64: Entry] = [:]
        /// In the order of their coming, also of those that are gone.
        var order: [(hash: UInt64, sequence: UInt64)] = []
        /// Where `order` begins.
        var first = 0
        var bytes = 0
        var sequence: UInt64 = 0
        var taken = 0
    }

    /// Of an entry, and of a warning, beside their texts, roughly.
    fileprivate static let (overhead, overheadOfWarning) = (600, 160)
    fileprivate static let mostPlaces = 1 << 16
    private let readers: Int
    private let maxBytes: Int
    private let seed = UInt64.random(in: .min ... .max) | 1
    private let state = Guarded(State())

    /// `readers`: how many of this process read the log, each record once.
    package init(readers: Int, maxBytes: Int = 16 << 20) {
        self.readers = readers
        self.maxBytes = maxBytes
    }

    /// How often decoding was spared.
    package var taken: Int { state.withLock { $0.taken } }
    /// What is kept now, roughly.
    package var bytes: Int { state.withLock { $0.bytes } }

    /// `bytes` are the canonical JSON of the discovery. What the door warned of a reader must find in it, too: with
    /// other warnings nothing is kept.
    package func add(_ bytes: ArraySlice<UInt8>, _ valid: Validated, day: Int) {
        guard valid.warnings.allSatisfy(\.rule.isFoundAgain) else { return }
        let value = Array(bytes)
        let hash = value.withUnsafeBytes { hashed($0) }
        let known = Known(valid, value: value, day: day)
        state.withLock { state in
            var left = readers
            if let before = state.remove(hash), before.known.value == value { left += before.left }
            state.sequence += 1
            state.entries[hash] = Entry(known: known, left: left, sequence: state.sequence)
            state.order.append((hash, state.sequence))
            state.bytes += known.size
            state.forget(over: maxBytes)
        }
    }

    /// For one of the readers. Nil: decode it.
    func take(_ value: UnsafeRawBufferPointer, day: Int) -> Known? {
        let hash = hashed(value)
        return state.withLock { state in
            guard let place = state.entries.index(forKey: hash) else { return nil }
            let entry = state.entries.values[place]
            guard entry.known.day == day, entry.known.value.withUnsafeBytes({ $0.isEqual(to: value) }) else {
                return nil
            }
            state.taken += 1
            if entry.left > 1 {
                state.entries.values[place].left -= 1
            } else {
                _ = state.remove(hash)
            }
            return entry.known
        }
    }

    /// Two values of one hash only cost the earlier its place; which these are can't be known from outside.
    private func hashed(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = seed &+ UInt64(bytes.count)
        var at = 0
        func mix(_ word: UInt64) {
            let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
            hash = product.low ^ product.high &+ seed
        }
        while at + 8 <= bytes.count {
            mix(bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            at += 8
        }
        var rest: UInt64 = 0
        while at < bytes.count {
            rest = rest << 8 | UInt64(bytes[at])
            at += 1
        }
        mix(rest)
        return hash
    }
}

extension DecodedRecords.State {
    mutating func remove(_ hash: UInt64) -> DecodedRecords.Entry? {
        guard let entry = entries.removeValue(forKey: hash) else { return nil }
        bytes -= entry.known.size
        return entry
    }

    /// The oldest first, until what is left is not too much.
    mutating func forget(over maxBytes: Int) {
        while first < order.count {
            let (hash, sequence) = order[first]
            let isThere = entries[hash]?.sequence == sequence
            if isThere {
                guard bytes > maxBytes || order.count - first > DecodedRecords.mostPlaces else { break }
                _ = remove(hash)
            }
            first += 1
        }
        if first > 1024, first * 2 > order.count {
            order.removeFirst(first)
            first = 0
        }
    }
}
