import Glibc
import Testing
import Threads

@Suite struct ProcessEndTests {
    @Test func `A process ends with what it printed and without handlers`() async throws {
        let end = await #expect(processExitsWith: .exitCode(3), observing: [\.standardOutputContent]) {
            atexit { _exit(4) }
            print("stopped", terminator: "")
            ProcessEnd.now(3)
        }
        let printed = try #require(end).standardOutputContent
        #expect(String(decoding: printed, as: UTF8.self).contains("stopped"))
    }
}
