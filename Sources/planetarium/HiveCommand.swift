// `planetarium hive check`, `repair` and `ddl`: the lake's tables in a Hive metastore. The running service uses
// HiveRegistrar.

import Glibc
import Lake
import PlanetStream

enum HiveCommand {
    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        guard let action = arguments.first, ["check", "repair", "ddl"].contains(action) else {
            throw UsageError("hive needs one of: check, repair, ddl")
        }
        let settings = try Settings.read(arguments: Array(arguments.dropFirst()), for: .hive)
        let layout = try settings.hiveLayout()
        if action == "ddl" {
            print(layout.hiveQL, terminator: "")
            return 0
        }
        guard !settings.hive.isEmpty else {
            throw UsageError("hive \(action) needs --hive thrift://HOST:PORT")
        }
        let store: any FileStore
        do throws(LakeError) {
            store = try settings.lake.open()
        } catch {
            print("planetarium hive: lake \(settings.lake): \(error)", to: &standardError)
            return 1
        }
        let catalogue = HiveCatalogue(layout, settings.hive, store, timeout: settings.hiveTimeout)
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
    /// The lake's tables as they should be in the metastore.
    func hiveLayout() throws(UsageError) -> HiveLayout {
        HiveLayout(
            database: hiveDatabase, base: try hiveBase(), tables: LakeTables.all, timestamps: hiveTimestamps)
    }

    private func hiveBase() throws(UsageError) -> String {
        if let hiveLocation { return hiveLocation }
        guard case .folder(let path) = lake else {
            throw UsageError(
                "--hive-location is needed: the lake \(lake) as Hive opens it, such as hdfs://NAMENODE:RPCPORT/PATH"
            )
        }
        // As Hive must open it: from any folder, under one name. A missing lake is made later.
        if let real = realpath(path, nil) {
            defer { free(real) }
            return "file:" + String(cString: real)
        }
        if path.hasPrefix("/") { return "file:" + path }
        guard let folder = getcwd(nil, 0) else { throw UsageError("--lake \(lake): no working folder") }
        defer { free(folder) }
        return "file:" + String(cString: folder) + "/" + path
    }

    /// Nil: no metastore is configured. Opens the lake's folder last, so that its path is known.
    func hiveRegistrar() throws -> HiveRegistrar? {
        guard !hive.isEmpty else { return nil }
        _ = try hiveLayout()
        let store = try lake.open()
        var options = HiveRegistrar.Options()
        options.timeout = hiveTimeout
        return HiveRegistrar(try hiveLayout(), hive, store: store, options: options)
    }
}

extension Command {
    static let hive = Command(
        name: "hive", summary: "the lake's tables in a Hive metastore: check, repair, ddl",
        arguments: "check|repair|ddl [options]",
        about: [
            "The lake's tables in a Hive metastore. planetarium hive check [options] says where the metastore and the lake "
                + "differ, planetarium hive repair [options] fixes what may be fixed and reports the rest, planetarium "
                + "hive ddl [options] prints HiveQL that makes the tables.",
            "Exit status 0: no difference, 1: differences (left), 3: the metastore was unreachable.",
        ],
        example: "planetarium hive check --data /var/lib/planetarium --hive thrift://metastore:9083",
        part: .hive, run: HiveCommand.run)
}
