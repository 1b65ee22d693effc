// The writing side of the SQLite log, on its own thread: everything that waits goes into one transaction and is
// acknowledged after COMMIT (synchronous=FULL: the write-ahead log is on disk then). A failed transaction is rolled
// back and answered `.unavailable`; the next one reads the file's state again.

import Basics
import Telemetry
import Threads

final class SQLiteAppender {
    private let connection: SQLiteConnection
    /// Released when the writer's thread is done with the connection.
    private let lock: OwnerLock
    private let path: String
    private let headerSets: HeaderSets
    private var topics: [String: TopicTables] = [:]
    private let begin: SQLiteStatement
    private let commit: SQLiteStatement
    private let walPageLimit: Int
    private let bell: Bell
    private let registry: TopicRegistry
    private let metrics: LogMetrics
    /// Set by a failure: offsets and time stamps are read back before the next insert.
    private var endsUnknown = false
    /// Failed commits since the last good one: the first is logged, and the recovery.
    private var failuresInARow = 0
    private var checkpointFailed = false

    /// Takes a connection to a file that is a log, or to an empty one, which becomes a log.
    init(
        path: String, _ options: LogOptions, bell: Bell, registry: TopicRegistry, metrics: LogMetrics,
        lock: consuming OwnerLock
    ) throws(LogError) {
        self.lock = lock
        self.path = path
        self.bell = bell
        self.registry = registry
        self.metrics = metrics
        do {
            connection = try SQLiteConnection(
                path: path, readOnly: false, lockWaitMilliseconds: options.lockWaitMilliseconds)
        } catch {
            throw .unusable("cannot open \(path): \(error.message) (SQLite error \(error.code))")
        }
        let isLog = try LogSchema.isLog(connection, path: path)
        guard !connection.isReadOnly else { throw .unusable("\(path) can't be written: it or its folder is read-only") }
        do {
            try connection.execute(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8000; "
                    + "PRAGMA journal_size_limit=\(options.walBytes)")
            connection.watchWriteAheadLog()
            if !isLog { try LogSchema.create(connection) }
            if try LogSchema.identity(connection) == nil { try LogSchema.name(connection) }
            let pageSize = Int(try connection.integer("PRAGMA page_size") ?? 4096)
            walPageLimit = max(1, options.walBytes / pageSize)
            headerSets = try HeaderSets(connection)
            begin = try SQLiteStatement(connection, "BEGIN IMMEDIATE")
            commit = try SQLiteStatement(connection, "COMMIT")
            for (name, topic) in try LogSchema.topics(connection) {
                topics[name] = try TopicTables(connection, topic)
                registry.add(name, topic)
            }
        } catch {
            throw .unusable("cannot use \(path): \(error.message) (SQLite error \(error.code))")
        }
    }

    func carryOut(_ tasks: [WriterTask], _ intake: Intake) {
        var submissions: [PendingAppend] = []
        submissions.reserveCapacity(tasks.count)
        for task in tasks {
            switch task {
            case .append(let submission): submissions.append(submission)
            case .makeTopic(let name, let options, let reply): reply.give(makeTopic(name, options))
            }
        }
        guard !submissions.isEmpty else { return }
        let results = store(submissions)
        for (submission, result) in zip(submissions, results) {
            // Before the acks: whoever has one may rely on the room.
            intake.settle(records: submission.batch.count, bytes: submission.bytes)
            submission.onAck(Ack(ticket: submission.ticket, result: result))
        }
        // After the acks: only those who come next wait for this.
        checkpointIfLarge()
    }

