// Structured logs on standard error, one line each (logfmt): `time level event key=value ...`. No secrets, no payloads.

import Basics
import Glibc

package enum LogLevel: Int, Sendable, Comparable {
    case debug, info, warning, error
    package static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue < b.rawValue }
    var name: String { ["debug", "info", "warning", "error"][rawValue] }
}

package enum Log {
    /// Lines below this level are dropped; set once, from PLANETARIUM_LOG_LEVEL.
    package static let threshold: LogLevel = {
        switch getenv("PLANETARIUM_LOG_LEVEL").map({ String(cString: $0) }) {
        case "debug": .debug
        case "warning": .warning
        case "error": .error
        default: .info
        }
    }()

    package static func debug(_ event: String, _ fields: KeyValuePairs<String, Any> = [:]) {
        write(.debug, event, fields)
    }
    package static func info(_ event: String, _ fields: KeyValuePairs<String, Any> = [:]) {
        write(.info, event, fields)
    }
    package static func warning(_ event: String, _ fields: KeyValuePairs<String, Any> = [:]) {
        write(.warning, event, fields)
    }
    package static func error(_ event: String, _ fields: KeyValuePairs<String, Any> = [:]) {
        write(.error, event, fields)
    }

    private static func write(_ level: LogLevel, _ event: String, _ fields: KeyValuePairs<String, Any>) {
        guard level >= threshold else { return }
        var line = "\(timestamp()) \(level.name) \(quoted(event))"
        for (key, value) in fields { line += " \(key)=\(quoted("\(value)"))" }
        line += "\n"
        // One write call per line, so that lines of several threads never mix.
        var bytes = Array(line.utf8)
        _ = Glibc.write(2, &bytes, bytes.count)
    }

    private static func timestamp() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        // The clock may be set to any time.
        let seconds = UInt64(min(max(0, now.tv_sec), 9_000_000_000))
        return RFC3339.milliseconds(nanoseconds: seconds * 1_000_000_000 + UInt64(now.tv_nsec))
    }

    static func quoted(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D && $0 < 0x7F }
        if plain && !text.isEmpty { return text }
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": out += "\\\(scalar)"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            default:
                // Lines are read in terminals.
                out += String(scalar).showingHidden()
            }
        }
        return out + "\""
    }
}
