// What a log counts: planetarium_log_* with the backend as label.
// Two logs of one backend in one process share the numbers.

import Telemetry

struct LogMetrics: Sendable {
    let records: Counter
    let bytes: Counter
    let commits: Counter
    let commitSeconds: Histogram
    let commitRecords: Histogram
    let refusedBusy: Counter
    let refusedTooLarge: Counter
    let failures: Counter
    let waitingRecords: Gauge
    let waitingBytes: Gauge

    init(backend: String) {
        let metrics = Metrics.shared
        let refused = "Batches the log refused, by reason."
        records = metrics.counter(
            "planetarium_log_appended_records_total", "Records appended and acknowledged.", labels: ["backend": backend]
        )
        bytes = metrics.counter(
            "planetarium_log_appended_bytes_total", "Bytes of keys and values appended and acknowledged.",
            labels: ["backend": backend])
        commits = metrics.counter(
            "planetarium_log_commits_total", "Commits: groups of batches made durable together.",
            labels: ["backend": backend])
        commitSeconds = metrics.histogram(
            "planetarium_log_commit_seconds", "Duration of a commit, inserts and sync.", labels: ["backend": backend])
        commitRecords = metrics.histogram(
            "planetarium_log_commit_records", "Records in one commit.", labels: ["backend": backend],
            bounds: [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144])
        refusedBusy = metrics.counter(
            "planetarium_log_refused_total", refused, labels: ["backend": backend, "reason": "busy"])
        refusedTooLarge = metrics.counter(
            "planetarium_log_refused_total", refused, labels: ["backend": backend, "reason": "too_large"])
        failures = metrics.counter(
            "planetarium_log_failures_total", "Commits that failed; their batches were answered unavailable.",
            labels: ["backend": backend])
        waitingRecords = metrics.gauge(
            "planetarium_log_waiting_records", "Records taken and not yet acknowledged.", labels: ["backend": backend])
        waitingBytes = metrics.gauge(
            "planetarium_log_waiting_bytes", "Bytes taken and not yet acknowledged.", labels: ["backend": backend])
    }
}
