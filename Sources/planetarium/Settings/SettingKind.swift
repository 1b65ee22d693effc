// Converts a setting's text to a value and back: one kind for numbers, one for topics, and so on.

import EventLog
import Lake

struct SettingKind<Value>: Sendable {
    /// Stands for the value in help: "N", "HOST:PORT".
    let placeholder: String
    /// What an error says after a refused text.
    let complaint: String
    /// Nil: refused.
    let value: @Sendable (String) -> Value?
    let text: @Sendable (Value) -> String
}

extension SettingKind {
    /// The same for a value that may be absent.
    static func optional<Wrapped>(_ kind: SettingKind<Wrapped>) -> SettingKind where Value == Wrapped? {
        SettingKind(
            placeholder: kind.placeholder, complaint: kind.complaint, value: { kind.value($0).map { .some($0) } },
            text: { $0.map(kind.text) ?? "none" })
    }

    /// A whole number as in `number`; 0 means nil.
    static func numberOrNone<Number: FixedWidthInteger & Sendable>(
        upTo most: Number, _ placeholder: String = "N", unit: Number = 1
    ) -> SettingKind where Value == Number? {
        let number = SettingKind<Number>.number(0...most, placeholder, unit: unit)
        return SettingKind(
            placeholder: placeholder, complaint: number.complaint,
            value: { number.value($0).map { (given: Number) -> Number? in given == 0 ? nil : given } },
            text: { number.text($0 ?? 0) })
    }
}

extension SettingKind where Value: FixedWidthInteger & Sendable {
    /// A whole number of units; the value is this number times `unit`.
    static func number(
        _ range: ClosedRange<Value>, _ placeholder: String = "N", unit: Value = 1
    ) -> SettingKind {
        SettingKind(
            placeholder: placeholder,
            complaint: "is not a whole number from \(range.lowerBound) to \(range.upperBound)",
            value: { text in Value(text).flatMap { range.contains($0) ? $0 * unit : nil } },
            text: { "\($0 / unit)" })
    }
}

extension SettingKind<UInt64> {
    /// Above 0, at most a day; the value is in nanoseconds.
    static let seconds = SettingKind(
        placeholder: "SECONDS", complaint: "is not a number above 0 and at most 86400",
        value: { text in Double(text).flatMap { $0 > 0 && $0 <= 86_400 ? UInt64($0 * 1e9) : nil } },
        text: { $0 % 1_000_000_000 == 0 ? "\($0 / 1_000_000_000)" : "\(Double($0) / 1e9)" })
}

extension SettingKind<Bool> {
    static let zeroOrOne = SettingKind(
        placeholder: "0|1", complaint: "is neither 0 nor 1", value: { ["0": false, "1": true][$0] },
        text: { $0 ? "1" : "0" })
}

extension SettingKind<String> {
    /// Any text but the empty one; an empty value is shown as "none".
    static func text(_ placeholder: String) -> SettingKind {
        matching(placeholder, "is empty") { !$0.isEmpty }
    }

    static let topic = matching(
        "NAME", "is not a topic: 1 to 249 letters, digits, dots, underscores and dashes", Names.isTopic)
    static let database = matching(
        "NAME", "is not a database: 1 to 128 letters, digits and underscores", Names.isDatabase)
    static let location = matching("URI", "is not a URI with a scheme and an absolute path") {
        Names.isLocation($0) && !Secrets.areIn($0)
    }
    static let permission = matching("OCTAL", "is not an octal number of three or four digits") {
        (3...4).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x37).contains($0) }
    }

    private static func matching(
        _ placeholder: String, _ complaint: String, _ isRight: @escaping @Sendable (String) -> Bool
    ) -> SettingKind {
        SettingKind(
            placeholder: placeholder, complaint: complaint, value: { isRight($0) ? $0 : nil },
            text: { $0.isEmpty ? "none" : $0 })
    }
}

extension SettingKind<String?> {
    static let fileOrNone = SettingKind(
        placeholder: "FILE", complaint: "is empty",
        value: { text in text.isEmpty ? nil : .some(text == "none" ? nil : text) }, text: { $0 ?? "none" })
}

extension SettingKind<ListenAddress> {
    static let listen = SettingKind(
        placeholder: "HOST:PORT", complaint: "is not HOST:PORT", value: { ListenAddress($0) }, text: { "\($0)" })
}

extension SettingKind<LogAddress> {
    static let log = SettingKind(
        placeholder: "ADDRESS", complaint: "is not a log address (sqlite:PATH, memory:, kafka://HOST:PORT)",
        value: { LogAddress($0) }, text: { "\($0)" })
}

extension SettingKind<LakeAddress> {
    static let lake = SettingKind(
        placeholder: "ADDRESS", complaint: "is not a lake address (file:DIR, hdfs://NAMENODE:9870/FOLDER)",
        value: { LakeAddress($0) }, text: { "\($0)" })
}

extension SettingKind<HiveLayout.Timestamps> {
    static let timestamps = SettingKind(
        placeholder: "timestamp|bigint", complaint: "is neither timestamp nor bigint",
        value: { HiveLayout.Timestamps(rawValue: $0) }, text: { $0.rawValue })
}

extension SettingKind<[HiveAddress]> {
    static let metastores = SettingKind(
        placeholder: "ADDRESS", complaint: "is not a list of metastores (thrift://HOST:PORT,thrift://HOST:PORT)",
        value: { HiveAddress.list($0) },
        text: { $0.isEmpty ? "none" : $0.map(\.description).joined(separator: ",") })
}

/// What other systems accept as names.
enum Names {
    /// Kafka, as a topic.
    static func isTopic(_ text: String) -> Bool {
        (1...249).contains(text.utf8.count) && text != "." && text != ".."
            && text.utf8.allSatisfy { isLetterOrDigit($0) || [0x2D, 0x2E, 0x5F].contains($0) }
    }

    /// Hive, as a database.
    static func isDatabase(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x5F }
    }

    /// A URI with a scheme and an absolute path.
    static func isLocation(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else { return false }
        return text[text.index(after: colon)...].hasPrefix("/")
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
    }
}
