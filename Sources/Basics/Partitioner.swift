// Which partition a key belongs to: the rule of Kafka's Java client, so that both clients put a planet in the same
// place. Records without a key take turns, batch by batch (EventLog/UnkeyedTurn.swift).

package enum Partitioner {
    /// 32-bit MurmurHash2 with Kafka's seed (org.apache.kafka.common.utils.Utils.murmur2).
    package static func murmur2(_ key: ArraySlice<UInt8>) -> Int32 {
        let m: UInt32 = 0x5bd1_e995
        let length = key.count
        var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: length)
        var at = key.startIndex
        for _ in 0..<(length / 4) {
            var k =
                UInt32(key[at]) | UInt32(key[at + 1]) << 8 | UInt32(key[at + 2]) << 16 | UInt32(key[at + 3]) << 24
            at += 4
            k = k &* m
            k ^= k >> 24
            k = k &* m
            hash = (hash &* m) ^ k
        }
        let left = length % 4
        if left == 3 { hash ^= UInt32(key[at + 2]) << 16 }
        if left >= 2 { hash ^= UInt32(key[at + 1]) << 8 }
        if left >= 1 {
            hash ^= UInt32(key[at])
            hash = hash &* m
        }
        hash ^= hash >> 13
        hash = hash &* m
        hash ^= hash >> 15
        return Int32(bitPattern: hash)
    }

    /// The partition, among `count`, of a key that is not empty.
    package static func partition(of key: ArraySlice<UInt8>, among count: Int32) -> Int32 {
        count == 1 ? 0 : (murmur2(key) & 0x7fff_ffff) % count
    }
}
