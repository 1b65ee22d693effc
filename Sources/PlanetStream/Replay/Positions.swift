// How far a tally or a board is in the log: for each topic partition the next offset, the first that is not included. A
// board is cited by its positions: the same positions mean the same records, hence the same board. Lakes and readers
// track their own progress and convert it to positions.

import Basics
import JSONText

package struct Positions: Sendable, Equatable {
    /// Never stores 0: an absent place means that nothing of it has been read.
    private var nexts: [TopicPartition: Int64] = [:]

    package init() {}

    /// The next offset; 0 if nothing of the partition is included.
    package subscript(place: TopicPartition) -> Int64 {
        get { nexts[place] ?? 0 }
        set { nexts[place] = newValue > 0 ? newValue : nil }
    }

    package subscript(topic: String, partition: Int32) -> Int64 {
        get { self[TopicPartition(topic, partition)] }
        set { self[TopicPartition(topic, partition)] = newValue }
    }

    package var isEmpty: Bool { nexts.isEmpty }

    /// In order of topic and partition.
    package var all: [(place: TopicPartition, next: Int64)] {
        nexts.map { (place: $0.key, next: $0.value) }.sorted { $0.place < $1.place }
    }

    /// Whether these include every record of `other`.
    package func reach(_ other: Positions) -> Bool { other.nexts.allSatisfy { self[$0.key] >= $0.value } }

    /// The further of the two in each partition.
    package func union(_ other: Positions) -> Positions {
        var union = self
        for (place, next) in other.nexts { union[place] = max(union[place], next) }
        return union
    }

    // MARK: As text

    /// {"planet-discoveries/0":123,"planet-rejected/0":4}, in order.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (place, next) in all { writer.member("\(place)", Int(next)) }
        writer.endObject()
    }

    package var json: String {
        var writer = JSONWriter()
        write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Nil for anything but an object of places and whole numbers from 0.
    package init?(json: String) {
        var reader = JSONReader()
        var read: [TopicPartition: Int64]? = [:]
        var text = json
        text.withUTF8 { bytes in
            guard let members = try? reader.readObject(UnsafeRawBufferPointer(bytes)) else {
                read = nil
                return
            }
            for member in members {
                guard member.kind == .number, let place = TopicPartition(String(decoding: member.key, as: UTF8.self)),
                    let next = Int64(exactly: member.number), next >= 0
                else {
                    read = nil
                    return
                }
                if next > 0 { read?[place] = next }
            }
        }
        guard let read else { return nil }
        nexts = read
    }

    /// planet-discoveries/0:123,planet-rejected/0:4, as in an address. Empty: nothing.
    package var text: String { all.map { "\($0.place):\($0.next)" }.joined(separator: ",") }

    /// Nil for anything else, and if a partition occurs twice.
    package init?(text: String) {
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let colon = part.lastIndex(of: ":"), let place = TopicPartition(part[..<colon]),
                let next = Positions.offset(part[part.index(after: colon)...]), nexts[place] == nil
            else { return nil }
            self[place] = next
        }
    }

    /// An offset in decimal digits, at most 18 of them.
    package static func offset(_ digits: some StringProtocol) -> Int64? {
        guard (1...18).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(digits)
    }
}
