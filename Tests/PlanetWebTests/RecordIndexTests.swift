// The index of records as a checkpoint keeps it, and the thread that answers what takes long: bounded, and everything
// taken is answered.
// Not what the records are counted as: CorrectionsTests holds that against the board.

import EventLog
import Foundation
import Lake
import PlanetCore
import Testing

@testable import PlanetWeb

@Suite struct RecordIndexTests {
    private func notes(_ range: Range<Int>) -> [RecordNote] {
        var batch = RecordBatch()
        let headers = batch.addHeaders([])
        for offset in range {
            batch.append(
                key: Array("k".utf8), value: [UInt8]?.none, headers: headers, offset: Int64(offset) - 20_001,
                timestamp: 1_764_000_000_000_000 + Int64(offset))
        }
        return batch.entries.map { entry in
            let changes: [Change?] = [.new, .revision, .duplicate, nil]
            let change = changes[Int(entry.offset + 20_001) % 4]
            return RecordNote(
                entry, key: "planet\(abs(entry.offset) % 100)", change: change,
                rules: change == nil ? ["out_of_range", "out_of_range", "mine"] : ["unusual_value"])
        }
    }

    @Test func comesBackAndGoesOnAlike() throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("records-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        let folder = CheckpointFolder(try LocalFileStore(root: root), "catalogue", name: "web")
        // More than are kept of a kind, so that the rings have gone round.
        let first = RecordIndex()
        first.take(notes(0..<50_123))
        let snapshot = CatalogueSnapshot(rows: KeyedRows(), keys: [], records: first.saved(), positions: [:])
        _ = try snapshot.write(to: folder, log: "log")
        let entry = try #require(try folder.list().first)
        let restored = RecordIndex()
        restored.restore(try CatalogueSnapshot(try CheckpointFile(entry, in: folder.store) { _ in }).records)
        for index in [first, restored] { index.take(notes(50_123..<70_000)) }
        let groups: [RecordGroup] = [
            .records, .revisions, .duplicates, .withdrawals, .late, .rejected, .warned, .warning("unusual_value"),
            .reject("out_of_range"), .reject("other"), .reject("mine"), .day(1_764_000_000 / 86_400),
        ]
        for group in groups {
            let (mine, other) = (restored.records(group), first.records(group))
            #expect(mine.value == other.value && mine.total == other.total, "\(group)")
            #expect(mine.list.map(\.position.offset) == other.list.map(\.position.offset), "\(group)")
            #expect(mine.list.map(\.key) == other.list.map(\.key) && mine.list.map(\.rules) == other.list.map(\.rules))
        }
        let refused = restored.records(.reject("out_of_range"))
        #expect(refused.value == 35_000 && refused.total == 17_500 && refused.list.count == RecordIndex.kept)
    }

    /// Rules that other programs made up share one list, as on the board, and long texts are not kept.
    @Test func foreignRulesShareOneList() {
        let index = RecordIndex()
        var batch = RecordBatch()
        let headers = batch.addHeaders([])
        for offset in 0..<2000 {
            batch.append(
                key: Array("k".utf8), value: [UInt8]?.none, headers: headers, offset: Int64(offset), timestamp: 0)
        }
        index.take(
            batch.entries.map { entry in
                let long = String(repeating: "x", count: 5000)
                return RecordNote(
                    entry, key: "k", change: nil,
                    rules: ["theirs_\(entry.offset)", long, "out_of_range"] + Array(repeating: "mine", count: 100))
            })
        let kinds = index.saved().rings.count
        #expect(kinds <= 5, "\(kinds)")
        let other = index.records(.reject("other"))
        #expect(other.value == 2000 * 102 && other.total == 2000)
        #expect(index.records(.reject("out_of_range")).value == 2000)
        #expect(other.list.allSatisfy { $0.rules.count <= 16 && $0.rules.allSatisfy { $0.utf8.count <= 64 } })
    }
}
