// A partition of a topic, by name: "planet-discoveries/3".

package struct TopicPartition: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let topic: String
    package let partition: Int32

    package init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// "planet-discoveries/3"; nil for anything else.
    package init?(_ name: some StringProtocol) {
        guard let slash = name.lastIndex(of: "/"), slash != name.startIndex else { return nil }
        let digits = name[name.index(after: slash)...]
        guard digits.utf8.allSatisfy(Digits.isDigit), let partition = Int32(digits), "\(partition)" == digits else {
            return nil
        }
        self.init(String(name[..<slash]), partition)
    }

    package var description: String { "\(topic)/\(partition)" }
    package static func < (a: Self, b: Self) -> Bool { (a.topic, a.partition) < (b.topic, b.partition) }
}
