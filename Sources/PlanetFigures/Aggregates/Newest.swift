// The last 20 planets that came or changed, newest first, by the log's time. Not the last 20 discoveries: for those see
// disc_year and disc_date.

import Basics
import JSONText
import PlanetCore
import StateBytes

final class Newest: Aggregate {
    let name = "newest"
    let digested = Digested.none
    static let places = 20

    private struct Entry {
        let key: String
        let change: Change
        let timestamp: Int64
        let partition: Int32
        let offset: Int64
        let json: [UInt8]

        var position: (Int64, Int32, Int64) { (timestamp, partition, offset) }
    }
    /// Newest first, each planet once.
    private var entries: [Entry] = []
    private var hasChanged = false
    /// Rises with every change.
    private var version = 0
    /// Those of the parts that are followed.
    private var seen: [Int] = []
    /// The position of the last place's record, once all places are taken: nothing older gets in.
    private var oldest: (Int64, Int32, Int64)?

    func apply(_ events: ArraySlice<CatalogueEvent>) {
        // From the end: after 20 of them the rest are older and cost one comparison each.
        for index in events.indices.reversed() {
            if let oldest, oldest > events[index].position { continue }
            let event = events[index]
            guard case .change(let change) = event.kind, let planet = event.shown else { continue }
            insert(
                Entry(
                    key: planet.key, change: change, timestamp: event.timestamp, partition: event.partition,
                    offset: event.offset, json: Newest.json(planet, change, event.timestamp)))
        }
    }

    private func insert(_ entry: Entry) {
        if let same = entries.firstIndex(where: { $0.key == entry.key }) {
            if entries[same].position > entry.position { return }
            entries.remove(at: same)
        }
        let place = entries.firstIndex { entry.position > $0.position } ?? entries.count
        entries.insert(entry, at: place)
        if entries.count > Newest.places { entries.removeLast() }
        oldest = entries.count == Newest.places ? entries.last?.position : nil
        hasChanged = true
        version &+= 1
    }

    private static func json(_ planet: PlanetFacts, _ change: Change, _ timestamp: Int64) -> [UInt8] {
        JSONWriter.object {
            $0.member("key", planet.key)
            for column in [TextColumn.pl_name, .discoverymethod] { $0.optional(column.name, planet.discovery[column]) }
            $0.optional("disc_year", planet.discovery.integer(.disc_year))
            $0.optional("disc_facility", planet.discovery[.disc_facility])
            for column in [NumberColumn.pl_rade, .pl_bmasse, .pl_orbper] {
                $0.optional(column.name, planet.discovery[column])
            }
            $0.member("change", change.rawValue)
            $0.member("t", Int(timestamp.floorDivided(by: 1000)))
        }
    }

    var placed: [(timestamp: Int64, partition: Int32, offset: Int64, key: String, json: [UInt8])] {
        entries.map { ($0.timestamp, $0.partition, $0.offset, $0.key, $0.json) }
    }

    func members(of group: String) -> GroupMembers? { group == "list" ? .newest(Newest.places) : nil }

    func merge(_ other: Newest) {
        for entry in other.entries { insert(entry) }
    }

    func follow(_ parts: [Newest]) -> Int {
        let now = parts.map(\.version)
        guard now != seen else { return parts.count }
        seen = now
        clear()
        for part in parts { merge(part) }
        return parts.count * Newest.places
    }

    private func clear() {
        entries = []
        oldest = nil
        version &+= 1
    }

    func write(_ scope: GroupWriter.Scope, to groups: inout GroupWriter) {
        groups.looked += 1
        guard scope == .all || hasChanged else { return }
        if scope == .changes { hasChanged = false }
        groups.json("list", JSONWriter.array(capacity: 4096) { for entry in entries { $0.raw(entry.json) } })
    }

    func save(to state: inout StateWriter) {
        state.integer(entries.count)
        for entry in entries {
            state.text(entry.key)
            state.text(entry.change.rawValue)
            state.integer(Int(entry.timestamp))
            state.integer(Int(entry.partition))
            state.integer(Int(entry.offset))
            state.blob(entry.json)
        }
    }

    func restore(from state: inout StateReader) throws(StateError) {
        clear()
        for _ in 0..<(try state.count()) {
            let key = try state.text()
            guard let change = Change(rawValue: try state.text()) else { throw .damaged }
            let timestamp = Int64(try state.integer())
            guard let partition = Int32(exactly: try state.integer()) else { throw .damaged }
            let offset = Int64(try state.integer())
            insert(
                Entry(
                    key: key, change: change, timestamp: timestamp, partition: partition, offset: offset,
                    json: try state.blob()))
        }
    }
}
