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

    @Test func aSiteIsAnAddressOrTheFirstHalfOfOne() throws {
        #expect(try #require(IPAddress("2001:db8:1:2:3::4")).site.description == "2001:db8:1:2::")
        #expect(try #require(IPAddress("192.0.2.9")).site.description == "192.0.2.9")
    }
}
