// The web's catalogue, written down and read back, is the one it was; and a checkpoint that is damaged or of another
// log is not used.

import Basics
import EventLog
import Foundation
import Lake
import PlanetCore
import Testing

@testable import PlanetWeb

@Suite struct CatalogueSnapshotTests {
    private let place = TopicPartition("planet-discoveries", 0)

    private func discovery(_ name: String, radius: Double) -> Discovery {
        var draft = DiscoveryDraft()
        draft[.pl_name] = name
        draft[.disc_facility] = "A facility with a long name"
        draft[.pl_rade] = radius
        return draft.discovery
    }

    private func filled() -> Catalogue {
        let catalogue = Catalogue()
        for offset in 0..<3000 {
            let number = (offset * 7919) % 700
            var record = PlanetRecord.discovery(discovery("Planet \(number)", radius: Double(offset % 5)))
            if offset % 11 == 0 { record = .tombstone }
            if number % 50 == 49 {
                let canonical = "Planet \(number - 1)"
                record = .alias(
                    PlanetAlias(
                        name: "Planet \(number)", canonical: canonical, canonicalKey: "planet\(number - 1)",
                        source: number % 100 == 49 ? "a list" : nil))
            }
            let submission =
                offset % 3 == 0 ? SubmissionID(key: Array("k\(offset)".utf8), copy: [], value: []) : nil
            let item = HistoryItem(
                position: LogPosition(
                    partition: Int32(number % 3), offset: Int64(offset) - 700,
                    timestamp: 1_700_000_000_000_000 + Int64(offset)),
                change: .duplicate, revision: 0)
            _ = catalogue.apply(key: "planet\(number)", record, submission, at: item)
        }
        return catalogue
    }

    @Test func everyRowAndKeyComesBack() throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("cache-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        let folder = CheckpointFolder(try LocalFileStore(root: root), "catalogue", name: "web")
        let catalogue = filled()
        let index = IdempotencyIndex()
        for number in 0..<500 {
            index.restore(
                key: "key\(number)", fingerprint: "f\(number)",
                record: StoredRun(
                    topic: .discoveries, partition: 1, first: Int64(number), last: Int64(number), timestamp: 5),
                count: 2)
        }
        let underWay = index.begin("under way", fingerprint: "x")
        let snapshot = CatalogueSnapshot(
            rows: catalogue.saved(), keys: index.saved(), positions: [place: 3000],
            marks: [
                place: [
                    RecordFingerprint(offset: 2999, timestamp: 7, hash: "00f0123456789abc"),
                    RecordFingerprint(offset: 17, timestamp: 5, hash: "f0f0123456789abc"),
                ]
            ])
        withExtendedLifetime(underWay) { #expect(snapshot.keys.count == 500) }
        // What comes after the snapshot is not in it.
        let item = HistoryItem(
            position: LogPosition(partition: 0, offset: 3000, timestamp: 9), change: .duplicate, revision: 0)
        _ = catalogue.apply(key: "planet1", .tombstone, at: item)
        let path = try snapshot.write(to: folder, log: "log").path
        let entry = try #require(try folder.list().first)
        #expect(entry.path == path)
        let restored = try CatalogueSnapshot(try CheckpointFile(entry, in: folder.store) { _ in })
        #expect(restored.positions == snapshot.positions && restored.keys == snapshot.keys)
        #expect(restored.marks == snapshot.marks)
        let again = Catalogue()
        again.restore(restored.rows)
        let other = filled()
        #expect(again.count == other.count)
        for row in other.rows().joined() {
            let mine = try #require(again.row(row.key))
            #expect(mine == row)
            #expect(mine.state == row.state)
            #expect(again.resolve(row.key) == other.resolve(row.key))
        }
        #expect(again.aliases(of: "planet48", limit: 9).map(\.key) == ["planet49"])
        var rows = restored.rows
        for block in restored.rows.blocks { try rows.add(block(), PackedHistory.isWhole) }
        let twice = CatalogueSnapshot(rows: rows, keys: [], positions: [:])
        let otherFolder = CheckpointFolder(folder.store, "twice", name: "web")
        _ = try twice.write(to: otherFolder, log: "log")
        let damaged = try #require(try otherFolder.list().first)
        #expect(throws: CheckpointFault.self) {
            try CatalogueSnapshot(try CheckpointFile(damaged, in: folder.store) { _ in })
        }

        // Not trusted: another log, positions that the log does not reach, bytes that are not those written.
        let options = CatalogueCacheOptions(folder: root)
        let bounds = [place: PartitionBounds(partition: 0, first: 0, next: 4000)]
        do {
            let cache = try #require(CatalogueCache(options, log: "log"))
            #expect(try cache.newest(bounds)?.planets == snapshot.planets)
            // A log that ends before it was replaced.
            let shorter = [place: PartitionBounds(partition: 0, first: 0, next: 2999)]
            #expect { try cache.newest(shorter) } throws: { error in
                if case LogError.replaced(let reason) = error { reason.contains("is ahead of the log") } else { false }
            }
            let later = [place: PartitionBounds(partition: 0, first: 3001, next: 4000)]
            #expect(try cache.newest(later) == nil)
            // A second process reads and does not write.
            let second = try #require(CatalogueCache(options, log: "log"))
            #expect(
                try second.newest(bounds) != nil && !second.isDue(news: 1 << 40, planets: 0, since: 0, now: 1 << 60))
            #expect(cache.isDue(news: 1 << 40, planets: 0, since: 0, now: 1 << 60))
        }
        #expect(try #require(CatalogueCache(options, log: "other")).newest(bounds) == nil)
        let file = URL(fileURLWithPath: root + "/" + path)
        let good = try Data(contentsOf: file)
        for place in stride(from: 0, to: good.count, by: good.count / 50) {
            var bad = good
            bad[place] ^= 4
            try bad.write(to: file)
            #expect(try #require(CatalogueCache(options, log: "log")).newest(bounds) == nil, "byte \(place)")
        }
    }
}
