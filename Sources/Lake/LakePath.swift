// The name of a file in the lake says what it contains (docs/LAKE-FILES.md):
// TABLE/dt=YYYY-MM-DD/TOPIC-pPPPPP-FIRST-LAST.parquet, offsets in 20 digits; `.part.parquet` if the roll has a later
// day, too. Builds and reads such names; touches no file.

import Basics

package struct LakePath: Sendable, Hashable {
    package let table: String
    package let day: UTCDay
    package let topic: String
    package let partition: Int32
    package let first: Int64
    package let last: Int64
    /// Of a roll of several days, but not of its latest: the file that commits the roll lies in a later day's folder.
    package let isPart: Bool

    package init(
        table: String, day: UTCDay, topic: String, partition: Int32, first: Int64, last: Int64, isPart: Bool = false
    ) {
        precondition(first >= 0 && last >= first && partition >= 0, "BUG: offsets \(first) to \(last)")
        self.table = table
        self.day = day
        self.topic = topic
        self.partition = partition
        self.first = first
        self.last = last
        self.isPart = isPart
    }

    package static let fileExtension = ".parquet"
    static let partExtension = ".part.parquet"
    static let asideExtension = ".parquet.tmp"
    /// The largest offset read from a name: the next one must be a number, too.
    static let maxOffset = Int64.max - 1

    package static func folder(table: String, day: UTCDay) -> String { "\(table)/dt=\(day)" }

    package var folder: String { Self.folder(table: table, day: day) }
    package var name: String {
        "\(Self.stem(topic, partition, first))-\(Digits.padded(last, 20))"
            + (isPart ? Self.partExtension : Self.fileExtension)
    }
    /// Relative to the lake.
    package var path: String { "\(folder)/\(name)" }

    /// The aside file: its last offset isn't known yet. Includes the writer's token, if its lock has one.
    static func aside(
        table: String, day: UTCDay, topic: String, partition: Int32, first: Int64, token: String? = nil
    ) -> String {
        let token = token.map { "." + $0 } ?? ""
        return "\(folder(table: table, day: day))/.\(stem(topic, partition, first))\(token)\(asideExtension)"
    }

    /// The partition of an aside file of `topic`; nil for any other name. A store may append a token of its own.
    static func asidePartition(_ name: String, topic: String) -> Int32? {
        guard name.hasPrefix(".") else { return nil }
        let name = withoutToken(name.dropFirst())
        guard name.hasSuffix(asideExtension),
            let stem = parse(stem: withoutToken(name.dropLast(asideExtension.count))), stem.topic == topic
        else { return nil }
        return stem.partition
    }

    /// "x" of "x.0123456789abcdef".
    private static func withoutToken(_ name: Substring) -> Substring {
        let token = name.suffix(17)
        guard token.first == ".",
            token.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return name }
        return name.dropLast(17)
    }

    /// The day in a folder's name, `dt=YYYY-MM-DD`.
    package static func day(ofFolder name: String) -> UTCDay? {
        name.hasPrefix("dt=") ? UTCDay(name.dropFirst(3)) : nil
    }

    /// Whether Hive, Spark and Hadoop's own readers treat a file or folder of this name as data.
    static func isVisible(_ name: String) -> Bool { !name.hasPrefix(".") && !name.hasPrefix("_") }

    /// Reads a file's name; nil for any name of another form.
    package init?(table: String, day: UTCDay, name: String) {
        guard Self.isVisible(name), name.hasSuffix(Self.fileExtension) else { return nil }
        let isPart = name.hasSuffix(Self.partExtension)
        let whole = name.dropLast(isPart ? Self.partExtension.count : Self.fileExtension.count)
        guard whole.utf8.count > 21, let last = Self.number(whole.suffix(20)) else { return nil }
        let rest = whole.dropLast(20)
        guard rest.hasSuffix("-"), let stem = Self.parse(stem: rest.dropLast()), stem.first <= last else { return nil }
        self.init(
            table: table, day: day, topic: stem.topic, partition: stem.partition, first: stem.first, last: last,
            isPart: isPart)
    }

    /// Reads TABLE/dt=YYYY-MM-DD/NAME; nil for anything else.
    package init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, let day = Self.day(ofFolder: String(parts[1])) else { return nil }
        self.init(table: String(parts[0]), day: day, name: String(parts[2]))
    }

    /// Reads TOPIC-pPPPPP.
    static func partition(ofStem name: String) -> (topic: String, partition: Int32)? {
        parse(stem: Substring("\(name)-\(Digits.padded(0, 20))")).map { ($0.topic, $0.partition) }
    }

    // MARK: TOPIC-pPPPPP-FIRST. Topics may contain '-', so it is read from the end.

    /// TOPIC-pPPPPP, also the name of the partition's lock.
    static func stem(_ topic: String, _ partition: Int32) -> String { "\(topic)-p\(Digits.padded(partition, 5))" }

    private static func stem(_ topic: String, _ partition: Int32, _ first: Int64) -> String {
        "\(stem(topic, partition))-\(Digits.padded(first, 20))"
    }

    private static func parse(stem: Substring) -> (topic: String, partition: Int32, first: Int64)? {
        guard stem.utf8.count > 21, let first = number(stem.suffix(20)) else { return nil }
        var rest = stem.dropLast(20)
        guard rest.popLast() == "-" else { return nil }
        let digits = rest.suffix(while: { "0"..."9" ~= $0 })
        // Five digits; more only if the number needs them.
        guard digits.utf8.count == 5 || (digits.utf8.count > 5 && digits.first != "0"), let partition = Int32(digits)
        else { return nil }
        rest = rest.dropLast(digits.count)
        guard rest.hasSuffix("-p"), rest.count > 2 else { return nil }
        return (String(rest.dropLast(2)), partition, first)
    }

    private static func number(_ digits: Substring) -> Int64? {
        guard digits.utf8.count == 20, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let offset = Int64(digits), offset <= maxOffset
        else { return nil }
        return offset
    }
}

extension Substring {
    fileprivate func suffix(while predicate: (Character) -> Bool) -> Substring {
        var start = endIndex
        while start > startIndex {
            let before = index(before: start)
            guard predicate(self[before]) else { break }
            start = before
        }
        return self[start...]
    }
}
