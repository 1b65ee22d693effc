// A reader's view of topics in the file: a cursor for each partition, over a connection of its own.

final class SQLiteSource: TailSource {
    private struct Cursor {
        var name: String
        var topic: LogSchema.Topic
        /// Index into the reader's topics.
        var index: Int
        var partition: Int32
        var next: Int64
    }
    /// Nil when closed.
    private var rows: RecordRows?
    private var cursors: [Cursor] = []
    private var turn = 0
    private var version: Int64 = 0

    /// `topics` carries each one's index in the reader.
    init(
        _ rows: RecordRows, topics: [(index: Int, name: String, topic: LogSchema.Topic)], from start: StartPosition
    ) throws(LogError) {
        self.rows = rows
        for (index, name, topic) in topics {
            for partition in 0..<topic.partitions {
                let bounds = try rows.bounds(topic: topic.id, partition: partition)
                cursors.append(
                    Cursor(
                        name: name, topic: topic, index: index, partition: partition,
                        next: start == .earliest ? bounds.first : bounds.next))
            }
        }
    }

    var partitions: [(topic: Int, partition: Int32)] {
        cursors.map { (topic: $0.index, partition: $0.partition) }
    }

    func collect(into batch: inout RecordBatch, _ room: inout Room) throws(LogError) {
        guard let rows else { throw .closed }
        // Start with another partition each time, so that none starves.
        turn = (turn + 1) % cursors.count
        for i in cursors.indices {
            guard room.records > 0 else { return }
            let at = (turn + i) % cursors.count
            cursors[at].next = try rows.read(
                topic: cursors[at].topic, as: UInt8(cursors[at].index), partition: cursors[at].partition,
                from: cursors[at].next, limit: room.records, into: &batch, &room)
        }
    }

    func changedElsewhere() throws(LogError) -> Bool {
        guard let rows else { throw .closed }
        let now = try rows.version()
        defer { version = now }
        return now != version
    }

    func seek(topic: Int, partition: Int32, offset: Int64) throws(LogError) -> Bool {
        guard let rows else { throw .closed }
        guard let at = cursors.firstIndex(where: { $0.index == topic && $0.partition == partition }) else {
            return false
        }
        let bounds = try rows.bounds(topic: cursors[at].topic.id, partition: partition)
        guard offset >= bounds.first && offset <= bounds.next else { throw .offsetOutOfRange(first: bounds.first) }
        cursors[at].next = offset
        return true
    }

    func close() {
        rows = nil
    }
}
