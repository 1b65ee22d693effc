// Several compactions of one day: of two partitions, of parts and of files that commit. Each exchanges the day's
// folder, and the replaced ones wait for the end of their grace side by side.

import Basics
import Foundation
import Testing

@testable import Lake

/// Two partitions. The first has rolls of three days in turns, then of the middle day only, so that this day has parts
/// and files that commit; the second has the middle day only. All three days are over.
func writeSharedDays(_ store: any FileStore, until last: UTCDay = day) throws {
    let middle = UTCDay(days: last.days - 1)
    for partition in Int32(0)...1 {
        let writer = makeWriter(store, partition: partition)
        func roll(_ offsets: ClosedRange<Int64>, of day: (Int64) -> UTCDay) throws {
            for offset in offsets {
                try writer.append(batches(writer, offset...offset), offsets: offset...offset, day: day(offset))
            }
            _ = try writer.roll()
        }
        for start in [Int64(0), 30] {
            try roll(start...start + 29) { partition == 0 ? UTCDay(days: last.days - Int($0 % 3)) : middle }
        }
        try roll(60...69) { _ in middle }
        try roll(70...79) { _ in middle }
        try roll(80...80) { _ in UTCDay(days: last.days + 1) }
    }
}

@Suite struct SharedDayTests {
    private let scratch: Scratch
    private let store: LocalFileStore
    private let before: String
    private let middle = UTCDay(days: day.days - 1)

    init() throws {
        scratch = try Scratch()
        store = try LocalFileStore(root: "\(scratch.path)/lake")
        before = "\(scratch.path)/before"
        try writeSharedDays(store)
        try FileManager.default.copyItem(atPath: "\(scratch.path)/lake", toPath: before)
    }

    private func makeAnew() throws {
        let lake = "\(scratch.path)/lake"
        for name in try FileManager.default.contentsOfDirectory(atPath: lake) {
            try FileManager.default.removeItem(atPath: "\(lake)/\(name)")
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: before) {
            try FileManager.default.copyItem(atPath: "\(before)/\(name)", toPath: "\(lake)/\(name)")
        }
    }

    /// What readers of the folders see.
    private func expectSeenOnce(_ comment: Comment? = nil) throws {
        for (table, isRejects) in [("discoveries", false), ("rejected", true)] {
            let one: [Int64] = (Int64(0)...80).filter { ($0 % 10 == 9) == isRejects }
            let wanted = (one + one).sorted()
            #expect(try offsets(store, table).sorted() == wanted, comment)
        }
    }

    private func expectOnce(_ comment: Comment? = nil) throws {
        try expectSeenOnce(comment)
        #expect(try ManifestCheck(store).findings == [], comment)
    }

    private func makePatient(_ store: any FileStore) -> LakeCompactor {
        makeCompactor(store, grace: 3_600_000_000_000)
    }

    @Test func replacedFilesOfAnotherCompactionDoNotComeBack() throws {
        #expect(try compactAll(store, makePatient(store)) == 5)
        try expectOnce()
        #expect(try names(store, "discoveries", middle).count == 3)
        #expect(try store.listIfThere("_compaction") == [])
    }

    /// What is removed while replaced files wait for the end of their grace stays removed.
    @Test func whatGoesInTheGraceStaysGone() throws {
        let path = "discoveries/dt=\(middle)/notes.txt"
        try put("x", path, in: store)
        let compactor = makePatient(store)
        while true {
            if case .waiting = try compactor.step(budget: 0, today: today) { break }
        }
        try store.delete(path)
        try compactor.removeReplaced(isLast: true)
        try expectOnce()
    }

    /// The store stops working at step N, and the process with it; then the next start. Somebody's file comes at the
    /// worst moment of each exchange of the middle day, and must be there in the end. Every third N: CompactionTests
    /// takes all of one compaction.
    @Test(arguments: [true, false]) func aStopAtAnyStepLeavesEachRowOnce(_ canExchange: Bool) throws {
        let intruder = "discoveries/dt=\(middle)/_notes"
        for steps in stride(from: canExchange ? 0 : 1, to: Int.max, by: 3) {
            try makeAnew()
            let faulty = FaultyStore(store, canExchange: canExchange)
            faulty.intrude(intruder)
            faulty.failAfter(steps, with: .unavailable("stopped"))
            var isDone = false
            do {
                try compactAll(faulty, makePatient(faulty))
                isDone = true
            } catch {}
            faulty.failAfter(nil)
            faulty.intrude(nil)
            let hasCome = try isAnywhere("_notes")
            if canExchange { try expectSeenOnce("step \(steps)") }
            // The next start is cut short as well.
            faulty.failAfter(steps % 13, with: .unavailable("stopped"))
            do { try CompactionSwitch.mend(faulty) } catch {}
            faulty.failAfter(nil)
            if canExchange { try expectSeenOnce("step \(steps)") }
            try CompactionSwitch.mend(faulty)
            try expectOnce("step \(steps)")
            #expect(try recover(store).removed == [], "step \(steps)")
            #expect(try store.exists(intruder) == hasCome, "step \(steps)")
            #expect(try store.listIfThere("_compaction") == [], "step \(steps)")
            if isDone {
                #expect(hasCome && steps > 150)
                break
            }
        }
    }

    @Test func everyStepMayFailOnceAndBeTriedAgain() throws {
        let intruder = "discoveries/dt=\(middle)/_notes"
        for steps in stride(from: 2, to: Int.max, by: 3) {
            try makeAnew()
            let faulty = FaultyStore(store)
            let compactor = makePatient(faulty)
            faulty.intrude(intruder)
            faulty.failAfter(steps, with: .unavailable("once"))
            var hasFailed = false
            do { try compactAll(faulty, compactor) } catch {
                hasFailed = true
                faulty.failAfter(nil)
                try compactAll(faulty, compactor)
            }
            try expectOnce("step \(steps)")
            #expect(try store.exists(intruder), "step \(steps)")
            #expect(try store.listIfThere("_compaction") == [], "step \(steps)")
            if !hasFailed { break }
        }
    }

    private func isAnywhere(_ name: String) throws -> Bool {
        let all = FileManager.default.enumerator(atPath: "\(scratch.path)/lake")?.allObjects ?? []
        return all.contains { ($0 as? String)?.hasSuffix("/\(name)") == true }
    }
}
