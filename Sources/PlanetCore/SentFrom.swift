// Where a record came from that lay in another partition than its planet's, and was sent on to its own: the source of
// its copy, and by which a copy of that copy is known.
// Not the sending (PlanetStream/Sinks/SentOnRecords.swift).

import Basics

package struct SentFrom: Sendable, Equatable {
    package let place: TopicPartition
    package let offset: Int64
    /// Which log that is among those that had its name (KeyedPartitions).
    package let log: String

    package init(_ place: TopicPartition, offset: Int64, log: String) {
        self.place = place
        self.offset = offset
        self.log = log
    }

    package static let prefix = "sent-on/"

    /// `sent-on/planet-discoveries/3/1234/5f3a9c01`: header `source` of the copy, and the lake's column.
    package var source: String { "\(SentFrom.prefix)\(place)/\(offset)/\(log)" }

    /// Nil for a record that nobody has sent on.
    package init?(_ source: String) {
        guard source.hasPrefix(SentFrom.prefix) else { return nil }
        let parts = source.dropFirst(SentFrom.prefix.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, let place = TopicPartition("\(parts[0])/\(parts[1])"), let offset = Int64(parts[2]),
            offset >= 0, !parts[3].isEmpty
        else { return nil }
        self.init(place, offset: offset, log: String(parts[3]))
    }

    /// The partition it came from, for the planet's memory.
    package var origin: Int64 {
        var digest = FNV1a()
        digest.add("\(log)/\(place)".utf8)
        return Int64(bitPattern: digest.hash)
    }
}

/// Up to which offset a planet has taken what was sent on to it from one partition. One stream sends a partition's
/// records in their order, and after a failure sends again from the last that it is sure of: so what lies at or below
/// this offset was taken before, however many came since.
package struct SentMark: Equatable, Sendable {
    package let origin: Int64
    package internal(set) var offset: Int64

    package init(origin: Int64, offset: Int64) {
        self.origin = origin
        self.offset = offset
    }
}
