// The lake's housekeeping: completes an interrupted compaction at the start; merges and removes old files in idle
// moments of the lake's thread, or all at once for `planetarium compact`. Lake/Compaction does the work.

import Lake
import Telemetry
import Threads

final class LakeUpkeep {
    /// Tables whose files are rolls; a partition's is the first with files in it.
    static let primaries = [LakeTables.discoveries.name, LakeTables.rejected.name]
    /// How much of an idle moment to use.
    private static let budget: UInt64 = 20_000_000
    /// The pause after an error.
    private static let pause: UInt64 = 30_000_000_000

    private let compactor: LakeCompactor
    private var notBefore: UInt64 = 0
    private(set) var isBusy = false

    init(_ compactor: LakeCompactor) { self.compactor = compactor }

    /// Does a slice of work. Errors are logged and retried; they never stop the stream.
    func step(_ writers: [LakeWriter]) {
        guard Clock.monotonic >= notBefore else { return }
        do throws(LakeError) {
            let progress = try compactor.step(
                budget: Self.budget, openDays: Set(writers.flatMap(\.openDays)),
                manifest: { topic, partition in
                    writers.first { $0.topic == topic && $0.partition == partition }?.manifest
                })
            switch progress {
            case .working, .merged: isBusy = true
            case .idle, .waiting: isBusy = false
            }
        } catch {
            isBusy = false
            notBefore = Clock.monotonic + Self.pause
            Log.warning("compaction interrupted", ["error": error])
        }
    }

    func end() { compactor.abandon() }

    // MARK: At a start

    /// The lake's identity, and the rest of an interrupted compaction. Members of a group come one after the other; the
    /// first mends, before any of them writes. `log`: the log's identity.
    static func prepare(
        _ store: any FileStore, _ lake: LakeAddress, _ options: StreamOptions, log: String?
    ) throws(LakeError) {
        func prepare() throws(LakeError) {
            _ = try LakeIdentity.open(store, log: log, topics: options.topics.stored)
            try CompactionSwitch.mend(store)
        }
        if options.group == nil { return try prepare() }
        let end = Clock.monotonic + 20_000_000_000
        while true {
            do throws(LakeError) {
                let lock = try lake.lock(.partition(topic: "_compaction", 0))
                try prepare()
                withExtendedLifetime(lock) {}
                return
            } catch {
                guard case .locked = error, Clock.monotonic < end else { throw error }
                Clock.pause(20_000_000)
            }
        }
    }
}

/// `planetarium compact`: all the work there is, by the only process that has the lake.
package enum LakeCompaction {
    package struct Summary: Sendable {
        package var compactions = 0
        package var filesBefore = 0
        package var filesAfter = 0
        package var adopted = 0
    }

    /// Throws `.locked`, naming the owner, while a stream runs. `said` is called with a line for each step.
    package static func run(
        _ lake: LakeAddress, _ options: CompactionOptions, said: (String) -> Void
    ) throws(LakeError) -> Summary {
        let store = try lake.open()
        let lock = try lake.lock(.lake)
        defer { withExtendedLifetime(lock) {} }
        if try CompactionSwitch.mend(store) > 0 { said("an interrupted compaction was ended") }
        var summary = Summary()
        for topic in try Set(LakeIndex(store).partitions.map(\.topic)).sorted() {
            let isDiscoveries = try hasDiscoveries(store, topic)
            let recovery = try LakeRecovery(
                store, topic: topic, primary: LakeSink.primary(isDiscoveries ? .discoveries : .rejected).name,
                sides: LakeSink.sides(isDiscoveries ? .discoveries : .rejected).map(\.name))
            summary.adopted += recovery.adopted
        }
        let compactor = LakeCompactor(store, primaries: LakeUpkeep.primaries, options: options)
        while true {
            switch try compactor.step(budget: 1_000_000_000) {
            case .merged(let job, let files, let into, let bytes):
                summary.compactions += 1
                summary.filesBefore += files
                summary.filesAfter += into
                said("\(job): \(files) files made \(into), \(bytes) bytes")
            case .working: break
            case .idle: return summary
            case .waiting(let until):
                Clock.pause(until - min(until, Clock.monotonic))
                try compactor.removeReplaced(isLast: true)
                return summary
            }
        }
    }

    private static func hasDiscoveries(_ store: any FileStore, _ topic: String) throws(LakeError) -> Bool {
        let index = try LakeIndex(store)
        return index.partitions.contains {
            $0.topic == topic
                && !index.files(of: LakeTables.discoveries.name, topic: topic, partition: $0.partition).isEmpty
        }
    }
}
