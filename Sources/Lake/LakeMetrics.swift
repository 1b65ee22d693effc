// The lake's numbers for /metrics.

import Telemetry

package final class LakeMetrics: Sendable {
    private let metrics: Metrics
    let commitSeconds: Histogram
    let failures: Counter

    package init(_ metrics: Metrics = .shared) {
        self.metrics = metrics
        commitSeconds = metrics.histogram(
            "planetarium_lake_commit_seconds", "Time from the end of a roll to its rename.")
        failures = metrics.counter("planetarium_lake_failures_total", "Calls to the lake's store that failed.")
    }

    func committed(table: String, rows: Int, bytes: Int64) {
        metrics.counter("planetarium_lake_files_total", "Files committed to the lake.", labels: ["table": table]).add()
        metrics.counter("planetarium_lake_rows_total", "Rows committed to the lake.", labels: ["table": table]).add(
            rows)
        metrics.counter("planetarium_lake_bytes_total", "Bytes committed to the lake.", labels: ["table": table]).add(
            Int(bytes))
    }
}
