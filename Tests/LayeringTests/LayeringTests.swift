// Keeps the targets in their rows: reads the import lines of every file under Sources and compares them with the table
// below, which repeats docs/ARCHITECTURE.md on purpose (not Package.swift: that is what could slip). Also file sizes.

import Foundation
import Testing

/// Who may import what.
struct Layers {
    /// As in docs/ARCHITECTURE.md, row 0 first. Imports go to lower rows only.
    static let rows: [[String]] = [
        [
            "CLinux", "CTLS", "CCurl", "CRdKafka", "CSQLite", "COpenSSL", "CSimdJSON", "CZlib", "CSnappy", "CZstd",
            "CUnistring", "CExpat",
        ],
        ["Basics"],
        ["Threads", "Telemetry", "StateBytes", "JSONText", "HTTPWire", "Parquet", "TableFiles"],
        ["PlanetCore", "Provenance", "Reactor", "EventLog", "Lake"],
        ["PlanetFigures"],
        ["PlanetWeb", "PlanetStream", "PlanetJudge"],
        ["planetarium", "planetarium-judge"],
    ]
    /// The C modules of each target; no others, whatever its row.
    static let cModules: [String: Set<String>] = [
        "Basics": ["COpenSSL"], "Threads": ["CLinux"], "JSONText": ["CSimdJSON"],
        "HTTPWire": ["COpenSSL", "CZlib", "CZstd"], "Parquet": ["CSnappy", "CZstd", "CZlib"],
        "TableFiles": ["CZlib", "CExpat"], "PlanetCore": ["CUnistring"], "Reactor": ["CLinux", "CTLS"],
        "EventLog": ["CSQLite", "CRdKafka"], "Lake": ["CLinux", "CCurl"],
        "planetarium": ["CLinux", "CTLS", "CCurl"],
    ]
    /// Part of the tool chain, for everybody.
    static let everywhere: Set<String> = ["Swift", "Glibc", "Synchronization"]
    /// Costs start-up time and memory: for the executable only.
    static let executableOnly: Set<String> = [
        "Foundation", "FoundationEssentials", "FoundationNetworking", "FoundationInternationalization", "Dispatch",
    ]

    static func row(of target: String) -> Int? { rows.firstIndex { $0.contains(target) } }

    /// Nil when `target` may import `module`, else why not.
    static func objection(to module: String, in target: String) -> String? {
        guard let row = row(of: target) else { return "target \(target) is in no row of the table" }
        if everywhere.contains(module) { return nil }
        if executableOnly.contains(module) {
            return target == "planetarium" ? nil : "\(module) is for the executable only"
        }
        guard let below = Layers.row(of: module) else { return "\(module) is no module of this project" }
        if below == 0 {
            return cModules[target]?.contains(module) == true ? nil : "\(target) may not use the C library \(module)"
        }
        return below < row ? nil : "\(module) (row \(below)) is not below \(target) (row \(row))"
    }

    /// The module a line imports, if it is an import line.
    static func imported(_ line: Substring) -> Substring? {
        // Attributes and access levels may come before (`@testable import`, `package import`), a kind after (`import
        // struct`).
        var words = line.split { $0 == " " || $0 == "\t" || $0 == ";" }[...]
        while let word = words.first, word.hasPrefix("@") || modifiers.contains(word) { words.removeFirst() }
        guard words.first == "import" else { return nil }
        words.removeFirst()
        if let kind = words.first, kinds.contains(kind) { words.removeFirst() }
        return words.first.flatMap { $0.split(separator: ".").first }
    }
    private static let modifiers: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    private static let kinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor",
    ]

    /// What is wrong with one source file, each as "path:line: reason".
    static func faults(in text: String, of target: String, path: String) -> [String] {
        var faults: [String] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let isSwift = path.hasSuffix(".swift")
        if isSwift {
            for (index, line) in lines.enumerated() {
                guard let module = imported(line), let objection = objection(to: String(module), in: target) else {
                    continue
                }
                faults.append("\(path):\(index + 1): \(objection)")
            }
        }
        // A .c or .cpp file has its comment in its header.
        if (isSwift || path.hasSuffix(".h")) && !text.hasPrefix("//") {
            faults.append("\(path):1: does not open with a comment on what it is")
        }
        let count = text.hasSuffix("\n") ? lines.count - 1 : lines.count
        if count > 400 { faults.append("\(path):401: \(count) lines; over 400 a file has two subjects") }
        return faults
    }
}

