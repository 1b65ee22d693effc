// A lake for foreign readers, in the folder PLANETARIUM_LAKE_OUT (Foreign/test_lake_readers.py reads it): three rolls
// over two days appended in odd pieces, and an open roll that nobody may see. Without the variable the same lake goes
// to a scratch folder.

import Basics
import Foundation
import Parquet
import Testing

@testable import Lake

@Suite struct LakeFixtureTests {
    @Test func lake() throws {
        let scratch = try Scratch()
        let folder = ProcessInfo.processInfo.environment["PLANETARIUM_LAKE_OUT"] ?? scratch.path
        let store = try LocalFileStore(root: folder)
        let writer = makeWriter(store, rowGroupRows: 1000)
        var next: Int64 = 0
        for (roll, days) in [day.days, day.days, day.days + 1].enumerated() {
            for piece in [1, 7, 64, 333, 2000, 13] {
                let offsets = next...next + Int64(piece) - 1
                try writer.append(batches(writer, offsets), offsets: offsets, day: UTCDay(days: days))
                next = offsets.upperBound + 1
            }
            #expect(try writer.roll()?.last == Int64(roll + 1) * 2418 - 1)
        }
        try writer.append(
            batches(writer, next...next + 5000), offsets: next...next + 5000, day: UTCDay(days: day.days + 1))
        #expect(try names(store, "discoveries").count == 2)
        #expect(try names(store, "discoveries", UTCDay(days: day.days + 1)).count == 2)
    }
}