    private func store(_ submissions: [PendingAppend]) -> [Result<[LogPosition], LogError>] {
        let begun = Clock.monotonic
        do throws(SQLiteFailure) {
            let positions = try inTransaction { () throws(SQLiteFailure) in
                if endsUnknown { try reloadEnds() }
                var positions: [[LogPosition]] = []
                positions.reserveCapacity(submissions.count)
                for submission in submissions { positions.append(try insert(submission)) }
                return positions
            }
            endsUnknown = false
            bell.ring()
            if failuresInARow > 0 { Log.info("log writes again", ["path": path, "failed_commits": failuresInARow]) }
            failuresInARow = 0
            metrics.commits.add()
            metrics.commitSeconds.record(seconds: Double(Clock.monotonic - begun) / 1e9)
            let count = submissions.reduce(0) { $0 + $1.batch.count }
            metrics.commitRecords.record(Double(count))
            metrics.records.add(count)
            metrics.bytes.add(submissions.reduce(0) { $0 + $1.batch.bytes.count })
            return positions.map { .success($0) }
        } catch {
            endsUnknown = true
            headerSets.forget()
            metrics.failures.add()
            failuresInARow += 1
            if failuresInARow == 1 {
                Log.error("log commit failed", ["path": path, "code": error.code, "message": error.message])
            }
            return submissions.map { _ in .failure(error.logError) }
        }
    }

    private func insert(_ submission: PendingAppend) throws(SQLiteFailure) -> [LogPosition] {
        guard let topic = topics[submission.topic] else { preconditionFailure("BUG: an append to a topic not made") }
        let batch = submission.batch
        let now = Clock.wallMicros
        let count = Int32(topic.partitions.count)
        let unkeyed = topic.turn.next(among: count)
        var headerRows: [Int64] = []
        for headers in batch.headerSets { headerRows.append(try headerSets.row(headers, connection)) }
        var positions: [LogPosition] = []
        positions.reserveCapacity(batch.count)
        try batch.bytes.withRawBytes { (bytes) throws(SQLiteFailure) in
            for entry in batch.entries {
                let partition =
                    entry.key.isEmpty ? unkeyed : Partitioner.partition(of: batch.bytes[entry.key], among: count)
                positions.append(
                    try topic.partitions[Int(partition)].append(
                        key: entry.key, value: entry.value, of: bytes, headers: headerRows[entry.headers], now: now))
            }
        }
        return positions
    }

    private func makeTopic(_ name: String, _ options: TopicOptions) -> LogError? {
        guard topics[name] == nil else { return nil }
        do throws(SQLiteFailure) {
            let topic = try inTransaction { () throws(SQLiteFailure) in
                try LogSchema.createTopic(connection, name, partitions: options.partitions)
            }
            topics[name] = try TopicTables(connection, topic)
            registry.add(name, topic)
            return nil
        } catch {
            Log.error("topic not made", ["path": path, "topic": name, "message": error.message])
            return error.logError
        }
    }

    private func inTransaction<Result>(
        _ body: () throws(SQLiteFailure) -> Result
    ) throws(SQLiteFailure) -> Result {
        do throws(SQLiteFailure) {
            _ = try begin.step()
            begin.reset()
            let result = try body()
            _ = try commit.step()
            commit.reset()
            return result
        } catch {
            // SQLite rolls back by itself after some errors (full disk, I/O), not after others.
            if connection.isInTransaction { try? connection.execute("ROLLBACK") }
            throw error
        }
    }

    private func reloadEnds() throws(SQLiteFailure) {
        for topic in topics.values {
            for partition in topic.partitions { try partition.reload() }
        }
    }

    private func checkpointIfLarge() {
        let pages = connection.pagesInWriteAheadLog
        guard pages > walPageLimit else { return }
        do throws(SQLiteFailure) {
            // A reader in mid-poll pins the start of the write-ahead log. Usually it is gone at the next turn; once
            // that log has grown to four times its limit, wait for the readers.
            try connection.checkpoint(reset: pages > 4 * walPageLimit)
            checkpointFailed = false
        } catch {
            // Nothing is lost: the records are in the write-ahead log, and the next commit tries again.
            if !checkpointFailed { Log.warning("log checkpoint failed", ["path": path, "message": error.message]) }
            checkpointFailed = true
        }
    }
}
