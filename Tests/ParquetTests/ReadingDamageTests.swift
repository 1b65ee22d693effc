// Files that are cut, altered or made up: an error with its place or the same values, never a crash, never memory
// without end.
// Foreign writers' oddities are ReadingForeignTests' business.

import TestSupport
import Testing

@testable import Parquet

@Suite struct ReadingDamageTests {
    /// So low that whatever a damaged file claims shows.
    static let options: ReaderOptions = {
        var options = ReaderOptions()
        options.rowGroupRows = 1 << 20
        options.pageBytes = 1 << 20
        options.columnBytes = 1 << 22
        return options
    }()

    struct Sample {
        var name: String
        var bytes: [UInt8]
        var batches: [RowBatch]
    }

    static func sample(_ change: (inout WriterOptions) -> Void) throws -> Sample {
        var options = WriterOptions()
        change(&options)
        let batches = [
            ReadingSamples(kinds: 14, nulls: .some).batch(rows: 40),
            ReadingSamples(kinds: 3, nulls: .runs).batch(rows: 70),
        ]
        return Sample(name: "", bytes: try ReadingSamples.file(batches, options), batches: batches)
    }

    /// Reads all there is; nil where an error said why not.
    static func read(_ bytes: [UInt8]) throws -> [RowBatch]? {
        do throws(ParquetError) {
            let file = try ParquetFile(bytes: bytes, options)
            var batches: [RowBatch] = []
            for group in file.rowGroups.indices {
                // All columns the file says it has, and those it should have: a damaged footer may say less.
                _ = try file.read(rowGroup: group)
                batches.append(try file.read(rowGroup: group, as: ReadingSamples.schema))
            }
            return batches
        } catch {
            #expect(!error.description.isEmpty)
            return nil
        }
    }

    @Test func everyTruncation() throws {
        let sample = try Self.sample { $0.compression = .snappy }
        for length in 0..<sample.bytes.count {
            #expect(try Self.read(Array(sample.bytes[..<length])) == nil, "\(length) of \(sample.bytes.count)")
        }
    }

    @Test(arguments: ["snappy", "zstd", "uncompressed", "plain"]) func everyFlippedBit(kind: String) throws {
        let sample = try Self.sample {
            switch kind {
            case "snappy": $0.compression = .snappy
            case "zstd": $0.compression = .zstd(level: 1)
            default: $0.compression = .uncompressed
            }
            if kind == "plain" { $0.dictionary = .never }
        }
        var random = SplitMix(seed: Seed.ofThisRun)
        var noticed = 0
        for position in sample.bytes.indices {
            // All bits take minutes; over many runs all get their turn.
            for bit in [Int.random(in: 0..<8, using: &random)] {
                var bytes = sample.bytes
                bytes[position] ^= 1 << UInt8(bit)
                guard let read = try Self.read(bytes) else {
                    noticed += 1
                    continue
                }
                let isSame = read == sample.batches
                #expect(isSame, "byte \(position), bit \(bit), seed \(Seed.ofThisRun)")
            }
        }
        // Names, metadata and bounds in the footer have no checksum; all else does or is compared with something.
        #expect(noticed > sample.bytes.count / 2)
    }

    /// Without checksums values may differ, but nothing worse may happen.
    @Test(arguments: [Compression.snappy, .zstd(level: 1), .uncompressed]) func nothingCrashesWithoutChecksums(
        compression: Compression
    ) throws {
        let sample = try Self.sample {
            $0.compression = compression
            $0.checksums = false
        }
        var random = SplitMix(seed: Seed.ofThisRun)
        for position in sample.bytes.indices {
            // One of the three; the next run takes another.
            var bytes = sample.bytes
            bytes[position] = [0x00, 0xFF, .random(in: 0...0xFF, using: &random)].randomElement(using: &random) ?? 0
            _ = try Self.read(bytes)
        }
    }

    /// The seed is an argument so that it is printed before anything can crash.
    @Test(arguments: [Seed.ofThisRun]) func nothingCrashesWhateverIsWritten(seed: UInt64) throws {
        let sample = try Self.sample {
            $0.compression = .uncompressed
            $0.checksums = false
        }
        var random = SplitMix(seed: seed)
        func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
        for _ in 0..<3000 {
            var bytes = sample.bytes
            for _ in 0...below(8) { bytes[4 + below(bytes.count - 12)] = UInt8(below(256)) }
            if below(2) == 0 {
                // A stretch out or in.
                let at = 4 + below(bytes.count - 12)
                if below(2) == 0 {
                    bytes.removeSubrange(at..<min(bytes.count - 8, at + below(41)))
                } else {
                    bytes.insert(contentsOf: (0..<below(41)).map { _ in UInt8(below(256)) }, at: at)
                }
            }
            _ = try Self.read(bytes)
        }
    }

