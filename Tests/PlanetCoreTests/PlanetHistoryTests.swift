// The state of a planet, and the hash that tells a duplicate from a revision.
import Testing

@testable import PlanetCore

@Suite struct PlanetHistoryTests {
    @Test func `From first to last`() {
        var state = PlanetState()
        let a: [UInt8] = [1]
        let b: [UInt8] = [2]
        #expect(state.apply(value: nil as [UInt8]?) == .duplicate)
        #expect(state.revision == 0)
        #expect(state.apply(value: a) == .new)
        #expect(state.revision == 1)
        #expect(state.apply(value: a) == .duplicate)
        #expect(state.revision == 1)
        #expect(state.apply(value: b) == .revision)
        #expect(state.apply(value: a) == .revision)
        #expect(state.revision == 3)
        #expect(state.apply(value: nil as [UInt8]?) == .withdrawal)
        #expect(state.isWithdrawn)
        #expect(state.revision == 4)
        #expect(state.apply(value: nil as [UInt8]?) == .duplicate)
        #expect(state.revision == 4)
        #expect(state.apply(value: a) == .reinstatement)
        #expect(state.revision == 5)
        #expect(!state.isWithdrawn)
        #expect(state.apply(value: a) == .duplicate)
        #expect(MemoryLayout<PlanetState>.size == 24)
    }

    /// Oracle: `printf ... | openssl mac -macopt hexkey:000102030405060708090a0b0c0d0e0f -macopt size:16 SIPHASH`.
    @Test(arguments: [
        (0, "A3817F04BA25A8E66DF67214C7550293"),
        (1, "DA87C1D86B99AF44347659119B22FC45"),
        (7, "A1F1EBBED8DBC153C0B84AA61FF08239"),
        (8, "3B62A9BA6258F5610F83E264F31497B4"),
        (15, "5493E99933B0A8117E08EC0F97CFC3D9"),
        (16, "6EE2A4CA67B054BBFD3315BF85230577"),
        (63, "5150D1772F50834A503E069A973FBD7C"),
        (400, "42377786AA2A3501D01201D99CEF9460"),
    ]) func `SipHash-2-4-128 as OpenSSL has it`(count: Int, digest: String) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let hash = bytes.withUnsafeBytes { ValueHash(of: $0, key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)) }
        func hex(_ word: UInt64) -> String {
            (0..<8).map { byte in
                let text = String(word >> (8 * UInt64(byte)) & 0xff, radix: 16, uppercase: true)
                return text.count == 1 ? "0" + text : text
            }.joined()
        }
        #expect(hex(hash.low) + hex(hash.high) == digest)
    }
}
