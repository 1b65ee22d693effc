// A discovery's values as the bytes that stay (DiscoveryLayout.swift says what lies where).

struct DiscoveryPacking {
    private let discovery: Discovery
    private let values: OpenValues
    private let texts: [String]
    /// Which of the texts is only a length, as the name begins with it.
    private let shared: Int?

    /// `values`: the discovery's.
    init(_ discovery: Discovery, _ values: OpenValues) {
        self.discovery = discovery
        self.values = values
        texts = values.texts
        shared = DiscoveryPacking.hostInName(discovery.texts, texts)
    }

    private static func hostInName(_ present: UInt32, _ texts: [String]) -> Int? {
        let name = UInt32(1) << UInt32(TextColumn.pl_name.rawValue)
        let host = UInt32(1) << UInt32(TextColumn.hostname.rawValue)
        guard present & name != 0, present & host != 0 else { return nil }
        let place = (present & (host - 1)).nonzeroBitCount
        var (longer, shorter) = (texts[0], texts[place])
        let begins = shorter.withUTF8 { host in
            longer.withUTF8 { name in
                let name = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: name.prefix(host.count)))
                return UnsafeRawBufferPointer(host).isEqual(to: name)
            }
        }
        return begins ? place : nil
    }

    /// No number takes more than a word; one more for what the last one writes behind itself.
    static func most(_ values: OpenValues) -> Int {
        DiscoveryLayout.head(numbers: values.count) + PackedWriter.mostOfWord * (values.count + 1)
            + values.texts.reduce(0) { $0 + PackedWriter.mostOfCount + $1.utf8.count }
    }

    func write(to bytes: UnsafeMutableRawBufferPointer, _ writer: inout PackedWriter) {
        let start = writer.at
        let scales = DiscoveryLayout.masks + (values.count + 1) / 2
        writer.word(discovery.low)
        writer.word(UInt64(discovery.high) | UInt64(values.count) << 24 | UInt64(discovery.texts) << 32)
        for _ in DiscoveryLayout.masks..<DiscoveryLayout.head(numbers: values.count) { writer.byte(0) }
        for index in 0..<values.count {
            let number = PackedNumber(values.number(index))
            bytes[start + DiscoveryLayout.masks + index / 2] |= UInt8(number.width) << UInt8(4 * (index & 1))
            bytes[start + scales + index / 4] |= number.scale << UInt8(2 * (index & 3))
            writer.append(number.bits, width: number.width)
        }
        for index in texts.indices { writer.count(texts[index].utf8.count << 1 | (index == shared ? 1 : 0)) }
        for index in texts.indices where index != shared { writer.append(texts[index]) }
    }
}
