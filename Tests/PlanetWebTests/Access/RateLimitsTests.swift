import Basics
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
            let caller = Caller(address: address, holder: holder, role: holder?.role)
            return (limiter.take(caller, isWrite: isWrite, at: second)?.wait ?? 0) > 0
        }
        #expect(try !waits("2001:db8:1:2::3") && waits("2001:db8:1:2:ffff::4") && !waits("2001:db8:1:3::3"))
        #expect(try !waits("2001:db8:1:2::3", isWrite: true), "writes are not limited here")
        let admin = TokenHolder(name: "boss", role: .admin)
        #expect(try !waits("2001:db8:1:2::3", admin) && !waits("2001:db8:1:2::3", admin))
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
