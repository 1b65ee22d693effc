// Where the row of a key is. The rows have the keys: here are only hashes and places, some 12 bytes a key. In shards,
// so that what grows is never the whole.

struct KeyPlaces: Sendable {
    /// A key's hash says which: the uppermost bits.
    private static let shardBits: UInt32 = 6
    private struct Shard: Sendable {
        /// Open addressing: a place + 1, 0: free. A power of two long, at most three quarters full.
        var table: [UInt32] = []
        var count = 0
    }
    private var shards = [Shard](repeating: Shard(), count: 1 << shardBits)
    /// By place.
    private var hashes: [UInt32] = []

    var count: Int { hashes.count }

    static func hash(_ key: String) -> UInt32 { UInt32(truncatingIfNeeded: key.hashValue) }

    mutating func reserveCapacity(_ count: Int) {
        hashes.reserveCapacity(count)
        for index in shards.indices { arrange(index, for: count / shards.count) }
    }

    private static func shard(_ hash: UInt32) -> Int { Int(hash >> (32 - shardBits)) }

    /// `isSame`: whether the row at a place has the key.
    func find(_ hash: UInt32, _ isSame: (Int) -> Bool) -> Int? {
        let shard = KeyPlaces.shard(hash)
        let mask = shards[shard].table.count - 1
        guard mask > 0 else { return nil }
        var index = Int(hash) & mask
        while true {
            let entry = shards[shard].table[index]
            if entry == 0 { return nil }
            let place = Int(entry) - 1
            if hashes[place] == hash, isSame(place) { return place }
            index = (index + 1) & mask
        }
    }

    /// For a key that is not yet there: its place is the next one.
    mutating func append(_ hash: UInt32) {
        let index = KeyPlaces.shard(hash)
        if (shards[index].count + 1) * 4 > shards[index].table.count * 3 {
            arrange(index, for: shards[index].count + 1)
        }
        hashes.append(hash)
        shards[index].count += 1
        KeyPlaces.enter(hash, UInt32(hashes.count), in: &shards[index].table)
    }

    /// Makes a shard's table anew, with room for as much again where it is full.
    private mutating func arrange(_ index: Int, for count: Int) {
        var size = 8
        while size * 3 < count * 4 { size *= 2 }
        guard size > shards[index].table.count else { return }
        let old = shards[index].table
        var table = [UInt32](repeating: 0, count: size)
        for entry in old where entry != 0 { KeyPlaces.enter(hashes[Int(entry) - 1], entry, in: &table) }
        shards[index].table = table
    }

    private static func enter(_ hash: UInt32, _ entry: UInt32, in table: inout [UInt32]) {
        let mask = table.count - 1
        var index = Int(hash) & mask
        while table[index] != 0 { index = (index + 1) & mask }
        table[index] = entry
    }
}
