// The fuzzed parsers as one program for libFuzzer (`make fuzz`): FUZZ_TARGET names the parser, which gets what bytes
// libFuzzer makes up. A crash, a hang, memory beyond bounds and a claim below that does not hold are findings.
// Not part of the package but where PLANETARIUM_FUZZ is set (Package.swift), because libFuzzer brings its own main.

import Glibc

/// One input. Claims that do not hold end in `claim`.
typealias FuzzTarget = @Sendable (UnsafeRawBufferPointer) -> Void

private let targets: [String: FuzzTarget] = [
    "http_head": fuzzHead, "http_body": fuzzBody, "websocket": fuzzWebSocket, "json": fuzzJSON, "csv": fuzzCSV,
    "record": fuzzRecord, "parquet": fuzzParquet, "thrift_compact": fuzzThriftCompact,
    "thrift_binary": fuzzThriftBinary, "manifest": fuzzManifest, "checkpoint": fuzzCheckpoint, "table": fuzzTable,
]

private let chosen: FuzzTarget = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = targets[name] else {
        fatalError("FUZZ_TARGET is one of \(targets.keys.sorted().joined(separator: ", ")), not \(name)")
    }
    return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // Not nil and never of another's memory, also where there is no byte: as callers give it.
    var bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    bytes.reserveCapacity(1)
    bytes.withUnsafeBytes(chosen)
    return 0
}

func claim(_ holds: Bool, _ what: @autoclosure () -> String) {
    if !holds { fatalError(what()) }
}

/// Cuts the input where its first byte says, and gives the rest as two pieces: a parser that is fed piece by piece must
/// come to the same.
func cut(_ input: UnsafeRawBufferPointer) -> (whole: UnsafeRawBufferPointer, at: Int)? {
    guard let first = input.first else { return nil }
    let whole = UnsafeRawBufferPointer(rebasing: input[1...])
    return (whole, whole.isEmpty ? 0 : Int(first) % (whole.count + 1))
}
