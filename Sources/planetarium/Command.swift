// Options that several commands share.

import Glibc

enum Command {
    static func url(_ options: inout Options) throws(UsageError) -> String {
        let url =
            try options.value("--to") ?? getenv("PLANETARIUM_URL").map { String(cString: $0) }
            ?? "http://127.0.0.1:8080"
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw UsageError("--to \(url) is not an http URL")
        }
        return url
    }

    static func format(_ options: inout Options) throws(UsageError) -> RecordFormat? {
        guard let text = try options.value("--format") else { return nil }
        guard let format = RecordFormat(rawValue: text) else {
            throw UsageError("--format \(text) is neither csv nor ndjson")
        }
        return format
    }

    static func number(
        _ options: inout Options, _ name: String, _ range: ClosedRange<Int>, fallback: Int
    ) throws(UsageError) -> Int {
        guard let text = try options.value(name) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError("\(name) \(text) is not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
