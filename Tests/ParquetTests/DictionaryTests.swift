// When a dictionary is made, that it holds what it should, and that it is given up where it doesn't pay.

import TestSupport
import Testing

@testable import Parquet

@Suite struct DictionaryTests {
    private func strings(_ values: [String]) -> ColumnBuffer {
        var buffer = ColumnBuffer(.init("s", .string))
        for value in values { buffer.append(value) }
        return buffer
    }

    private func doubles(_ values: [Double]) -> ColumnBuffer {
        var buffer = ColumnBuffer(.init("d", .double))
        for value in values { buffer.append(value) }
        return buffer
    }

    @Test func everyIndexLeadsToItsValue() throws {
        var random = SplitMix(seed: 1)
        let values = (0..<50_000).map { _ in "facility \(Int.random(in: 0..<700, using: &random))" }
        let dictionary = try #require(DictionaryEncoder.build(strings(values), maxBytes: 1 << 20))
        #expect(dictionary.firsts.count == Set(values).count)
        #expect(zip(values, dictionary.indices).allSatisfy { values[dictionary.firsts[Int($1)]] == $0 })
        #expect(dictionary.indices.count == values.count)
    }

    @Test func zerosAndNaNsKeepTheirBits() throws {
        let quiet = Double(bitPattern: 0x7FF8_0000_0000_0001)
        let dictionary = try #require(
            DictionaryEncoder.build(doubles([0.0, -0.0, .nan, quiet, 0.0, .nan]), maxBytes: 1 << 20))
        #expect(dictionary.indices == [0, 1, 2, 3, 0, 2])
    }

    @Test func nearlyUniqueValuesHaveNone() {
        var random = SplitMix(seed: 2)
        let unique = (0..<100_000).map { _ in Double.random(in: 0..<1, using: &random) }
        #expect(DictionaryEncoder.build(doubles(unique), maxBytes: 1 << 20) == nil)
        #expect(DictionaryEncoder.build(strings((0..<100_000).map { "Kepler-\($0) b" }), maxBytes: 1 << 20) == nil)
        // Too few values for a sample: the limit stops it.
        #expect(DictionaryEncoder.build(doubles((0..<5000).map(Double.init)), maxBytes: 1 << 20) == nil)
    }

    @Test func repeatedRunsHaveOneWhereASingleSampleWouldNotShowIt() throws {
        let values = (0..<100_000).map { Double($0 / 20) }
        let dictionary = try #require(DictionaryEncoder.build(doubles(values), maxBytes: 1 << 20))
        #expect(dictionary.firsts.count == 5000)
    }

    @Test func outgrownDictionaryIsDropped() {
        let values = (0..<4000).map { String(repeating: "x", count: 100) + "\($0 % 1000)" }
        #expect(DictionaryEncoder.build(strings(values), maxBytes: 200_000) != nil)
        #expect(DictionaryEncoder.build(strings(values), maxBytes: 50_000) == nil)
    }

    @Test func estimateOfDistinctValues() {
        #expect(DictionarySample.estimatedDistinct(inSample: 4096, of: 4096, total: 100_000) == 100_000)
        let estimate = DictionarySample.estimatedDistinct(inSample: 60, of: 4096, total: 100_000)
        #expect((60...61).contains(estimate))
        // 4096 draws from 10 000 values show 10 000 (1 - e^-0.4096) = 3361 of them.
        #expect(abs(DictionarySample.estimatedDistinct(inSample: 3361, of: 4096, total: 100_000) - 10_000) < 50)
    }
}
