import Testing

@testable import Reactor

@Suite struct DeadlinesTests {
    @Test func deadlinesFireInTimeAndNeverEarly() {
        var wheel = Deadlines(now: 1_000_000_000)
        var seed: UInt64 = 7
        var at: [UInt64: UInt64] = [:]
        for token in UInt64(1)...500 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1
            at[token] = 1_000_000_000 + (seed >> 33) % 60_000_000_000
            wheel.insert(token, at: at[token]!)
        }
        var now: UInt64 = 1_000_000_000
        var due: [Deadlines.Entry] = []
        while let next = wheel.next() {
            #expect(next > now)
            now = next
            due.removeAll()
            wheel.advance(to: now, into: &due)
            for entry in due {
                let wanted = at.removeValue(forKey: entry.token)
                #expect(wanted == entry.at && entry.at <= now && now - entry.at <= 1 << (Deadlines.shift + 1))
            }
        }
        #expect(at.isEmpty && wheel.count == 0)
    }

    @Test func whatLiesBeyondTheWheelComesBackEarlyToBePutBack() {
        var wheel = Deadlines(now: 0)
        wheel.insert(1, at: 200_000_000_000)
        var rounds = 0
        var now: UInt64 = 0
        while let next = wheel.next(), rounds < 10 {
            now = next
            var due: [Deadlines.Entry] = []
            wheel.advance(to: now, into: &due)
            rounds += 1
            for entry in due where entry.at > now { wheel.insert(entry.token, at: entry.at) }
        }
        #expect(rounds == 3 && now >= 200_000_000_000 && now < 200_100_000_000)
    }

    @Test func aLongSleepLosesNothing() {
        var wheel = Deadlines(now: 0)
        for token in UInt64(1)...100 { wheel.insert(token, at: token * 500_000_000) }
        var due: [Deadlines.Entry] = []
        wheel.advance(to: 1_000_000_000_000, into: &due)
        #expect(due.count == 100 && wheel.next() == nil)
    }
}
