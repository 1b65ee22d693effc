// A row of the web's catalogue against one that keeps everything plainly, over random records; and what its history
// takes.

import EventLog
import PlanetCore
import StateBytes
import TestSupport
import Testing

@testable import PlanetWeb

/// As rows were before they were packed.
private struct PlainRow {
    var current: HistoryItem?
    var changedPlanet: (item: HistoryItem, name: String)?
    var history: [HistoryItem] = []
    var dropped = 0

    mutating func took(_ item: HistoryItem, before: PlanetState.Value, after: PlanetState.Value) {
        if item.change != .duplicate, item.change != .late {
            current = item
            if let planet = after.discovery ?? before.discovery { changedPlanet = (item, planet[.pl_name] ?? "x") }
        }
        if history.count >= PlanetRow.longestHistory {
            history.removeFirst()
            dropped += 1
        }
        history.append(item)
    }
}

@Suite struct PlanetRowTests {
    private func record(_ chance: inout SplitMix) -> PlanetRecord {
        switch chance.below(8) {
        case 0: return .tombstone
        case 1: return .alias(PlanetAlias(name: "x", canonical: "y", canonicalKey: "y", source: nil))
        default:
            var draft = DiscoveryDraft()
            draft[.pl_name] = ["x", "X", "x\u{301}"][chance.below(3)]
            draft[.pl_rade] = Double(chance.below(3) + 1)
            draft[.rowupdate] = chance.below(2) == 0 ? Double(10_000 + chance.below(5)) : nil
            return .discovery(draft.discovery)
        }
    }

    @Test(arguments: 0..<30 as Range<UInt64>) func aRowHasWhatAPlainOneHas(_ seed: UInt64) throws {
        var chance = SplitMix(seed: seed)
        let catalogue = Catalogue()
        var (state, plain) = (PlanetState(), PlainRow())
        var (offset, time) = (Int64(5), Int64(1_700_000_000_000_000))
        for _ in 0..<(seed % 3 == 0 ? 600 : 40) {
            offset += Int64(chance.below(1000)) + 1
            time += Int64(chance.below(10)) - 1
            let position = LogPosition(partition: Int32(chance.below(2)), offset: offset, timestamp: time)
            let (record, before) = (record(&chance), state.value)
            let effect = state.apply(record)
            let done = catalogue.apply(
                key: "x", record, at: HistoryItem(position: position, change: .duplicate, revision: 0))
            guard case .change(let change) = effect else {
                #expect(throws: FieldIssue.self) { try done.get() }
                continue
            }
            let item = HistoryItem(position: position, change: change, revision: Int(state.revision))
            if state.revision > 0 || change != .duplicate { plain.took(item, before: before, after: state.value) }
            guard let row = catalogue.row("x") else {
                plain = PlainRow()
                continue
            }
            #expect(try done.get() == item)
            try compare(row, state, plain)
        }
        let rows = catalogue.saved()
        var again = KeyedRows()
        for block in rows.blocks { try again.add(block(), PackedHistory.isWhole) }
        if let row = again["x"] { try compare(row, state, plain) }
    }

    private func compare(_ row: PlanetRow, _ state: PlanetState, _ plain: PlainRow) throws {
        #expect(row.key == "x" && row.state == state && row.value == state.value && row.revision == state.revision)
        #expect(row.isNothing == (state.value == .nothing) && row.isAlias == (state.alias != nil))
        #expect(row.current == plain.current && row.updated == plain.current?.position.timestamp ?? 0)
        #expect(row.changedPlanet?.item == plain.changedPlanet?.item)
        #expect(row.changedPlanet?.name == plain.changedPlanet?.name)
        #expect(row.history == plain.history && row.droppedHistory == plain.dropped)
        #expect(row.records == plain.history.count + plain.dropped)
    }

    @Test func aLongHistoryIsSmall() throws {
        let catalogue = Catalogue()
        for number in 0..<200 {
            var draft = DiscoveryDraft()
            draft[.pl_name] = "x"
            draft[.sy_vmag] = Double(number)
            let position = LogPosition(
                partition: 0, offset: Int64(number * 6061), timestamp: 1_700_000_000_000_000 + Int64(number) * 250_000)
            _ = catalogue.apply(
                key: "x", .discovery(draft.discovery),
                at: HistoryItem(position: position, change: .duplicate, revision: 0))
        }
        let row = try #require(catalogue.row("x"))
        #expect(row.history.count == 200 && row.size <= 1700, "\(row.size) bytes")
    }
}
