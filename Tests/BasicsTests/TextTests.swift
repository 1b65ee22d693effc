// Digits, hexadecimal, SHA-256 and division rounded down.

import Testing

@testable import Basics

@Suite struct TextTests {
    @Test func numbersAreFilledUpWithZeros() {
        #expect(Digits.padded(7, 3) == "007")
        #expect(Digits.padded(Int64.max, 5) == "9223372036854775807")
        #expect(Digits.padded(0, 0) == "0")
    }

    @Test(arguments: [("0012", 12), ("000000000000000000", 0), ("999999999999999999", 999_999_999_999_999_999)])
    func digitsAreReadAndWritten(_ text: String, _ number: Int) {
        Array(text.utf8).withUnsafeBytes { #expect(Digits.value($0, 0..<$0.count) == number) }
        let written = String(unsafeUninitializedCapacity: text.utf8.count) { buffer in
            if let start = buffer.baseAddress { Digits.write(number, width: buffer.count, to: start) }
            return text.utf8.count
        }
        #expect(written == text)
    }

    @Test(arguments: ["1 ", "-1", "0x", "1/", "1:", "٣"]) func whatIsNoDigitIsNoNumber(_ text: String) {
        Array(text.utf8).withUnsafeBytes { #expect(Digits.value($0, 0..<$0.count) == nil) }
    }

    @Test func bytesBecomeHexadecimalDigits() {
        #expect(Hex.text([0x00, 0x0F, 0xA0, 0xFF]) == "000fa0ff")
        #expect(Hex.text([]) == "")
        let names = (0..<100).map { _ in Hex.random(bytes: 8) }
        #expect(Set(names).count == 100 && names.allSatisfy { $0.utf8.count == 16 })
    }

    /// The examples of FIPS 180-4 (NIST's "Example Values"), and the empty message.
    @Test(arguments: [
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ]) func digestsAreThoseOfTheStandard(_ message: String, _ digest: String) {
        #expect(SHA256.hex(message.utf8) == digest)
        let running = SHA256()
        for byte in message.utf8 { [byte].withUnsafeBytes { running.add($0) } }
        #expect(running.hex() == digest)
    }

    /// Vectors of draft-eastlake-fnv, appendix C.
    @Test(arguments: [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)])
    func hashesAreThoseOfTheDraft(_ text: String, _ hash: UInt64) {
        var digest = FNV1a()
        digest.add(text.utf8)
        #expect(digest.hash == hash)
    }

    @Test func divisionIsRoundedDown() {
        for value in Int64(-20)...20 {
            for divisor in Int64(1)...7 {
                let quotient = value.floorDivided(by: divisor)
                #expect(quotient * divisor <= value && value < (quotient + 1) * divisor)
            }
        }
        #expect(Int64.min.floorDivided(by: 2) == Int64.min / 2)
        #expect(Int64.min.floorDivided(by: 1000) == -9_223_372_036_854_776)
    }
}
