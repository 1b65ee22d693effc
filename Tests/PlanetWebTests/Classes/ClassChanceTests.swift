// Random sequences of what two classes and others send, of withdrawals, undos and resets, against a model that knows
// values alone: after a reset every planet whose value the class gave is what it was before, and no other has changed.

import EventLog
import PlanetCore
import StateBytes
import TestSupport
import Testing

@testable import PlanetWeb

/// What is to be of one planet: who gave it its value, upon whom.
private struct ModelPlanet {
    struct Part {
        let code: String
        let before: PlanetState.Value
        /// Where its records lie, and what was before each.
        var records: [(offset: Int, before: PlanetState.Value)]
    }
    var parts: [Part] = []

    mutating func changed(by code: String?, at offset: Int, before: PlanetState.Value) {
        guard let code else {
            parts = []
            return
        }
        if parts.last?.code == code {
            parts[parts.count - 1].records.append((offset, before))
        } else {
            parts.append(Part(code: code, before: before, records: [(offset, before)]))
            if parts.count > ClassIndex.mostLayers { parts.removeFirst() }
        }
    }

    /// Nil: it stays. What is `now` as it was before needs no record, and stays the class's.
    mutating func reset(_ code: String, now: PlanetState.Value) -> PlanetState.Value? {
        guard let last = parts.last, last.code == code else { return nil }
        if last.before != now { parts.removeLast() }
        return last.before
    }

    mutating func undo(_ code: String, _ number: Int, now: PlanetState.Value) -> PlanetState.Value? {
        guard let last = parts.last, last.code == code, number < last.records.count else { return nil }
        let value = last.records[number].before
        if value == now { return value }
        parts[parts.count - 1].records.removeSubrange(number...)
        if number == 0 { parts.removeLast() }
        return value
    }
}

@Suite struct ClassChanceTests {
    private static let names = ["Kepler-22 b", "GJ 581 c", "HD 209458 b", "TRAPPIST-1 e"]

    /// One sequence; the seed is for the message.
    private final class Course {
        let room: ClassRoom
        let codes: [String]
        var random: SplitMix
        var model: [String: ModelPlanet] = [:]

        init(_ seed: UInt64) throws {
            room = try ClassRoom()
            codes = [try room.open(), try room.open()]
            random = SplitMix(seed: seed)
        }

        var keys: [String] { ClassChanceTests.names.compactMap { IdentityKey.of($0) } }
        var values: [PlanetState.Value] { keys.map { room.value($0) } }

        func anyone() -> String? { [nil, nil, codes[0], codes[0], codes[1]][random.below(5)] }

        func record(_ name: String) -> String {
            let date = ["", "2020-01-01", "2022-02-02", "2024-03-03"].map {
                $0.isEmpty ? "" : #","rowupdate":"\#($0)""#
            }
            let flag = ["", "", #","default_flag":0"#, #","default_flag":1"#]
            return #"{"pl_name":"\#(name)","pl_rade":\#(1 + random.below(4))"# + date[random.below(4)]
                + flag[random.below(4)] + "}"
        }

        func send() throws {
            let (name, code) = (ClassChanceTests.names[random.below(4)], anyone())
            let key = try #require(IdentityKey.of(name))
            let before = room.value(key)
            let answer: Response
            switch random.below(5) {
            case 0: answer = try room.withdraw(key, in: code)
            case 1:
                answer = try room.ask(
                    "PATCH", "/api/planets/\(key)", #"{"pl_bmasse":\#(1 + random.below(3))}"#, in: code,
                    type: "application/merge-patch+json")
            default: answer = try room.post(record(name), in: code)
            }
            let change = (try? answer.object()["change"] as? String).flatMap { Change(rawValue: $0) }
            guard let change, change != .late, change != .duplicate else { return }
            let offset = try #require(try answer.object()["offset"] as? Int)
            model[key, default: ModelPlanet()].changed(by: code, at: offset, before: before)
        }

        func undo(_ seed: UInt64) throws {
            let code = codes[random.below(2)]
            guard let key = keys.first(where: { model[$0]?.parts.last?.code == code }),
                let count = model[key]?.parts.last?.records.count, count > 0
            else { return }
            let number = random.below(count)
            let offset = model[key]?.parts.last?.records[number].offset ?? -1
            let partition = room.way.services.catalogue.row(key)?.current?.position.partition ?? -1
            let others = keys.filter { $0 != key }.map { room.value($0) }
            let now = room.value(key)
            let answer = try room.undo(#"{"partition":\#(partition),"offset":\#(offset)}"#, code)
            #expect(answer.status == 200, "seed \(seed)")
            let value = model[key]?.undo(code, number, now: now)
            #expect(room.value(key) == value, "seed \(seed)")
            #expect(keys.filter { $0 != key }.map { room.value($0) } == others, "seed \(seed)")
        }

        func reset(_ seed: UInt64) throws {
            let code = codes[random.below(2)]
            var expected = values
            for (index, key) in keys.enumerated() {
                if let value = model[key]?.reset(code, now: expected[index]) { expected[index] = value }
            }
            _ = try room.reset(code)
            #expect(values == expected, "seed \(seed)")
        }
    }

    @Test(arguments: 0..<UInt64(12))
    func aResetTouchesNothingElse(_ number: UInt64) throws {
        let seed = Seed.ofThisRun &+ number
        let course = try Course(seed)
        for _ in 0..<60 {
            switch course.random.below(12) {
            case 0: try course.reset(seed)
            case 1: try course.undo(seed)
            default: try course.send()
            }
        }
        try course.reset(seed)
        try isReadAgain(course, seed)
    }

    /// Another process, and the next one with the checkpoint, know the same of the classes.
    private func isReadAgain(_ course: Course, _ seed: UInt64) throws {
        let services = course.room.way.services
        let index = ClassIndex()
        var reader = CatalogueReader(Catalogue(), IdempotencyIndex(), RecordIndex(), index, today: services.today)
        let log = try course.room.way.log.memory.reader(topics: services.topics.stored, from: .earliest, group: nil)
        defer { log.close() }
        while true {
            let batch = try log.poll(maxRecords: 7, maxBytes: 1 << 20, timeout: 0)
            if batch.isEmpty { break }
            _ = reader.take(batch)
        }
        let (own, read) = (services.classes.saved(), index.saved())
        #expect(own.layerBlocks == read.layerBlocks, "seed \(seed)")
        #expect(own.ledgerBlocks.map(\.count) == read.ledgerBlocks.map(\.count), "seed \(seed)")
        var again = ClassIndex.Content()
        for block in own.ledgerBlocks {
            var state = StateReader(block)
            try again.addLedger(from: &state)
            #expect(state.isAtEnd)
        }
        for block in own.layerBlocks {
            var state = StateReader(block)
            try again.addLayers(from: &state)
        }
        #expect(again.ledgerBlocks == own.ledgerBlocks && again.layerBlocks == own.layerBlocks)
        for block in own.ledgerBlocks where !block.isEmpty {
            var state = StateReader(Array(block.dropLast()))
            var damaged = ClassIndex.Content()
            #expect(throws: StateError.self) { try damaged.addLedger(from: &state) }
        }
    }
}
