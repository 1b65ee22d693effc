import Basics
import HTTPWire
import Testing

@testable import PlanetWeb

@Suite struct RateLimitsTests {
    private let limit = RateLimit(rate: 2, burst: 3)
    private func address(_ text: String) throws -> RateTable.Sender { .address(try #require(IPAddress(text))) }

    @Test func aBucketTakesItsBurstAndThenItsRate() throws {
        let table = RateTable("t", limit)
        let sender = try address("192.0.2.1")
        #expect((0..<4).map { _ in table.take(sender, at: second).left } == [2, 1, 0, 0])
        let refused = table.take(sender, at: second)
        #expect(refused.wait == second / 2 && refused.seconds == 1)
        #expect(table.take(sender, at: second + second / 2).wait == 0, "half a second later one more")
        #expect(table.take(sender, at: second + second / 2).wait > 0)
        #expect(table.take(sender, at: 10 * second).left == 2, "after a pause the whole burst, and no more")
    }

    @Test func sendersHaveBucketsOfTheirOwn() throws {
        let table = RateTable("t", RateLimit(rate: 1, burst: 1))
        #expect(try table.take(address("192.0.2.1"), at: second).wait == 0)
        #expect(try table.take(address("192.0.2.2"), at: second).wait == 0)
        #expect(table.take(.token("192.0.2.1"), at: second).wait == 0)
        #expect(try table.take(address("192.0.2.1"), at: second).wait > 0)
    }

    @Test func theTableIsBounded() {
        let table = RateTable("t", RateLimit(rate: 1, burst: 1))
        let many = UInt64(RateTable.capacity)
        for i in 0..<many { _ = table.take(.address(IPAddress(high: 1, low: i)), at: second) }
        #expect(table.take(.address(IPAddress(high: 2, low: 0)), at: second).wait == 0, "the first of all others")
        #expect(table.take(.address(IPAddress(high: 2, low: 1)), at: second).wait > 0, "they share a bucket")
        #expect(table.count <= RateTable.capacity + 1)
        #expect(table.take(.address(IPAddress(high: 2, low: 1)), at: 9 * second).wait == 0)
        #expect(table.count < 3, "who has been quiet is forgotten")
    }

    @Test func oneHouseholdOfIPv6IsOneSender() throws {
        let limiter = RateLimiter(reads: RateLimit(rate: 1, burst: 1), writes: nil)
        func waits(_ text: String, isWrite: Bool = false, _ holder: TokenHolder? = nil) throws -> Bool {
            let address: IPAddress = try #require(IPAddress(text))
            var caller = Caller(address: address, holder: holder, role: holder?.role)
            return limiter.refusal(&caller, isWrite: isWrite, at: second) != nil
        }
        #expect(try !waits("2001:db8:1:2::3") && waits("2001:db8:1:2:ffff::4") && !waits("2001:db8:1:3::3"))
        #expect(try !waits("2001:db8:1:2::3", isWrite: true), "writes are not limited here")
        let admin = TokenHolder(name: "boss", role: .admin)
        #expect(try !waits("2001:db8:1:2::3", admin) && !waits("2001:db8:1:2::3", admin))
    }

    @Test func recordsCountEachAndMoreThanAreLeftAreOwed() throws {
        let limiter = RateLimiter(
            reads: nil, writes: RateLimit(rate: 100, burst: 100), records: RateLimit(perSecond: 10))
        func sends(_ count: Int, at now: UInt64) -> (status: Int, fields: [ResponseField]) {
            var caller = Caller(address: IPAddress(high: 0, low: 0xFFFF_C000_0201))
            if let refusal = limiter.refusal(&caller, isWrite: true, at: now) { return (429, refusal.headers) }
            let refusal = caller.rates?.charge(count - 1, at: now)
            return (refusal?.status ?? 200, refusal?.headers ?? caller.rates?.fields ?? [])
        }
        #expect(
            sends(40, at: second).fields == [
                ResponseField("RateLimit-Policy", "\"write\";q=100;w=1, \"records\";q=100;w=10"),
                ResponseField("RateLimit", "\"write\";r=99;t=1, \"records\";r=60;t=1"),
            ])
        #expect(sends(260, at: second).status == 200, "what is left is not enough: 200 are owed")
        let refused = sends(1, at: second)
        #expect(refused.status == 429 && refused.fields.contains(ResponseField("Retry-After", "21")))
        let next = 21 * second + second / 10
        #expect(sends(1, at: 21 * second).status == 429 && sends(1, at: next).status == 200)
        #expect(sends(1, at: next).status == 429, "that was the one that had come")
    }

    @Test func whoSendsMuchAtTheSameTimeOwesOnce() throws {
        let limiter = RateLimiter(reads: nil, writes: nil, records: RateLimit(perSecond: 1))
        var callers = (0..<5).map { _ in Caller(address: IPAddress(high: 0, low: 0xFFFF_C000_0201)) }
        for i in callers.indices { #expect(limiter.refusal(&callers[i], isWrite: true, at: second) == nil) }
        // All heads have come before the first body was read.
        let refusals = callers.map { $0.rates?.charge(1000, at: second) }
        #expect(refusals.map { $0?.status } == [nil, 429, 429, 429, 429])
    }

    @Test func addressesThatStandForManyAreSparedWhereALimitSaysSo() throws {
        var limit = RateLimit(rate: 1, burst: 1)
        func statuses(_ address: IPAddress) -> [Bool] {
            let limiter = RateLimiter(reads: nil, writes: nil, records: limit) { $0.isLoopback }
            return (0..<2).map { _ in
                var caller = Caller(address: address)
                return limiter.refusal(&caller, isWrite: true, at: second) == nil
            }
        }
        let (own, other) = (IPAddress(high: 0, low: 1), IPAddress(high: 1, low: 1))
        #expect(statuses(own) == [true, false] && statuses(other) == [true, false])
        limit.sparesMany = true
        #expect(statuses(own) == [true, true] && statuses(other) == [true, false])
    }

    @Test func answersTell() throws {
        var options = WebServer.Options()
        options.readRate = RateLimit(rate: 1, burst: 2)
        var router = Router()
        router.get("/hello") { _, _ in .reply(.text("Hello")) }
        let talk = try HTTPTalk(ServerState(router: router, options: options))
        talk.send(get("/hello") + get("/hello") + get("/hello"))
        let answers = talk.wire()
        #expect(answers.contains("429 Too Many Requests") && answers.contains("Retry-After: 1\r\n"))
        #expect(answers.contains("RateLimit-Policy: \"read\";q=2;w=2\r\n"))
        #expect(answers.contains("RateLimit: \"read\";r=0;t=1\r\n"))
    }
}
