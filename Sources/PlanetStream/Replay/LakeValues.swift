// The values of single records of `discoveries`, as they were in the log, for records that the log has lost.
// RecordLookup.swift finds a record's place.

import Basics
import Lake
import PlanetCore
import Provenance

struct LakeValues {
    /// If the next wanted row is at most this many offsets away, the cursor walks to it.
    private static let step: Int64 = 1000

    let store: any FileStore
    let files: LakeFiles

    /// Canonical JSON by offset (the lake's); tombstones and offsets that are not stored are left out.
    func read(_ place: TopicPartition, _ offsets: [Int64]) throws(ReplayError) -> [Int64: [UInt8]] {
        let all = files.files(LakeTables.discoveries.name, place)
        var values: [Int64: [UInt8]] = [:]
        var cursor: TableCursor?
        for offset in offsets.sorted() {
            if cursor.map({ offset - $0.offset > LakeValues.step }) ?? true {
                cursor = TableCursor(store, ReplayColumns.discoveries, place, all, from: offset, StrictReading())
            }
            while try cursor?.hasRow() == true, let at = cursor?.offset, at < offset { try cursor?.advance() }
            guard let found = cursor, try cursor?.hasRow() == true, found.offset == offset else { continue }
            values[offset] = LakeValues.value(found)
        }
        return values
    }

    private static func value(_ cursor: borrowing TableCursor) -> [UInt8]? {
        let row = cursor.row
        func text(_ column: Int) -> String? { cursor.columns[column].string(at: row) }
        if text(ReplayColumns.verdict) == RecordVerdict.withdrawal.rawValue { return nil }
        var rows = DiscoveryRows()
        rows.take(cursor.columns, first: ReplayColumns.firstValue)
        guard let canonical = text(ReplayColumns.aliasOf) else { return DiscoveryJSON.bytes(rows.discovery(at: row)) }
        let alias = PlanetAlias(
            name: rows.name(at: row) ?? "", canonical: canonical, canonicalKey: IdentityKey.of(canonical) ?? "",
            source: text(ReplayColumns.aliasSource))
        return alias.json
    }
}
