// The lake's numbers for /metrics.

import Telemetry

package final class LakeMetrics: Sendable {
    private let metrics: Metrics
    let commitSeconds: Histogram
    let failures: Counter
    let notCompacted: Counter
    private let compactions: Counter
    private let compactedFiles: Counter
    private let compactedBytes: Counter

    package init(_ metrics: Metrics = .shared) {
        self.metrics = metrics
        commitSeconds = metrics.histogram(
            "planetarium_lake_commit_seconds", "Time from the end of a roll to its rename.")
        failures = metrics.counter("planetarium_lake_failures_total", "Calls to the lake's store that failed.")
        notCompacted = metrics.counter(
            "planetarium_lake_not_compacted_total",
            "Compactions given up: a file can't be read or has changed, or a folder is on another file system.")
        compactions = metrics.counter(
            "planetarium_lake_compactions_total", "Compactions of a partition's day that are in place.")
        compactedFiles = metrics.counter(
            "planetarium_lake_compacted_files_total", "Files that compactions have replaced.")
        compactedBytes = metrics.counter(
            "planetarium_lake_compacted_bytes_total", "Bytes of the files that compactions have made.")
    }

    /// For what is not the writer's own call. That another process holds a lock is no failure of the store.
    package func noteFailure(_ error: LakeError) {
        if case .locked = error { return }
        failures.add()
    }

    func committed(table: String, rows: Int, bytes: Int64) {
        metrics.counter("planetarium_lake_files_total", "Files committed to the lake.", labels: ["table": table]).add()
        metrics.counter("planetarium_lake_rows_total", "Rows committed to the lake.", labels: ["table": table]).add(
            rows)
        metrics.counter("planetarium_lake_bytes_total", "Bytes committed to the lake.", labels: ["table": table]).add(
            Int(bytes))
    }

    func compacted(files: Int, into: Int, bytes: Int64) {
        compactions.add()
        compactedFiles.add(files)
        compactedBytes.add(Int(bytes))
    }

    func expired(table: String, files: Int, bytes: Int64) {
        metrics.counter(
            "planetarium_lake_expired_files_total", "Files gone by their age.", labels: ["table": table]
        ).add(files)
        metrics.counter(
            "planetarium_lake_expired_bytes_total", "Bytes of files gone by their age.", labels: ["table": table]
        ).add(Int(bytes))
    }
}
