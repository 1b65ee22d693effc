// Counters, gauges and histograms, and the Prometheus text format (version 0.0.4) of all of them.
// Names follow the Prometheus conventions: planetarium_ prefix, base units, _total for counters.

import Synchronization

/// A number that only rises. Cheap enough for the data path (one relaxed atomic add).
package final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    package func add(_ n: Int = 1) { count.wrappingAdd(n, ordering: .relaxed) }
    package var value: Int { count.load(ordering: .relaxed) }
}

/// A number that is set.
package final class Gauge: Sendable {
    private let bits = Atomic<UInt64>(0)
    package func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}

/// How many values fell into each of some fixed buckets: durations in seconds, or values with bounds of their own.
package final class Histogram: Sendable {
    /// For durations: 50 microseconds to 10 s.
    package static let bounds: [Double] = [
        0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    private struct Tally: Sendable {
        var buckets: [Int]
        var sum = 0.0
    }
    private let tally: Mutex<Tally>
    /// Upper bounds of the buckets, ascending; one more bucket takes what lies above.
    let bounds: [Double]

    init(bounds: [Double]) {
        self.bounds = bounds
        tally = Mutex(Tally(buckets: Array(repeating: 0, count: bounds.count + 1)))
    }

    package func record(seconds: Double) { record(seconds) }

    package func record(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        tally.withLock {
            $0.buckets[bucket] += 1
            $0.sum += value
        }
    }

    var snapshot: (buckets: [Int], sum: Double) { tally.withLock { ($0.buckets, $0.sum) } }
}

/// The process's metrics by name. Registering the same name and labels again returns the same object.
package final class Metrics: Sendable {
    package static let shared = Metrics()

    private enum Instrument: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)
        /// Read when scraped.
        case read(@Sendable () -> Double)

        var type: String {
            switch self {
            case .counter: "counter"
            case .gauge, .read: "gauge"
            case .histogram: "histogram"
            }
        }
    }
    private struct Family: Sendable {
        var help: String
        var members: [(labels: String, instrument: Instrument)] = []
    }
    private let families = Mutex<[String: Family]>([:])

    package init() {}

    package func counter(_ name: String, _ help: String, labels: KeyValuePairs<String, String> = [:]) -> Counter {
        let made = register(name, help, labels) { .counter(Counter()) }
        guard case .counter(let counter) = made else { preconditionFailure("BUG: \(name) is not a counter") }
        return counter
    }

    package func gauge(_ name: String, _ help: String, labels: KeyValuePairs<String, String> = [:]) -> Gauge {
        let made = register(name, help, labels) { .gauge(Gauge()) }
        guard case .gauge(let gauge) = made else { preconditionFailure("BUG: \(name) is not a gauge") }
        return gauge
    }

    /// `bounds` are the first registration's.
    package func histogram(
        _ name: String, _ help: String, labels: KeyValuePairs<String, String> = [:], bounds: [Double] = Histogram.bounds
    ) -> Histogram {
        let made = register(name, help, labels) { .histogram(Histogram(bounds: bounds)) }
        guard case .histogram(let histogram) = made else { preconditionFailure("BUG: \(name) is not a histogram") }
        return histogram
    }

    /// A gauge whose value is read at every scrape.
    package func read(
        _ name: String, _ help: String, labels: KeyValuePairs<String, String> = [:],
        _ value: @escaping @Sendable () -> Double
    ) {
        _ = register(name, help, labels) { .read(value) }
    }

    private func register(
        _ name: String, _ help: String, _ labels: KeyValuePairs<String, String>, _ make: () -> Instrument
    ) -> Instrument {
        let text = labels.map { "\($0.key)=\"\(Metrics.escaped($0.value))\"" }.joined(separator: ",")
        return families.withLock { families in
            var family = families[name] ?? Family(help: help)
            if let known = family.members.first(where: { $0.labels == text }) { return known.instrument }
            let instrument = make()
            family.members.append((text, instrument))
            families[name] = family
            return instrument
        }
    }

    /// Everything, in the Prometheus text format.
    package func prometheusText() -> String {
        var out = ""
        for (name, family) in families.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            guard let first = family.members.first else { continue }
            out += "# HELP \(name) \(family.help)\n# TYPE \(name) \(first.instrument.type)\n"
            for (labels, instrument) in family.members {
                let braced = labels.isEmpty ? "" : "{\(labels)}"
                switch instrument {
                case .counter(let counter): out += "\(name)\(braced) \(counter.value)\n"
                case .gauge(let gauge): out += "\(name)\(braced) \(gauge.value)\n"
                case .read(let value): out += "\(name)\(braced) \(value())\n"
                case .histogram(let histogram):
                    let (buckets, sum) = histogram.snapshot
                    let prefix = labels.isEmpty ? "" : labels + ","
                    var below = 0
                    for (bound, count) in zip(histogram.bounds.map { "\($0)" } + ["+Inf"], buckets) {
                        below += count
                        out += "\(name)_bucket{\(prefix)le=\"\(bound)\"} \(below)\n"
                    }
                    out += "\(name)_sum\(braced) \(sum)\n\(name)_count\(braced) \(below)\n"
                }
            }
        }
        return out
    }

    private static func escaped(_ label: String) -> String {
        var out = ""
        for character in label {
            switch character {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n": out += "\\n"
            default: out.append(character)
            }
        }
        return out
    }
}
