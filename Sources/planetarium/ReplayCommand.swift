// `planetarium replay`: plays a table in the order of disc_year at a chosen speed, with each year spread evenly.

import Glibc
import JSONText
import Threads

enum ReplayCommand {
    /// The most requests per second; a year's records are spread over them.
    private static let ticks = 20.0

    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        var options = Options(arguments)
        let url = try options.url()
        let credentials = try options.credentials()
        let format = try options.format()
        let from = try options.number("--from", 0...9999, fallback: 0)
        let until = try options.number("--until", 0...9999, fallback: 9999)
        let quiet = options.flag("--quiet")
        let isJSON = options.flag("--json")
        var speed = 1.0
        if let text = try options.value("--speed") {
            guard let number = Double(text), number > 0, number.isFinite else {
                throw UsageError("--speed \(text) is not a number above 0 (years a second)")
            }
            speed = number
        }
        let path = try options.positional("FILE, or - for standard input")
        try options.finish()
        guard let client = HTTPClient(base: url, credentials) else { throw UsageError("cannot start libcurl") }

        var source: RecordFile
        do { source = try RecordFile(path: path, format: format) } catch { throw UsageError(error.text) }
        guard var years = YearOfRecord(source.format, header: source.header) else {
            throw UsageError("\(path) has no column disc_year to order by")
        }
        var byYear: [Int: [[UInt8]]] = [:]
        var without = 0
        while let record = source.next() {
            guard let year = years.year(record.bytes) else {
                without += 1
                continue
            }
            if (from...max(from, until)).contains(year) { byYear[year, default: []].append(record.bytes) }
        }
        if without > 0 { print("\(without) records without a disc_year are left out", to: &standardError) }

        let player = Player(
            client: client, url: url, contentType: source.format.contentType, header: source.header, speed: speed,
            total: byYear.values.reduce(0) { $0 + $1.count })
        return player.play(byYear, ticks: ticks, quiet: quiet, isJSON: isJSON)
    }
}

private struct Player {
    let client: HTTPClient
    let url: String
    let contentType: String
    let header: [UInt8]
    let speed: Double
    let total: Int

    func play(_ byYear: [Int: [[UInt8]]], ticks: Double, quiet: Bool, isJSON: Bool) -> Int32 {
        var bar = ProgressBar(label: "replay", quiet: quiet)
        var sent = 0
        var refused = 0
        var clock = Clock.monotonic
        for year in byYear.keys.sorted() {
            let records = byYear[year] ?? []
            let steps = max(1, Int(ticks / speed))
            for step in 0..<steps {
                let part = records[records.count * step / steps..<records.count * (step + 1) / steps]
                if !part.isEmpty {
                    let answer = client.sendPatiently(
                        "POST", "/api/discoveries?results=rejected",
                        headers: [
                            "Content-Type: \(contentType)", "X-Planetarium-Source: replay",
                            // A new key for each run: a second replay is a second submission, a retry is not.
                            "Idempotency-Key: replay-\(getpid())-\(sent)-\(Clock.wall)",
                        ], body: header + part.joined(separator: []))
                    guard [200, 201, 207, 422].contains(answer.status) else {
                        bar.finish()
                        let reason = answer.reason
                        print("planetarium replay: \(url) \(reason)", to: &standardError)
                        return 3
                    }
                    sent += part.count
                    if answer.status != 201 { refused += 1 }
                }
                bar.show(Double(sent) / Double(max(1, total)), "\(year)  \(sent) planets")
                clock += UInt64(1e9 / speed / Double(steps))
                let now = Clock.monotonic
                if clock > now { Clock.pause(min(clock - now, 60_000_000_000)) } else { clock = now }
            }
        }
        bar.show(1, "\(sent) planets", force: true)
        bar.finish()
        if isJSON {
            let json = JSONWriter.object {
                $0.member("records", sent)
                $0.member("years", byYear.count)
                $0.member("some_refused", refused > 0)
            }
            print(String(decoding: json, as: UTF8.self))
        } else {
            print("\(sent) records of \(byYear.count) years played" + (refused > 0 ? ", some were refused" : ""))
        }
        return refused > 0 ? 1 : 0
    }
}

/// Finds disc_year in a record without decoding the rest.
private struct YearOfRecord: ~Copyable {
    private let column: Int
    private var reader = JSONReader()
    private let format: RecordFormat

    init?(_ format: RecordFormat, header: [UInt8]) {
        self.format = format
        guard format == .csv else {
            column = 0
            return
        }
        guard let found = YearOfRecord.fields(header).firstIndex(of: Array("disc_year".utf8)) else { return nil }
        column = found
    }

    mutating func year(_ record: [UInt8]) -> Int? {
        if format == .csv {
            let fields = YearOfRecord.fields(record)
            return column < fields.count ? Int(String(decoding: fields[column], as: UTF8.self)) : nil
        }
        var year: Int?
        try? record.withUnsafeBytes { bytes in
            for field in try reader.readObject(bytes) where field.isKey("disc_year") {
                year = Int(exactly: field.number)
            }
        }
        return year
    }

    /// Splits at commas outside quotes and drops the quotes (enough to find one whole number).
    private static func fields(_ line: [UInt8]) -> [[UInt8]] {
        var fields: [[UInt8]] = [[]]
        var quoted = false
        for byte in line {
            switch byte {
            case UInt8(ascii: "\""): quoted.toggle()
            case UInt8(ascii: ","): if quoted { fields[fields.count - 1].append(byte) } else { fields.append([]) }
            case UInt8(ascii: "\r"), UInt8(ascii: "\n"): break
            default: fields[fields.count - 1].append(byte)
            }
        }
        return fields
    }
}

extension Command {
    static let replay = Command(
        name: "replay", summary: "play a table year by year", arguments: "FILE [options]",
        about: ["Plays a table of planets in the order of their discovery years, so that the charts grow as they did."],
        example: "planetarium replay planets.csv --from 1995 --until 2005 --speed 2",
        options: [
            urlOption, tokenOption, caOption, formatOption, ("--speed N", "years a second (default 1)"),
            ("--from YEAR", "the first year (default 0)"), ("--until YEAR", "the last year (default 9999)"),
            jsonOption, quietOption,
        ], run: ReplayCommand.run)
}
