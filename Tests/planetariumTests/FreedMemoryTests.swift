// What was freed is given back to the system: seen in what is resident.

import CLinux
import Testing

@testable import planetarium

@Suite struct FreedMemoryTests {
    @Test func whatWasFreedIsGivenBack() {
        // Small blocks: large ones are never kept. The last stays, so that the heap can't shrink from its end.
        var blocks = (0..<320_000).map { _ in [UInt8](repeating: 1, count: 1000) }
        let last = [UInt8](repeating: 1, count: 1000)
        let filled = clinux_resident_bytes()
        #expect(clinux_malloc_used() > blocks.count * 1000)
        blocks = []
        FreedMemory().look()
        #expect(clinux_resident_bytes() < filled - 200_000_000)
        #expect(last.count == 1000)
    }
}
