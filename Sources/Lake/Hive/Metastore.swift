// The metastore calls we need (hive_metastore.thrift of Hive 2.3 to 4.0), over one connection, opened on demand. Used
// by one thread. For what a table of ours looks like see HiveLayout.swift.

package final class Metastore {
    private let addresses: [HiveAddress]
    private let timeout: UInt64
    private var socket: HiveSocket?
    private var sequence: Int32 = 0
    /// The address to try first.
    private var preferred = 0
    /// False once a metastore lacked `get_table_req` (before Hive 2.3). Hive 4 has no `get_table`.
    private var hasTableRequest = true

    package static let usualTimeout: UInt64 = 20_000_000_000

    /// `timeout` in nanoseconds, for each wait on the network.
    init(_ addresses: [HiveAddress], timeout: UInt64 = Metastore.usualTimeout) {
        precondition(!addresses.isEmpty, "BUG: no metastore's address")
        self.addresses = addresses
        self.timeout = timeout
    }

    /// The exceptions of a call, by their field in its result.
    private typealias Exceptions = [Int16: Exception]
    private enum Exception: String {
        case noSuchObject = "NoSuchObjectException"
        case alreadyExists = "AlreadyExistsException"
        case meta = "MetaException"
        case invalidObject = "InvalidObjectException"
        case invalidOperation = "InvalidOperationException"
        /// Field 1 of `get_partition_names`: a MetaException in Hive 2, where the table is missing in Hive 3 and later.
        case noSuchObjectOrMeta = "NoSuchObjectException or MetaException"
    }

    func disconnect() { socket = nil }

    // MARK: Databases

    /// Nil: no such database.
    func database(_ name: String) throws(HiveError) -> ThriftStruct? {
        do throws(HiveError) {
            return try call("get_database", [1: .string(name)], [1: .noSuchObject, 2: .meta])?.fields
        } catch .noSuchObject {
            return nil
        }
    }

    func createDatabase(_ database: ThriftStruct) throws(HiveError) {
        _ = try call("create_database", [1: .structure(database)], [1: .alreadyExists, 2: .invalidObject, 3: .meta])
    }

    // MARK: Tables

    /// Nil: no such table.
    func table(_ database: String, _ name: String) throws(HiveError) -> ThriftStruct? {
        do throws(HiveError) {
            if hasTableRequest {
                do throws(HiveError) {
                    let request: ThriftStruct = [1: .string(database), 2: .string(name)]
                    let result = try call(
                        "get_table_req", [1: .structure(request)], [1: .meta, 2: .noSuchObject])
                    return result?.fields?[1]?.fields
                } catch .unknownCall {
                    hasTableRequest = false
                }
            }
            let found = try call(
                "get_table", [1: .string(database), 2: .string(name)], [1: .meta, 2: .noSuchObject])
            return found?.fields
        } catch .noSuchObject {
            return nil
        }
    }

    func createTable(_ table: ThriftStruct) throws(HiveError) {
        _ = try call(
            "create_table", [1: .structure(table)], [1: .alreadyExists, 2: .invalidObject, 3: .meta, 4: .noSuchObject])
    }

    /// The partitions get the table's new columns as well.
    func alterTableAndPartitions(_ database: String, _ name: String, to table: ThriftStruct) throws(HiveError) {
        _ = try call(
            "alter_table_with_cascade",
            [1: .string(database), 2: .string(name), 3: .structure(table), 4: .bool(true)],
            [1: .invalidOperation, 2: .meta])
    }

    // MARK: Partitions

    /// "dt=2026-11-23", all of them.
    func partitionNames(_ database: String, _ table: String) throws(HiveError) -> [String] {
        // -1: no limit.
        let names = try call(
            "get_partition_names", [1: .string(database), 2: .string(table), 3: .i16(-1)],
            [1: .noSuchObjectOrMeta, 2: .meta])
        return names?.elements?.compactMap(\.text) ?? []
    }

    /// Those that exist.
    func partitions(_ database: String, _ table: String, named names: [String]) throws(HiveError) -> [ThriftStruct] {
        let found = try call(
            "get_partitions_by_names", [1: .string(database), 2: .string(table), 3: .strings(names)],
            [1: .meta, 2: .noSuchObject, 3: .invalidObject])
        return found?.elements?.compactMap(\.fields) ?? []
    }

    /// Adds the missing ones and leaves the others unchanged.
    func addPartitions(_ database: String, _ table: String, _ partitions: [ThriftStruct]) throws(HiveError) {
        let request: ThriftStruct = [
            1: .string(database), 2: .string(table), 3: .structures(partitions),
            // ifNotExists, and no partitions in the answer.
            4: .bool(true), 5: .bool(false),
        ]
        _ = try call(
            "add_partitions_req", [1: .structure(request)],
            [1: .invalidObject, 2: .alreadyExists, 3: .meta])
    }

    func alterPartitions(_ database: String, _ table: String, _ partitions: [ThriftStruct]) throws(HiveError) {
        _ = try call(
            "alter_partitions", [1: .string(database), 2: .string(table), 3: .structures(partitions)],
            [1: .invalidOperation, 2: .meta])
    }

    /// Drops a partition; its files, if any, stay.
    func dropPartition(_ database: String, _ table: String, values: [String]) throws(HiveError) {
        do throws(HiveError) {
            _ = try call(
                "drop_partition",
                [1: .string(database), 2: .string(table), 3: .strings(values), 4: .bool(false)],
                [1: .noSuchObject, 2: .meta])
        } catch .noSuchObject {
            return
        }
    }

    // MARK: Calling

    /// Asks the address that answered last, then the others in turn. Every call here may be repeated.
    private func call(
        _ name: String, _ arguments: ThriftStruct, _ exceptions: Exceptions
    ) throws(HiveError) -> ThriftValue? {
        // An open connection may have been closed since (idle, or the metastore restarted): one more try.
        let tries = addresses.count + (socket == nil ? 0 : 1)
        var failures: [HiveError] = []
        for _ in 0..<tries {
            do throws(HiveError) {
                return try callOnce(name, arguments, exceptions)
            } catch {
                // A late answer belongs to no call. An address that hangs or is no metastore is asked last next time.
                switch error {
                case .unreachable, .nonsense:
                    socket = nil
                    preferred = (preferred + 1) % addresses.count
                    if !failures.contains(error) { failures.append(error) }
                default: throw error
                }
            }
        }
        // A single reason keeps its case: what is no metastore will not become one.
        if failures.count == 1 { throw failures[0] }
        throw .unreachable(failures.map { "\($0)" }.joined(separator: "; "))
    }

    private func callOnce(
        _ name: String, _ arguments: ThriftStruct, _ exceptions: Exceptions
    ) throws(HiveError) -> ThriftValue? {
        let socket: HiveSocket
        if let open = self.socket {
            socket = open
        } else {
            socket = try HiveSocket(addresses[preferred], timeout: timeout)
        }
        self.socket = socket
        sequence &+= 1
        try socket.send(ThriftWriter.message(.call, name, sequence: sequence, arguments))
        var reader = ThriftReader { (buffer: inout [UInt8]) throws(HiveError) in try socket.receive(&buffer) }
        let answer = try reader.message()
        guard answer.sequence == sequence, answer.name == name else {
            throw .nonsense("the answer to another call than \(name)")
        }
        guard answer.type == .reply else {
            // TApplicationException: 1 message, 2 type, of which 1 is UNKNOWN_METHOD.
            let text = "\(name): \(answer.body[1]?.text ?? "refused without a reason")"
            throw answer.body[2] == .i32(1) ? .unknownCall(text) : .refused(text)
        }
        for field in answer.body.fields where field.id != 0 {
            let text = field.value.fields?[1]?.text ?? "refused without a reason"
            switch exceptions[field.id] {
            case .noSuchObject: throw .noSuchObject(text)
            case .alreadyExists: throw .alreadyExists(text)
            case let other: throw .refused("\(name): \(other?.rawValue ?? "exception \(field.id)"): \(text)")
            }
        }
        return answer.body[0]
    }
}
