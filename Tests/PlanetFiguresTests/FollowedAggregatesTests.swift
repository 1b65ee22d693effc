// Aggregates that follow others: what they say is what a merge from scratch says, and what a step costs does not grow
// with what is held.

import PlanetCore
import StateBytes
import TestSupport
import Testing

@testable import PlanetFigures

/// Partitions' aggregates with the planets that are in them, so that what is missing can be given again.
private final class Part {
    var aggregates = Aggregates()
    private(set) var planets: [String: PlanetFacts] = [:]
    private var offset: Int64 = 0
    private let partition: Int32

    init(_ partition: Int) { self.partition = Int32(partition) }

    /// A planet comes or changes; nil: it is withdrawn.
    func put(_ key: String, _ discovery: Discovery?) {
        let before = planets[key]
        let after = discovery.map { PlanetFacts($0, key: key, forecast: nil) }
        planets[key] = after
        let change: Change = after == nil ? .withdrawal : before == nil ? .new : .revision
        let event = CatalogueEvent(
            .change(change), partition: partition, offset: offset, timestamp: offset * 20_000_000, before: before,
            after: after)
        offset += 1
        aggregates.apply([event][...])
    }

    func settle() { aggregates.settle { _, each in planets.values.forEach(each) } }

    func restored() throws -> Aggregates {
        let copy = Aggregates()
        try restore(copy)
        return copy
    }

    func restore(_ aggregates: Aggregates) throws {
        settle()
        var state = StateWriter()
        self.aggregates.save(to: &state)
        var reader = StateReader(state.bytes)
        try aggregates.restore(from: &reader)
    }
}

private func board(_ aggregates: Aggregates) -> [String: [String: String]] {
    var board: [String: [String: String]] = [:]
    for aggregate in aggregates.all {
        var groups = GroupWriter()
        aggregate.write(.all, to: &groups)
        #expect(groups.items.allSatisfy { $0.json != nil }, "\(aggregate.name): what is gone is in no whole board")
        board[aggregate.name] = Dictionary(
            uniqueKeysWithValues: groups.items.map { ($0.group, String(decoding: $0.json ?? [], as: UTF8.self)) })
    }
    return board
}

/// What viewers see who take one delta after the other.
private struct Shown {
    var groups: [String: [String: String]] = [:]

    /// Returns how many groups were looked at.
    mutating func take(_ aggregates: Aggregates) -> Int {
        var groups = GroupWriter()
        for aggregate in aggregates.all {
            groups.removeAll()
            aggregate.write(.changes, to: &groups)
            for item in groups.items {
                self.groups[aggregate.name, default: [:]][item.group] = item.json.map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
        }
        return groups.looked
    }
}

private func discovery(_ number: Int, host: Int, _ random: inout SplitMix) -> Discovery {
    var draft = DiscoveryDraft()
    draft[.pl_name] = "World-\(number) b"
    draft[.hostname] = "World-\(host)"
    draft[.discoverymethod] = DiscoveryMethod.names[random.below(DiscoveryMethod.names.count)]
    draft[.disc_facility] = "Facility \(random.below(30))"
    draft[.disc_year] = Double(1990 + random.below(35))
    draft[.pl_rade] = Double(1 + random.below(200)) / 10
    if random.below(2) == 0 { draft[.pl_bmasse] = Double(1 + random.below(4000)) / 10 }
    if random.below(2) == 0 { draft[.pl_orbper] = Double(1 + random.below(9000)) / 7 }
    if random.below(2) == 0 { draft[.sy_dist] = Double(1 + random.below(90_000)) / 13 }
    draft[.st_teff] = 3000 + Double(random.below(4000))
    draft[.pl_insol] = Double(1 + random.below(400)) / 100
    return draft.discovery
}

struct FollowedAggregatesTests {
    /// Random planets, revisions and withdrawals in partitions of which some are known by their saved states, that go
    /// and come back.
    @Test(arguments: 0..<3) func whatFollowsIsTheMergeFromScratch(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed &+ 40)
        let parts = (0..<4).map { Part($0) }
        // Those that are known by their saved states.
        var remote = try parts.map { try $0.restored() }
        var isRemote = [false, false, true, true]
        var isPresent = [true, true, true, false]
        var sum = Aggregates()
        var shown = Shown()
        var followed: [Aggregates] = []
        for step in 0..<70 {
            for _ in 0..<random.below(step % 20 == 0 ? 200 : 6) {
                let number = random.below(900)
                let part = parts[number % 4]
                let isGoing = random.below(3) == 0
                part.put("world\(number)b", isGoing ? nil : discovery(number, host: random.below(300), &random))
            }
            for index in parts.indices where random.below(4) == 0 { try parts[index].restore(remote[index]) }
            if random.below(15) == 0 {
                let index = random.below(4)
                isRemote[index].toggle()
                if isRemote[index] { remote[index] = try parts[index].restored() }
            }
            if random.below(15) == 0 { isPresent[random.below(4)].toggle() }
            let now = parts.indices.filter { isPresent[$0] }.map { isRemote[$0] ? remote[$0] : parts[$0].aggregates }
            for part in parts { part.settle() }
            if now.count != followed.count || zip(now, followed).contains(where: { $0 !== $1 }) {
                for part in followed + now { part.forgetFollower() }
                (sum, shown, followed) = (Aggregates(), Shown(), now)
            }
            _ = sum.follow(now)
            _ = shown.take(sum)
            let scratch = Aggregates()
            for part in now { scratch.merge(part) }
            let expected = board(scratch)
            #expect(board(sum) == expected, "step \(step)")
            // A list without planets is said by no delta.
            for (name, groups) in expected where groups != ["list": "[]"] {
                #expect(shown.groups[name, default: [:]] == groups, "\(name), step \(step)")
            }
        }
    }

    /// Operations, not time: a frame after one more planet looks at as many groups whatever is held.
    @Test func aFrameCostsWhatHasChanged() {
        func looked(hosts: Int) -> (follow: Int, write: Int) {
            var random = SplitMix(seed: 3)
            let parts = [Part(0), Part(1), Part(2)]
            for number in 0..<hosts { parts[number % 3].put("w\(number)", discovery(number, host: number, &random)) }
            let sum = Aggregates()
            var shown = Shown()
            _ = sum.follow(parts.map(\.aggregates))
            _ = shown.take(sum)
            // Not near a habitable zone: how many are shown there is bounded, but not reached by the small board.
            var draft = DiscoveryDraft()
            draft[.pl_name] = "One more b"
            draft[.hostname] = "One more"
            draft[.discoverymethod] = "Transit"
            draft[.disc_facility] = "A new facility"
            draft[.pl_rade] = 1.25
            parts[0].put("onemoreb", draft.discovery)
            return (sum.follow(parts.map(\.aggregates)), shown.take(sum))
        }
        let small = looked(hosts: 500)
        let large = looked(hosts: 5000)
        #expect(large.follow <= small.follow + 20, "\(small) \(large)")
        #expect(large.write <= small.write + 20, "\(small) \(large)")
    }
}
