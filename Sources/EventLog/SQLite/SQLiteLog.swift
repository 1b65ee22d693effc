// The embedded log: one SQLite file for durable topics, a MemoryLog for volatile ones. One process writes; any number
// may read (LogOptions.Access.readOnly). No retention: durable topics keep everything.

import Basics
import Glibc
import Telemetry
import Threads

package final class SQLiteLog: EventLog {
    private let path: String
    private let options: LogOptions
    private let bell = Bell()
    private let registry = TopicRegistry()
    private let memory: MemoryLog
    /// Nil in a log opened read-only.
    private let queue: QueuedWriter?
    /// For `bounds` and `fetch`, which any thread may call.
    private let rows: Guarded<RecordRows>

    /// Opens the file; makes it and its folder if they are missing. Throws `.unusable` for a file that is not a log of
    /// this version, and for one that another process writes.
    package init(path: String, _ options: LogOptions = LogOptions()) throws(LogError) {
        guard !path.hasPrefix(":") else { throw .unusable("\(path) is not a file; use memory: for a log in memory") }
        self.options = options
        memory = MemoryLog(options, bell: bell)
        switch options.access {
        case .readWrite:
            try SQLiteLog.makeFolder(of: path)
            let path = SQLiteLog.resolved(path)
            self.path = path
            let metrics = LogMetrics(backend: "sqlite")
            let lock = try OwnerLock(path: path + ".lock")
            let appender = try SQLiteAppender(
                path: path, options, bell: bell, registry: registry, metrics: metrics, lock: lock)
            queue = QueuedWriter(
                thread: "log-sqlite", options, metrics, knows: { [registry] in registry[$0] != nil },
                work: { intake, tasks in appender.carryOut(tasks, intake) })
        case .readOnly:
            guard access(path, F_OK) == 0 else { throw .unusable("there is no log at \(path)") }
            self.path = SQLiteLog.resolved(path)
            queue = nil
            try SQLiteLog.check(self.path, options)
        }
        do throws(SQLiteFailure) {
            rows = Guarded(try RecordRows(path: self.path, options))
        } catch {
            throw .unusable("cannot read \(path): \(error.message) (SQLite error \(error.code))")
        }
        if queue == nil { try refreshTopics() }
    }

    deinit { close() }

    package func ensureTopic(_ name: String, _ options: TopicOptions) throws(LogError) {
        if try exists(name) { return }
        switch options.durability {
        case .volatile:
            try memory.ensureTopic(name, options)
        case .durable:
            guard let queue else { throw .unusable("\(path) was opened for reading only; it has no topic \(name)") }
            guard options.partitions > 0 else { throw .unusable("topic \(name): \(options.partitions) partitions") }
            try queue.intake.makeTopic(name, options)
        }
    }

    package func writer() throws(LogError) -> any LogWriter {
        guard let queue else { throw .unusable("\(path) was opened for reading only") }
        return SQLiteLogWriter(durable: queue, volatile: try memory.writer(), store: memory.store)
    }

    package func reader(topics: [String], from: StartPosition, group: String?) throws(LogError) -> any LogReader {
        guard !topics.isEmpty else { throw .unknownTopic("") }
        var durable: [(index: Int, name: String, topic: LogSchema.Topic)] = []
        for (index, name) in topics.enumerated() {
            guard try exists(name) else { throw .unknownTopic(name) }
            if let topic = registry[name] { durable.append((index, name, topic)) }
        }
        var sources: [any TailSource] = []
        if !durable.isEmpty {
            let rows: RecordRows
            do throws(SQLiteFailure) { rows = try RecordRows(path: path, options) } catch { throw error.logError }
            sources.append(try SQLiteSource(rows, topics: durable, from: from))
        }
        let inMemory = MemorySource(memory.store, topics: topics, from: from)
        if !inMemory.isEmpty { sources.append(inMemory) }
        return TailReader(
            topics: topics, sources: sources, bell: bell,
            lookInterval: durable.isEmpty ? .max : UInt64(options.sqliteLookMilliseconds) * 1_000_000)
    }

    package func identity(of topic: String) throws(LogError) -> String {
        guard try exists(topic) else { throw .unknownTopic(topic) }
        guard registry[topic] != nil else { return try memory.identity(of: topic) }
        guard let name = try rows.withLock({ (rows) throws(LogError) in try rows.identity() }) else {
            throw .unusable("\(path) has no identity yet: it gets one when an up-to-date server opens it")
        }
        return "sqlite:\(name)/\(topic)"
    }

    package func bounds(of topic: String) throws(LogError) -> [PartitionBounds] {
        guard try exists(topic) else { throw .unknownTopic(topic) }
        guard let known = registry[topic] else { return try memory.bounds(of: topic) }
        return try rows.withLock { (rows) throws(LogError) in
            var all: [PartitionBounds] = []
            for partition in 0..<known.partitions { all.append(try rows.bounds(topic: known.id, partition: partition)) }
            return all
        }
    }

    package func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch {
        guard try exists(topic) else { throw .unknownTopic(topic) }
        guard let known = registry[topic] else {
            return try memory.fetch(topic: topic, partition: partition, offsets: offsets)
        }
        guard partition >= 0 && partition < known.partitions else {
            throw .unknownTopic("\(topic), partition \(partition)")
        }
        return try rows.withLock { (rows) throws(LogError) in
            var batch = RecordBatch()
            for offset in offsets { try rows.readOne(topic: known, partition: partition, offset: offset, into: &batch) }
            return batch
        }
    }

    package func probe() throws(LogError) {
        guard queue != nil else { return }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        guard let failure = WriteProbe.failure(in: folder.isEmpty ? "/" : folder) else { return }
        throw .unavailable("cannot write to \(folder): \(String(cString: strerror(failure)))")
    }

    package func close() {
        queue?.close()
        memory.close()
        bell.close()
    }

    private func exists(_ topic: String) throws(LogError) -> Bool {
        if registry[topic] != nil || memory.store.has(topic) { return true }
        guard queue == nil else { return false }
        // The writing process may have made it meanwhile.
        try refreshTopics()
        return registry[topic] != nil
    }

    private func refreshTopics() throws(LogError) {
        registry.add(try rows.withLock { (rows) throws(LogError) in try rows.topics() })
    }

    private static func check(_ path: String, _ options: LogOptions) throws(LogError) {
        let connection: SQLiteConnection
        do throws(SQLiteFailure) {
            connection = try SQLiteConnection(
                path: path, readOnly: true, lockWaitMilliseconds: options.lockWaitMilliseconds)
        } catch {
            throw .unusable("cannot open \(path): \(error.message) (SQLite error \(error.code))")
        }
        guard try LogSchema.isLog(connection, path: path) else { throw .unusable("\(path) is empty, not a log") }
    }

    /// The path with symbolic links resolved: two names of one file must share one lock.
    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private static func makeFolder(of path: String) throws(LogError) {
        var folder = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/").dropLast() {
            folder += part + "/"
            guard mkdir(folder, 0o755) != 0, errno != EEXIST else { continue }
            throw .unusable("cannot make the folder \(folder): \(String(cString: strerror(errno)))")
        }
    }
}

/// Sends each batch to the file's writer or to the memory log's, by topic.
private final class SQLiteLogWriter: LogWriter {
    private let durable: QueuedWriter
    private let volatile: any LogWriter
    private let store: MemoryStore

    init(durable: QueuedWriter, volatile: any LogWriter, store: MemoryStore) {
        self.durable = durable
        self.volatile = volatile
        self.store = store
    }

    func append(
        _ batch: RecordBatch, topic: String, ticket: UInt64, onAck: @escaping @Sendable (Ack) -> Void
    ) throws(LogError) {
        let writer: any LogWriter = store.has(topic) ? volatile : durable
        try writer.append(batch, topic: topic, ticket: ticket, onAck: onAck)
    }

    func close() {
        durable.close()
        volatile.close()
    }
}
