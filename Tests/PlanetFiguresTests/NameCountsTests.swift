// Counts by name against a dictionary, over random additions, followers that come and go, and names that are written
// differently but are equal.

import StateBytes
import TestSupport
import Testing

@testable import PlanetFigures

struct NameCountsTests {
    private static func name(_ random: inout SplitMix) -> String {
        switch random.below(12) {
        // "é" as one character and as two: equal texts.
        case 0: "caf\u{e9}-\(random.below(5))"
        case 1: "cafe\u{301}-\(random.below(5))"
        case 2: ""
        case 3: String(repeating: "long name ", count: 1 + random.below(40))
        default: "host\(random.below(700))"
        }
    }

    private static func all(_ counts: NameCounts) -> [String: Int32] {
        var all: [String: Int32] = [:]
        counts.each { name, _, number in
            #expect(all.updateValue(number, forKey: String(decoding: name, as: UTF8.self)) == nil)
        }
        return all
    }

    @Test(arguments: 0..<6) func countsAreThoseOfADictionary(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var counts = NameCounts()
        var follower = NameCounts()
        var expected: [String: Int32] = [:]
        for step in 0..<12_000 {
            let name = NameCountsTests.name(&random)
            let before = expected[name] ?? 0
            // Mostly gone again, so that the dead are dropped now and then.
            let number = before > 0 && random.below(3) > 0 ? -before : Int32(1 + random.below(3))
            expected[name] = before + number == 0 ? nil : before + number
            let moved = counts.add(name, number)
            #expect(moved == (before, before + number))
            #expect(counts.count == expected.count)
            if random.below(200) == 0 {
                _ = counts.takeChanges { name, hash, difference in _ = follower.add(name, hash, difference) }
                #expect(follower.count == expected.count)
            }
            if step % 3000 == 2999 {
                #expect(NameCountsTests.all(counts) == expected)
                _ = counts.takeChanges { name, hash, difference in _ = follower.add(name, hash, difference) }
                #expect(NameCountsTests.all(follower) == expected)
                let looked = counts.takeChanges { _, _, _ in Issue.record("nothing has changed") }
                #expect(looked == 0)
                counts.forgetFollower()
                follower = NameCounts()
            }
        }
        counts.clear()
        #expect(counts.count == 0 && NameCountsTests.all(counts).isEmpty)
        _ = counts.takeChanges { name, hash, difference in _ = follower.add(name, hash, difference) }
        #expect(follower.count == 0)
    }

    @Test func aCopyKeepsWhatItWasMadeOf() {
        var counts = NameCounts()
        for index in 0..<1000 { _ = counts.add("host\(index)", 1) }
        let copy = counts
        for index in 0..<1000 { _ = counts.add("host\(index)", index % 2 == 0 ? -1 : 1) }
        #expect(copy.count == 1000 && counts.count == 500)
        #expect(NameCountsTests.all(copy).values.allSatisfy { $0 == 1 })
        var states = [StateWriter(isOrdered: true), StateWriter(isOrdered: true)]
        copy.save(to: &states[0])
        var other = NameCounts()
        for index in (0..<1000).reversed() { _ = other.add("host\(index)", 1) }
        other.save(to: &states[1])
        #expect(states[0].bytes == states[1].bytes)
    }
}