@Suite struct LayeringTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every source file below Sources, as its target and its path from the root.
    private static func sources() throws -> [(target: String, path: String, text: String)] {
        let folder = root.appendingPathComponent("Sources")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return try files.sorted().compactMap { file in
            guard [".swift", ".c", ".cpp", ".h"].contains(where: file.hasSuffix) else { return nil }
            let target = String(file.split(separator: "/")[0])
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            return (target, "Sources/\(file)", text)
        }
    }

    @Test func everySourceFileKeepsToItsRow() throws {
        let sources = try LayeringTests.sources()
        // The walk itself must have found the targets.
        for target in Layers.rows.joined() {
            #expect(sources.contains { $0.target == target }, "no source of \(target) was found")
        }
        for (target, path, text) in sources {
            for fault in Layers.faults(in: text, of: target, path: path) { Issue.record("\(fault)") }
        }
    }

    @Test func theTableIsTheOneInTheArchitecture() throws {
        let text = try String(
            contentsOf: LayeringTests.root.appendingPathComponent("docs/ARCHITECTURE.md"), encoding: .utf8)
        for (row, targets) in Layers.rows.enumerated() {
            let line = text.split(separator: "\n").first { $0.hasPrefix("| \(row) | ") }
            let cell = line?.split(separator: "|").dropFirst().first ?? ""
            let named = cell.split(separator: ",").compactMap { $0.split(separator: " ").first.map(String.init) }
            #expect(Set(named) == Set(targets), "row \(row)")
        }
    }

    @Test(arguments: [
        ("import PlanetStream", "PlanetWeb"), ("import PlanetWeb", "PlanetStream"), ("import Reactor", "EventLog"),
        ("import EventLog", "Threads"), ("import Telemetry", "Threads"), ("import CSQLite", "PlanetWeb"),
        ("import Foundation", "Lake"), ("@testable import planetarium", "PlanetCore"),
        ("package import PlanetWeb", "Reactor"), ("import struct Foundation.Data", "EventLog"),
        ("    import Dispatch", "Threads"), ("import NIOCore", "Reactor"), ("import Threads", "Unheard"),
        ("@preconcurrency\timport FoundationEssentials", "JSONText"), ("import Glibc; import Lake", "Parquet"),
    ])
    func aForbiddenImportIsFoundAndNamed(_ line: String, _ target: String) {
        let text = "// A file.\n\n\(line.replacing("; ", with: "\n"))\n"
        let faults = Layers.faults(in: text, of: target, path: "Sources/X/Y.swift")
        #expect(faults.count == 1)
        #expect(faults.first?.hasPrefix("Sources/X/Y.swift:\(line.contains(";") ? 4 : 3): ") == true, "\(faults)")
    }

    @Test(arguments: [
        ("import Threads", "EventLog"), ("import CSQLite", "EventLog"), ("import Foundation", "planetarium"),
        ("import Glibc", "Threads"), ("import PlanetCore", "PlanetStream"), ("// import PlanetWeb", "Threads"),
        ("let important = 1", "Threads"), ("import struct Glibc.timespec", "Reactor"),
    ])
    func anAllowedLineIsLeftAlone(_ line: String, _ target: String) {
        #expect(Layers.faults(in: "// A file.\n\(line)\n", of: target, path: "Y.swift").isEmpty)
    }

    @Test func longAndUncommentedFilesAreFound() {
        let lines = String(repeating: "x\n", count: 399)
        #expect(Layers.faults(in: "// A file.\n" + lines, of: "Lake", path: "Y.swift").isEmpty)
        #expect(Layers.faults(in: "// A file.\n" + lines + "x\n", of: "Lake", path: "Y.swift").count == 1)
        #expect(Layers.faults(in: "// A file.\n" + lines + "x\n", of: "CLinux", path: "y.c").count == 1)
        #expect(Layers.faults(in: "let x = 1\n", of: "Lake", path: "Y.swift").count == 1)
    }
}
