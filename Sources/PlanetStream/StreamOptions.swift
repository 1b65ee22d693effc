// What the stream is told when it starts, and what it tells of itself.
// Not the settings' names and defaults for people (the executable's).

import Lake

package struct StreamOptions: Sendable {
    package var discoveriesTopic = "planet-discoveries"
    package var rejectedTopic = "planet-rejected"
    package var liveTopic = "planet-live"
    /// When an open roll becomes files.
    package var roll = RollPolicy()
    /// Topics that are missing are made with so many partitions.
    package var partitions: Int32 = 1
    /// What the embedded log keeps of the live topic: some snapshots, and the deltas between them.
    package var liveBytes = 32 << 20
    /// Records read from the log at once.
    package var pollRecords = 1024
    package var pollBytes = 4 << 20
    /// Batches that may wait for the lake; then the engine stops reading.
    package var lakeQueue = 8
    /// Nanoseconds before the engine starts anew after the lake or the log failed for good.
    package var restartPause: UInt64 = 2_000_000_000

    package init() {}
}

package struct StreamStatus: Sendable, Equatable {
    /// True once everything was read that the log held at the start.
    package var isCaughtUp = false
    /// Records in the log that haven't been read yet.
    package var lag: Int64 = 0
    /// Records read since the engine started.
    package var records: Int64 = 0
    /// Planets in the catalogue.
    package var planets = 0
    /// Of the running engine; empty before the first.
    package var epoch = ""
    /// Nil while all is well.
    package var trouble: String?
    /// Ready to serve: the past is read, and nothing is wrong.
    package var isReady: Bool { isCaughtUp && trouble == nil }
}
