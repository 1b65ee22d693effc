// The registrar's thread without a metastore: nobody is held up, trouble shows, a stop doesn't wait. With
// one: HiveMetastoreTests.

import Basics
import Foundation
import Glibc
import Telemetry
import TestSupport
import Testing

@testable import Lake

/// A port of this machine that takes connections and never answers, or (closed) takes none.
private final class SilentPort {
    let descriptor: Int32
    private(set) var port: UInt16 = 0

    init() {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, size)
                _ = listen(descriptor, 8)
                _ = getsockname(descriptor, $0, &size)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
    }

    func close() { _ = Glibc.close(descriptor) }
}

func hiveRoll(_ table: String, _ days: Range<Int>) -> LakeRoll {
    LakeRoll(
        first: 0, last: 9, day: UTCDay(days: days.lowerBound), rows: 10, bytes: 1,
        files: days.map {
            LakePath(table: table, day: UTCDay(days: $0), topic: "t", partition: 0, first: 0, last: 9)
        })
}

@Suite struct HiveRegistrarTests {
    private let scratch: Scratch
    private let store: LocalFileStore
    private let metrics = Metrics()

    init() throws {
        scratch = try Scratch()
        store = try LocalFileStore(root: scratch.path)
    }

    private func registrar(_ port: UInt16, capacity: Int = 10_000) -> HiveRegistrar {
        var options = HiveRegistrar.Options()
        options.capacity = capacity
        options.firstPause = 10_000_000
        options.longestPause = 50_000_000
        options.patienceAtStop = 300_000_000
        return HiveRegistrar(
            HiveLayout(database: "d", base: "file:\(scratch.path)", tables: [hiveTable]),
            [HiveAddress(host: "127.0.0.1", port: port)], store: store, options: options, metrics: HiveMetrics(metrics))
    }

    @Test func aMetastoreThatIsAwayShowsAndIsTriedAgain() {
        let port = SilentPort()
        port.close()
        let registrar = registrar(port.port)
        registrar.start()
        registrar.note(hiveRoll("things", 100..<103))
        #expect(eventually { registrar.status.trouble?.contains("Connection refused") == true })
        #expect(registrar.status.waiting == 3 && registrar.status.registered == 0)
        #expect(eventually { metrics.prometheusText().contains("planetarium_hive_trouble 1.0") })
        let failures = metrics.counter("planetarium_hive_failures_total", "")
        #expect(eventually { failures.value >= 3 })
        registrar.stop()
    }

    @Test func noteNeverWaitsAndRemembersOnlySoMuch() {
        let port = SilentPort()
        defer { port.close() }
        let registrar = registrar(port.port, capacity: 5)
        registrar.start()
        for _ in 0..<100 { registrar.note(hiveRoll("things", 0..<50)) }
        #expect(registrar.status.waiting == 5)
        registrar.stop()
        // The call to the silent port is still under way: it has neither failed nor been waited for.
        #expect(registrar.status.trouble == "not asked yet")
    }
}
