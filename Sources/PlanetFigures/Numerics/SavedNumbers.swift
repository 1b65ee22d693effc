// What aggregates add to StateBytes: pairs in order, numbers of any length.

import StateBytes

extension StateWriter {
    /// Calls `each` with every pair: by key if the order matters.
    mutating func inOrder<Key: Comparable, Value>(
        _ pairs: [Key: Value], _ each: (inout StateWriter, Key, Value) -> Void
    ) {
        if isOrdered {
            for (key, value) in pairs.sorted(by: { $0.key < $1.key }) { each(&self, key, value) }
        } else {
            for (key, value) in pairs { each(&self, key, value) }
        }
    }

    mutating func wide(negative: Bool, _ value: WideInteger) {
        flag(negative)
        integer(value.lowest)
        integer(value.words.count)
        for word in value.words { integer(Int(word)) }
    }
}

extension StateReader {
    mutating func wide() throws(StateError) -> (negative: Bool, value: WideInteger) {
        let negative = try flag()
        let lowest = try integer()
        var words: [UInt32] = []
        for _ in 0..<(try count()) {
            guard let word = UInt32(exactly: try integer()) else { throw .damaged }
            words.append(word)
        }
        return (negative, WideInteger(words: words, lowest: lowest))
    }
}
