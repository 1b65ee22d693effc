// The Parquet writer alone, for Benchmarks/bench_parquet.py: `Costs rewrite IN OUT snappy|zstd` reads a file's row
// groups, and writes them again. Prints the seconds of this process that went into writing, and how long the file is.

import Glibc
import Parquet

func rewrite(_ source: String, _ target: String, _ codec: String) throws {
    let input = try ParquetFile(MappedFile(source))
    var options = WriterOptions()
    options.compression = codec == "zstd" ? .zstd(level: 3) : .snappy
    var writer = ParquetWriter(input.schema, options)
    let output = open(target, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    precondition(output >= 0, "cannot write \(target)")
    var (seconds, length) = (0.0, 0)
    func store(_ bytes: [UInt8]) {
        length += bytes.count
        let written = bytes.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
        precondition(written == bytes.count, "cannot write \(target)")
    }
    for group in input.rowGroups.indices {
        let rows = try input.read(rowGroup: group)
        let before = cpuSeconds()
        try writer.write(rows)
        store(writer.take())
        seconds += cpuSeconds() - before
    }
    let before = cpuSeconds()
    writer.finish()
    store(writer.take())
    seconds += cpuSeconds() - before
    close(output)
    print(seconds, length)
}

/// A file that is read where it lies.
private final class MappedFile: ByteSource, @unchecked Sendable {
    // @unchecked: nobody writes there.
    private let bytes: UnsafeRawBufferPointer

    init(_ path: String) {
        let file = open(path, O_RDONLY)
        var about = stat()
        precondition(file >= 0 && fstat(file, &about) == 0, "cannot read \(path)")
        bytes = UnsafeRawBufferPointer(
            start: mmap(nil, Int(about.st_size), PROT_READ, MAP_PRIVATE, file, 0), count: Int(about.st_size))
        close(file)
    }

    var length: Int64 { Int64(bytes.count) }

    func read(offset: Int64, count: Int) throws(ParquetError) -> [UInt8] {
        Array(bytes[Int(offset)..<min(bytes.count, Int(offset) + count)])
    }
}

private func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
