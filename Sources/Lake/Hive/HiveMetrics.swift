// The metastore's numbers for /metrics.

import Telemetry

package final class HiveMetrics: Sendable {
    let added: Counter
    let failures: Counter
    let trouble: Gauge
    let waiting: Gauge

    package init(_ metrics: Metrics = .shared) {
        added = metrics.counter(
            "planetarium_hive_partitions_total",
            "Partitions given to the Hive metastore (it may have had some already).")
        failures = metrics.counter(
            "planetarium_hive_failures_total", "Attempts to bring the Hive metastore up to date that failed.")
        trouble = metrics.gauge(
            "planetarium_hive_trouble",
            "0 when the Hive metastore has all tables and partitions; 1 while it is away or has a table that is not ours."
        )
        waiting = metrics.gauge("planetarium_hive_waiting", "Partitions that wait for the Hive metastore.")
    }
}
