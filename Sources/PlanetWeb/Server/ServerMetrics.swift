// The server's numbers for /metrics: requests by status class, time to reply, bytes, viewers.

import Telemetry

struct ServerMetrics: Sendable {
    private let classes: [Counter]
    let duration: Histogram
    let received: Counter
    let sent: Counter

    init(_ metrics: Metrics) {
        classes = (1...5).map {
            metrics.counter("planetarium_http_requests_total", "Requests answered.", labels: ["class": "\($0)xx"])
        }
        duration = metrics.histogram(
            "planetarium_http_request_duration_seconds", "From a whole request to its reply being queued.")
        received = metrics.counter("planetarium_http_received_bytes_total", "Bytes received on closed connections.")
        sent = metrics.counter("planetarium_http_sent_bytes_total", "Bytes sent on closed connections.")
    }

    func requests(_ status: Int) -> Counter { classes[min(max(status / 100, 1), 5) - 1] }
}
