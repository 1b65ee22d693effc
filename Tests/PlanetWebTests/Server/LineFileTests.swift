import Foundation
import TestSupport
import Testing

@testable import PlanetWeb

@Suite final class LineFileTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lines-\(UUID().uuidString)")
        .path
    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func lines(_ name: String) -> [String] {
        let text = (try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    @Test func everyLineIsWrittenWholeAndInOrder() throws {
        let file = try LineFile(folder + "/deep/log", name: "test")
        for i in 0..<5000 { file.add(Array("line \(i)\n".utf8)) }
        file.close()
        #expect(lines("deep/log") == (0..<5000).map { "line \($0)" })
        file.add(Array("late\n".utf8))
        #expect(lines("deep/log").count == 5000, "a closed file takes nothing")
    }

    @Test func aRenamedFileIsFollowedByANewOne() throws {
        let file = try LineFile(folder + "/log", name: "test")
        file.add(Array("old\n".utf8))
        #expect(eventually { lines("log") == ["old"] })
        try FileManager.default.moveItem(atPath: folder + "/log", toPath: folder + "/log.1")
        file.reopen()
        #expect(eventually { FileManager.default.fileExists(atPath: folder + "/log") })
        file.add(Array("new\n".utf8))
        file.close()
        #expect(lines("log.1") == ["old"] && lines("log") == ["new"])
    }

    @Test func whatCannotBeOpenedIsSaid() {
        #expect(throws: LineFile.Failure.self) { _ = try LineFile("/proc/nothing/log", name: "test") }
    }
}
