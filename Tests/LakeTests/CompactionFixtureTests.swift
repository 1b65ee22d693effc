// Writes the lake that Foreign/test_compaction.py has compacted, killed and read: many small files of many days that
// are over, or days that several rolls and partitions share.

import Basics
import Foundation
import Testing

@testable import Lake

@Suite(.enabled(if: ProcessInfo.processInfo.environment["PLANETARIUM_COMPACTION_OUT"] != nil))
struct CompactionFixtureTests {
    @Test func writeLake() throws {
        let environment = ProcessInfo.processInfo.environment
        let store = try LocalFileStore(root: try #require(environment["PLANETARIUM_COMPACTION_OUT"]))
        if environment["PLANETARIUM_COMPACTION_DAYS"] == "shared" {
            return try writeSharedDays(store, until: UTCDay(days: day.days - 100))
        }
        // 20 days, of which the last stays open.
        try writeDays(store, rolls: 12, days: (0..<20).map { UTCDay(days: day.days - 100 + $0) })
    }
}
