// `planetarium hive check`, `repair` and `ddl`: the lake's tables in a Hive metastore, for people. What the running service does with
// the metastore is HiveRegistrar's.

import Glibc
import Lake
import PlanetStream

enum HiveCommand {
    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        guard let action = arguments.first, ["check", "repair", "ddl"].contains(action) else {
            throw UsageError("hive needs one of: check, repair, ddl")
        }
        let settings = try Settings.read(arguments: Array(arguments.dropFirst()), for: .hive)
        let lake = try settings.lakeAddress()
        let layout = try settings.hiveLayout(lake)
        if action == "ddl" {
            print(layout.hiveQL, terminator: "")
            return 0
        }
        guard let addresses = HiveAddress.list(settings.hive) else {
            throw UsageError("hive \(action) needs --hive thrift://HOST:PORT")
        }
        let store: any FileStore
        do throws(LakeError) {
            store = try lake.open()
        } catch {
            print("planetarium hive: lake \(settings.lake): \(error)", to: &standardError)
            return 1
        }
        let catalogue = HiveCatalogue(layout, addresses, store)
        do throws(HiveError) {
            if action == "repair" { try catalogue.repair { print("mended: \($0)") } }
            let drift = try catalogue.check()
            for text in drift.notes { print("note: \(text)") }
            for text in drift.mendable { print("drift: \(text)") }
            for text in drift.conflicts { print("conflict: \(text)") }
            if drift.isNone { print("The metastore has what the lake has.") }
            return drift.isNone ? 0 : 1
        } catch {
            print("planetarium hive \(action): \(error)", to: &standardError)
            return if case .unreachable = error { 3 } else { 1 }
        }
    }
}

extension Settings {
    func lakeAddress() throws(UsageError) -> LakeAddress {
        guard let address = LakeAddress(lake, hdfs) else {
            throw UsageError("--lake \(lake) is no lake address (file:DIR, hdfs://NAMENODE:9870/FOLDER)")
        }
        return address
    }

    /// The lake's tables as the metastore should have them.
    func hiveLayout(_ lake: LakeAddress) throws(UsageError) -> HiveLayout {
        HiveLayout(database: hiveDatabase, base: try hiveBase(lake), tables: LakeTables.all)
    }

    private func hiveBase(_ lake: LakeAddress) throws(UsageError) -> String {
        if !hiveLocation.isEmpty { return hiveLocation }
        guard case .folder(let path) = lake else {
            throw UsageError(
                "--hive-location is needed: the lake \(self.lake) as Hive opens it, such as hdfs://NAMENODE:RPCPORT/PATH"
            )
        }
        // As Hive must open it: from any folder, and by one name only. A lake that isn't there yet is made later.
        if let real = realpath(path, nil) {
            defer { free(real) }
            return "file:" + String(cString: real)
        }
        if path.hasPrefix("/") { return "file:" + path }
        guard let folder = getcwd(nil, 0) else { throw UsageError("--lake \(self.lake): no working folder") }
        defer { free(folder) }
        return "file:" + String(cString: folder) + "/" + path
    }

    /// Nil: no metastore is to be told. Opens the lake's folder, so that its place is known; what is wrong anyway is told before.
    func hiveRegistrar(_ lake: LakeAddress) throws -> HiveRegistrar? {
        guard let addresses = HiveAddress.list(hive) else { return nil }
        _ = try hiveLayout(lake)
        let store = try lake.open()
        return HiveRegistrar(try hiveLayout(lake), addresses, store: store)
    }

    /// What Hive takes as a database's name.
    static func isDatabase(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || (0x30...0x39).contains($0) || $0 == 0x5F
            }
    }

    /// A URI with a scheme and an absolute path.
    static func isLocation(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else { return false }
        return text[text.index(after: colon)...].hasPrefix("/")
    }
}
