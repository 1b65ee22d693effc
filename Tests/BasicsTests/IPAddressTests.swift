import Testing

@testable import Basics

struct IPAddressTests {
    @Test(arguments: ["192.0.2.1", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::1", "::", "fe80::1:2"])
    func textComesBack(_ text: String) {
        #expect(IPAddress(text)?.description == text)
    }

    @Test(arguments: ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4x", "[::1]", "::1%lo", "localhost", "1.2.3.4:80"])
    func otherTextIsRefused(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func oneAddressInTwoFamiliesIsOne() {
        #expect(IPAddress("::ffff:192.0.2.1") == IPAddress("192.0.2.1"))
    }

    @Test func loopbackIsKnown() {
        #expect(["127.0.0.1", "127.9.9.9", "::1"].allSatisfy { IPAddress($0)?.isLoopback == true })
        #expect(["128.0.0.1", "0.0.0.0", "::", "::2"].allSatisfy { IPAddress($0)?.isLoopback == false })
    }

    @Test func aNetworkHoldsItsAddresses() throws {
        func holds(_ network: String, _ address: String) throws -> Bool {
            try #require(IPNetwork(network)).contains(try #require(IPAddress(address)))
        }
        #expect(try holds("10.0.0.0/8", "10.255.0.1"))
        #expect(try !holds("10.0.0.0/8", "11.0.0.1"))
        #expect(try holds("192.0.2.7", "192.0.2.7"))
        #expect(try !holds("192.0.2.7", "192.0.2.6"))
        #expect(try holds("fd00::/8", "fdff::1"))
        #expect(try !holds("fd00::/8", "fe00::1"))
        #expect(try holds("2001:db8::/96", "2001:db8::ffff"))
        #expect(try holds("0.0.0.0/0", "8.8.8.8"))
        #expect(try !holds("0.0.0.0/0", "2001:db8::1"))
        #expect(try holds("::/0", "8.8.8.8"))
    }

    @Test(arguments: ["10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10/8", "/8"])
    func otherNetworksAreRefused(_ text: String) {
        #expect(IPNetwork(text) == nil)
    }

    @Test func aSiteIsAnAddressOrTheFirstHalfOfOne() throws {
        #expect(try #require(IPAddress("2001:db8:1:2:3::4")).site.description == "2001:db8:1:2::")
        #expect(try #require(IPAddress("192.0.2.9")).site.description == "192.0.2.9")
    }
}
