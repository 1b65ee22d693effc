// Where a record sent on to its planet's partition came from: the source of its copy, by which further copies are
// recognised. PlanetStream/Sinks/SentOnRecords.swift sends it.

import Basics

package struct SentFrom: Sendable, Equatable {
    package let place: TopicPartition
    package let offset: Int64
    /// Which of the logs with its name it is (KeyedPartitions).
    package let log: String

    package init(_ place: TopicPartition, offset: Int64, log: String) {
        self.place = place
        self.offset = offset
        self.log = log
    }

    package static let prefix = "sent-on/"

    /// `sent-on/planet-discoveries/3/1234/5f3a9c01`: header `source` of the copy, and the lake's column.
    package var source: String { "\(SentFrom.prefix)\(place)/\(offset)/\(log)" }

    /// Nil for a record that was not sent on.
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

/// Up to which offset a planet has accepted records sent on from one partition. One stream sends a partition's records
/// in order, and after a failure resends from the last confirmed one: so anything at or below this offset was accepted
/// before, however many came since.
package struct SentMark: Equatable, Sendable {
    package let origin: Int64
    package internal(set) var offset: Int64

    package init(origin: Int64, offset: Int64) {
        self.origin = origin
        self.offset = offset
    }
}
