// Kafka's own test vectors for its murmur2 (UtilsTest.java), and the partition they lead to.

import Testing

@testable import Basics

@Suite struct PartitionerTests {
    @Test(arguments: [
        ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
    ])
    func hashesAsKafkaDoes(_ key: String, _ hash: Int) {
        // A slice that does not begin at 0, as keys in a batch do not.
        let padded = Array("xyz".utf8) + Array(key.utf8)
        #expect(Partitioner.murmur2(padded[3...]) == Int32(hash))
        #expect(Partitioner.partition(of: padded[3...], among: 7) == Int32(hash & 0x7fff_ffff) % 7)
    }
}
