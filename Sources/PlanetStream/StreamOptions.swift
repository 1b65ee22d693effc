// The stream's options and its status. The executable has the settings' names and defaults for people.

import EventLog
import Lake
import PlanetCore

package struct StreamOptions: Sendable {
    package var topics = TopicNames()
    /// The consumer group whose members share the partitions. Nil: this process alone reads all of them.
    package var group: String?
    /// When an open roll is written as files.
    package var roll = RollPolicy()
    /// When checkpoints are written. Nil: never; an existing one is still read.
    package var checkpoint: CheckpointPolicy? = CheckpointPolicy()
    /// Merging of small files and retention, by the lake's thread while it is idle; nil: neither. Only if this process
    /// has the whole lake: group members leave it to `planetarium compact`.
    package var compaction: CompactionOptions?
    /// Partitions, copies and so on of topics that have to be made.
    package var partitions: Int32 = 1
    package var replication: Int32?
    /// Copies that must have a record before it is acknowledged; nil: the cluster's default.
    package var minInsyncReplicas: Int32?
    /// For discoveries, rejects and dead letters; nil: for ever.
    package var retentionMilliseconds: Int64?
    /// Discoveries: only the newest record of each planet needs to stay.
    package var isCompacted = false
    /// How much the embedded log keeps of the live topic: some snapshots, and the deltas between them.
    package var liveBytes = 32 << 20
    /// Records read from the log at once.
    package var pollRecords = 1024
    package var pollBytes = 4 << 20
    /// The most batches that may wait for the lake; then the engine stops reading.
    package var lakeQueue = 8
    /// Nanoseconds before the engine restarts after the lake or the log failed for good.
    package var restartPause: UInt64 = 2_000_000_000
    /// Pause between two publications of a partition's state to other stream processes.
    package var stateSpacing: UInt64 = 250_000_000
    /// Called on the lake's thread with every committed roll: it must not wait for anything.
    package var onCommit: (@Sendable (LakeRoll) -> Void)?

    /// What the web's door of this process has decoded.
    package var decoded: DecodedRecords?
    /// What was found against the log; shared with the web if one process has both.
    package var mismatch = LogMismatch()

    package init() {}
}

package struct StreamStatus: Sendable, Equatable {
    /// True once everything was read that the log held at the start.
    package var isCaughtUp = false
    /// Records in the log that haven't been read yet.
    package var lag: Int64 = 0
    /// Those of them that can't be read yet: a producer's transaction before them is still open.
    package var held: Int64 = 0
    /// Records that this process has read since the engine started.
    package var records: Int64 = 0
    /// Records of the discoveries that the figures of its partitions count, whoever read them and when.
    package var counted = 0
    /// Planets in the catalogue.
    package var planets = 0
    /// Of the published frames; empty before the first, and while another process publishes.
    package var epoch = ""
    /// This process's partitions, "TOPIC/PARTITION".
    package var partitions: [String] = []
    /// Nil while all is well.
    package var trouble: String?
    /// Ready to serve: the past is read, and nothing is wrong.
    package var isReady: Bool { isCaughtUp && trouble == nil }
}

extension StreamOptions {
    /// Every topic needed, and the options to make it with. The web needs the first three.
    package var wantedTopics: [(name: String, options: TopicOptions)] {
        var stored = TopicOptions(replication: replication, minInsyncReplicas: minInsyncReplicas)
        var state = stored
        var live = stored
        stored.retentionMilliseconds = retentionMilliseconds
        state.isCompacted = true
        // Every process reads the whole topic at its start.
        state.segmentBytes = 16 << 20
        live.durability = .volatile(bytes: liveBytes)
        var submitted = stored
        submitted.partitions = partitions
        var discoveries = submitted
        discoveries.isCompacted = isCompacted
        let wanted = [
            (topics.discoveries, discoveries), (topics.rejected, submitted), (topics.live, live),
            (topics.deadLetters, stored),
        ]
        // One partition: its order determines the order of claims.
        return group == nil ? wanted : wanted + [(topics.state, state)]
    }
}
