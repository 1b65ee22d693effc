// A reader's view of topics in memory. One that has fallen behind what is kept goes on at the oldest record.

final class MemorySource: TailSource {
    private let store: MemoryStore
    private var cursors: [MemoryCursor] = []
    private var turn = 0

    /// `topics` are the reader's names; those unknown to `store` are left to other sources.
    init(_ store: MemoryStore, topics: [String], from start: StartPosition) {
        self.store = store
        for (index, name) in topics.enumerated() {
            for bounds in store.bounds(of: name) ?? [] {
                let next = start == .earliest ? bounds.first : bounds.next
                cursors.append(
                    MemoryCursor(name: name, topic: UInt8(index), partition: bounds.partition, next: next))
            }
        }
    }

    var isEmpty: Bool { cursors.isEmpty }

    var partitions: [(topic: Int, partition: Int32)] {
        cursors.map { (topic: Int($0.topic), partition: $0.partition) }
    }

    func collect(into batch: inout RecordBatch, _ room: inout Room) {
        // Start with another partition each time, so that none starves.
        turn = (turn + 1) % cursors.count
        let rotated = Array(cursors[turn...] + cursors[..<turn])
        let moved: [MemoryCursor]
        (moved, batch, room) = store.collect(rotated, into: batch, room)
        let back = cursors.count - turn
        cursors = Array(moved[back...] + moved[..<back])
    }

    func changedElsewhere() -> Bool { false }

    func seek(topic: Int, partition: Int32, offset: Int64) throws(LogError) -> Bool {
        guard let i = cursors.firstIndex(where: { Int($0.topic) == topic && $0.partition == partition }) else {
            return false
        }
        guard let bounds = store.bounds(of: cursors[i].name)?.first(where: { $0.partition == partition }),
            offset >= 0 && offset <= bounds.next
        else {
            throw .offsetOutOfRange(first: store.bounds(of: cursors[i].name)?[Int(partition)].first ?? 0)
        }
        cursors[i].next = offset
        return true
    }

    func close() {}
}
