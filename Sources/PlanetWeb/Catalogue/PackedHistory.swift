// The places of a planet's records in few bytes: the newest as it is, each older one by its distance from the next. A
// record more costs a copy of the bytes and no look at all the older ones.

import EventLog
import PlanetCore

struct PackedHistory {
    /// The record with the current value; nil before one has changed anything.
    var current: HistoryItem?
    /// Of a key that is no planet now: the last record that changed it as a planet, and the planet's name.
    var changed: (item: HistoryItem, name: String)?
    /// All records that there were.
    private(set) var total = 0
    /// Those that are here: no fewer than are wanted, if there were so many.
    private var count = 0
    private var last: HistoryItem?
    /// The older ones.
    private let rest: UnsafeRawBufferPointer

    /// So many more than are wanted may be here: older ones are dropped together, as that takes a look at all.
    private static let slack = 32

    private enum Flag {
        static let current: UInt8 = 1
        /// It is the newest of all.
        static let currentIsLast: UInt8 = 2
        static let changed: UInt8 = 4
    }

    /// No bytes: no record yet.
    init(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else {
            rest = bytes
            return
        }
        var cursor = PackedCursor(bytes)
        let flags = cursor.byte()
        total = cursor.count()
        count = cursor.count()
        let last = HistoryItem(from: &cursor, before: nil)
        self.last = last
        if flags & Flag.currentIsLast != 0 { current = last }
        if flags & Flag.current != 0 { current = HistoryItem(from: &cursor, before: nil) }
        if flags & Flag.changed != 0 { changed = (HistoryItem(from: &cursor, before: nil), cursor.text()) }
        rest = UnsafeRawBufferPointer(rebasing: bytes[min(cursor.at, bytes.count)...])
    }

    /// The newest first, at most so many.
    func newest(_ most: Int) -> [HistoryItem] {
        guard let last else { return [] }
        var items = [last]
        items.reserveCapacity(min(count, most))
        var cursor = PackedCursor(rest)
        while items.count < min(count, most), !cursor.isPastEnd {
            items.append(HistoryItem(from: &cursor, before: items[items.count - 1]))
        }
        return items
    }

    /// The bytes with one record more, the newest; at least the `most` newest are kept.
    func packed(with item: HistoryItem, most: Int) -> [UInt8] {
        let mostBytes =
            PackedWriter.mostOfByte + 3 * PackedWriter.mostOfCount + 4 * HistoryItem.mostBytes
            + (changed?.name.utf8.count ?? 0) + rest.count
        return Array(unsafeUninitializedCapacity: mostBytes) { bytes, count in
            var writer = PackedWriter(UnsafeMutableRawBufferPointer(bytes))
            write(item, most: most, to: &writer)
            count = writer.at
        }
    }

    private func write(_ item: HistoryItem, most: Int, to writer: inout PackedWriter) {
        let isDropping = count >= most + PackedHistory.slack
        var flags: UInt8 = 0
        if let current { flags |= current == item ? Flag.currentIsLast : Flag.current }
        if changed != nil { flags |= Flag.changed }
        writer.byte(flags)
        writer.count(total + 1)
        writer.count(isDropping ? most : count + 1)
        item.pack(to: &writer, before: nil)
        if flags & Flag.current != 0 { current?.pack(to: &writer, before: nil) }
        if let changed {
            changed.item.pack(to: &writer, before: nil)
            writer.text(changed.name)
        }
        guard let last else { return }
        last.pack(to: &writer, before: item)
        guard isDropping else {
            writer.append(rest)
            return
        }
        var cursor = PackedCursor(rest)
        var before = last
        for _ in 0..<most - 2 { before = HistoryItem(from: &cursor, before: before) }
        writer.append(UnsafeRawBufferPointer(rebasing: rest[..<cursor.at]))
    }

    /// Whether these are bytes that `packed` makes.
    static func isWhole(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if bytes.isEmpty { return true }
        let history = PackedHistory(bytes)
        guard var before = history.last, history.count >= 1, history.total >= history.count,
            history.count - 1 <= history.rest.count
        else { return false }
        var cursor = PackedCursor(history.rest)
        for _ in 1..<history.count { before = HistoryItem(from: &cursor, before: before) }
        return cursor.isAtEnd && !cursor.isPastEnd
    }
}

extension HistoryItem {
    /// By the number in a packed one: its last three bits.
    private static let changes: [Change] = [
        .new, .revision, .duplicate, .withdrawal, .reinstatement, .late, .alias, .alias_removal,
    ]
    /// The partition is the next one's.
    private static let isNear: UInt8 = 1 << 3
    /// The revision is one below the next one's, or the same.
    private static let isBelow: UInt8 = 1 << 4
    private static let isSame: UInt8 = 1 << 5

    fileprivate static let mostBytes = PackedWriter.mostOfByte + 4 * PackedWriter.mostOfCount

    /// `next`: the record after it, if it is there.
    fileprivate func pack(to writer: inout PackedWriter, before next: HistoryItem?) {
        var head = UInt8(HistoryItem.changes.firstIndex(of: change) ?? 0)
        if let next {
            if next.position.partition == position.partition { head |= HistoryItem.isNear }
            if next.revision == revision { head |= HistoryItem.isSame }
            if next.revision == revision + 1 { head |= HistoryItem.isBelow }
        }
        writer.byte(head)
        if head & HistoryItem.isNear == 0 { writer.integer(Int64(position.partition)) }
        writer.integer((next?.position.offset ?? 0) &- position.offset)
        writer.integer((next?.position.timestamp ?? 0) &- position.timestamp)
        if head & (HistoryItem.isSame | HistoryItem.isBelow) == 0 { writer.count(revision) }
    }

    fileprivate init(from cursor: inout PackedCursor, before next: HistoryItem?) {
        let head = cursor.byte()
        let partition =
            head & HistoryItem.isNear != 0
            ? next?.position.partition ?? 0 : Int32(truncatingIfNeeded: cursor.integer())
        let offset = (next?.position.offset ?? 0) &- cursor.integer()
        let timestamp = (next?.position.timestamp ?? 0) &- cursor.integer()
        var revision = next?.revision ?? 0
        if head & HistoryItem.isBelow != 0 { revision &-= 1 }
        if head & (HistoryItem.isSame | HistoryItem.isBelow) == 0 { revision = cursor.count() }
        self.init(
            position: LogPosition(partition: partition, offset: offset, timestamp: timestamp),
            change: HistoryItem.changes[Int(head & 7)], revision: revision)
    }
}
