import Testing

@testable import Telemetry

@Suite struct RareWarningTests {
    @Test func oneLineAMinute() {
        let warning = RareWarning("test", every: 60)
        #expect(warning.note(at: 100, "a"))
        #expect(!warning.note(at: 100, "b") && !warning.note(at: 159, "c"))
        #expect(warning.note(at: 160, "d") && !warning.note(at: 161, "e"))
    }
}

@Suite struct LogTests {
    @Test(arguments: [
        ("plain", "plain"), ("", "\"\""), ("two words", "\"two words\""), ("a=\"b\"\n", "\"a=\\\"b\\\"\\n\""),
        ("\u{1b}]0;x\u{7}", "\"\\u{1b}]0;x\\u{7}\""), ("a\u{202e}b\u{9b}", "\"a\\u{202e}b\\u{9b}\""), ("é", "\"é\""),
    ]) func aLineIsSafeInATerminal(_ text: String, _ shown: String) { #expect(Log.quoted(text) == shown) }
}

@Suite struct MetricsTests {
    @Test func textFormatCarriesHelpTypeLabelsAndCumulativeBuckets() {
        let metrics = Metrics()
        metrics.counter("planetarium_x_total", "X seen.", labels: ["path": "a\"b"]).add(3)
        metrics.gauge("planetarium_depth", "Depth.").set(1.5)
        let histogram = metrics.histogram("planetarium_wait_seconds", "Wait.")
        histogram.record(seconds: 0.0002)
        histogram.record(seconds: 100)
        let text = metrics.prometheusText()
        #expect(text.contains("# TYPE planetarium_x_total counter\nplanetarium_x_total{path=\"a\\\"b\"} 3\n"))
        #expect(text.contains("planetarium_depth 1.5\n"))
        #expect(text.contains("planetarium_wait_seconds_bucket{le=\"0.00025\"} 1\n"))
        #expect(text.contains("planetarium_wait_seconds_bucket{le=\"+Inf\"} 2\n"))
        #expect(text.contains("planetarium_wait_seconds_count 2\n"))
    }

    @Test func sameNameAndLabelsGiveTheSameCounter() {
        let metrics = Metrics()
        metrics.counter("planetarium_y_total", "Y.").add()
        metrics.counter("planetarium_y_total", "Y.").add()
        #expect(metrics.counter("planetarium_y_total", "Y.").value == 2)
    }
}