    @Test func aFlippedPageIsNamed() throws {
        let sample = try Self.sample { $0.compression = .uncompressed }
        let file = try ParquetFile(bytes: sample.bytes)
        let column = try #require(ReadingSamples.schema.index(of: "double_null"))
        let chunk = file.rowGroups[1].columns[column]
        var bytes = sample.bytes
        let last = Int(chunk.offset + chunk.compressedSize) - 1
        bytes[last] ^= 0x10
        let broken = try ParquetFile(bytes: bytes)
        #expect(try broken.read(rowGroup: 0) == sample.batches[0])
        #expect {
            try broken.verify()
        } throws: {
            guard case .damaged(let place, let reason) = $0 as? ParquetError else { return false }
            return place.column == "double_null" && place.rowGroup == 1 && reason.contains("checksum")
                && (place.offset ?? 0) >= chunk.offset && (place.offset ?? 0) < Int64(last)
        }
    }

    @Test func verificationComparesTheFooter() throws {
        let schema = Schema("t", [.init("name", .string), .init("n", .int64)])
        var batch = RowBatch(schema)
        for row in 0..<10 {
            batch.columns[0].append("planet \(row)")
            batch.columns[1].append(Int64(row) + 1000)
        }
        let bytes = try ReadingSamples.file([batch], WriterOptions(), schema)
        _ = try ParquetFile(bytes: bytes).verify()
        // The bound 1009 in the footer, made smaller.
        let bound: [UInt8] = [0xF1, 0x03, 0, 0, 0, 0, 0, 0]
        let at = try #require((0..<bytes.count - 8).last { Array(bytes[$0..<$0 + 8]) == bound })
        var altered = bytes
        altered[at] -= 1
        #expect {
            try ParquetFile(bytes: altered).verify()
        } throws: {
            guard case .damaged(let place, let reason) = $0 as? ParquetError else { return false }
            return place.column == "n" && reason.contains("bounds")
        }
        // Text that isn't.
        var broken = RowBatch(schema)
        broken.columns[0].append(bytes: [0xC3, 0x28])
        broken.columns[1].append(Int64(0))
        #expect(throws: ParquetError.self) {
            try ParquetFile(bytes: try ReadingSamples.file([broken], WriterOptions(), schema)).verify()
        }
    }

    @Test func checksumsMayBeRequired() throws {
        var options = ReaderOptions()
        options.requiresChecksums = true
        let with = try Self.sample { $0.checksums = true }
        let without = try Self.sample { $0.checksums = false }
        #expect(try ParquetFile(bytes: with.bytes, options).read(rowGroup: 0) == with.batches[0])
        #expect(throws: ParquetError.self) { try ParquetFile(bytes: without.bytes, options).read(rowGroup: 0) }
    }

    @Test func claimsBeyondTheLimits() throws {
        let sample = try Self.sample { _ in }
        func expectTooLarge(_ change: (inout ReaderOptions) -> Void) {
            var options = ReaderOptions()
            change(&options)
            #expect {
                try ParquetFile(bytes: sample.bytes, options).read(rowGroup: 0)
            } throws: {
                if case .tooLarge = $0 as? ParquetError { true } else { false }
            }
        }
        expectTooLarge { $0.footerBytes = 100 }
        expectTooLarge { $0.rowGroupRows = 19 }
        expectTooLarge { $0.chunkBytes = 10 }
        expectTooLarge { $0.pageBytes = 10 }
        expectTooLarge { $0.columnBytes = 100 }
    }

    @Test func whatIsNoParquetFile() {
        for bytes: [UInt8] in [[], Array("PAR1".utf8), Array("PAR1PAR1".utf8), Array(repeating: 0, count: 100)] {
            #expect(throws: ParquetError.self) { try ParquetFile(bytes: bytes) }
        }
        for size: [UInt8] in [[0, 0, 0, 0], [1, 0, 0, 0], [2, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF]] {
            for fill: UInt8 in [0, 0x19, 0xFF, 0x1C] {
                let bytes = Array("PAR1".utf8) + [fill] + size + Array("PAR1".utf8)
                #expect(throws: ParquetError.self) { try ParquetFile(bytes: bytes) }
            }
        }
        // Structs in structs, deeper than any stack.
        let deep = Array("PAR1".utf8) + Array(repeating: 0x1C as UInt8, count: 1 << 20) + [0, 0, 0x10, 0]
        #expect(throws: ParquetError.self) { try ParquetFile(bytes: deep + Array("PAR1".utf8)) }
    }
}
