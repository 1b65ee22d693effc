// The metastore's calls that we need (hive_metastore.thrift of Hive 2.3), over one connection that is made when it is needed.
// Used by one thread. Not what a table of ours looks like (HiveLayout.swift).

final class Metastore {
    private let addresses: [HiveAddress]
    private let timeout: UInt64
    private var socket: HiveSocket?
    private var sequence: Int32 = 0
    /// The address that is tried first.
    private var preferred = 0

    /// `timeout` in nanoseconds, for each wait on the network.
    init(_ addresses: [HiveAddress], timeout: UInt64 = 20_000_000_000) {
        precondition(!addresses.isEmpty, "BUG: no metastore's address")
        self.addresses = addresses
        self.timeout = timeout
    }

    /// What the exceptions of a call mean, by their field in its result.
    private typealias Exceptions = [Int16: Exception]
    private enum Exception {
        case noSuchObject, alreadyExists, other
    }

    func disconnect() { socket = nil }

    // MARK: Databases

    /// Nil: no such database.
    func database(_ name: String) throws(HiveError) -> ThriftStruct? {
        do throws(HiveError) {
            return try call("get_database", [1: .string(name)], [1: .noSuchObject, 2: .other])?.fields
        } catch .noSuchObject {
            return nil
        }
    }

    func createDatabase(_ database: ThriftStruct) throws(HiveError) {
        _ = try call("create_database", [1: .structure(database)], [1: .alreadyExists, 2: .other, 3: .other])
    }

    // MARK: Tables

    /// Nil: no such table.
    func table(_ database: String, _ name: String) throws(HiveError) -> ThriftStruct? {
        do throws(HiveError) {
            return try call("get_table", [1: .string(database), 2: .string(name)], [1: .other, 2: .noSuchObject])?
                .fields
        } catch .noSuchObject {
            return nil
        }
    }

    func createTable(_ table: ThriftStruct) throws(HiveError) {
        _ = try call(
            "create_table", [1: .structure(table)], [1: .alreadyExists, 2: .other, 3: .other, 4: .noSuchObject])
    }

    /// The partitions get the table's new columns as well.
    func alterTableAndPartitions(_ database: String, _ name: String, to table: ThriftStruct) throws(HiveError) {
        _ = try call(
            "alter_table_with_cascade",
            [1: .string(database), 2: .string(name), 3: .structure(table), 4: .bool(true)], [1: .other, 2: .other])
    }

    // MARK: Partitions

    /// "dt=2026-11-23", all of them.
    func partitionNames(_ database: String, _ table: String) throws(HiveError) -> [String] {
        // -1: no limit.
        let names = try call(
            "get_partition_names", [1: .string(database), 2: .string(table), 3: .i16(-1)], [1: .other, 2: .other])
        return names?.elements?.compactMap(\.text) ?? []
    }

    /// Those that exist.
    func partitions(_ database: String, _ table: String, named names: [String]) throws(HiveError) -> [ThriftStruct] {
        let found = try call(
            "get_partitions_by_names", [1: .string(database), 2: .string(table), 3: .strings(names)],
            [1: .other, 2: .noSuchObject])
        return found?.elements?.compactMap(\.fields) ?? []
    }

    /// Adds those that are missing and leaves the others as they are.
    func addPartitions(_ database: String, _ table: String, _ partitions: [ThriftStruct]) throws(HiveError) {
        let request: ThriftStruct = [
            1: .string(database), 2: .string(table), 3: .structures(partitions),
            // ifNotExists, and no partitions in the answer.
            4: .bool(true), 5: .bool(false),
        ]
        _ = try call("add_partitions_req", [1: .structure(request)], [1: .other, 2: .alreadyExists, 3: .other])
    }

    func alterPartitions(_ database: String, _ table: String, _ partitions: [ThriftStruct]) throws(HiveError) {
        _ = try call(
            "alter_partitions", [1: .string(database), 2: .string(table), 3: .structures(partitions)],
            [1: .other, 2: .other])
    }

    /// Forgets a partition; its files, if there are any, stay.
    func dropPartition(_ database: String, _ table: String, values: [String]) throws(HiveError) {
        do throws(HiveError) {
            _ = try call(
                "drop_partition",
                [1: .string(database), 2: .string(table), 3: .strings(values), 4: .bool(false)],
                [1: .noSuchObject, 2: .other])
        } catch .noSuchObject {
            return
        }
    }

    // MARK: Calling

    private func call(
        _ name: String, _ arguments: ThriftStruct, _ exceptions: Exceptions
    ) throws(HiveError) -> ThriftValue? {
        let wasOpen = socket != nil
        do throws(HiveError) {
            return try callOnce(name, arguments, exceptions)
        } catch {
            guard wasOpen, case .unreachable = error else { throw error }
            // The metastore may have closed a connection that was idle, or been started again. Every call here may be made twice.
            return try callOnce(name, arguments, exceptions)
        }
    }

    private func callOnce(
        _ name: String, _ arguments: ThriftStruct, _ exceptions: Exceptions
    ) throws(HiveError) -> ThriftValue? {
        let socket: HiveSocket
        if let open = self.socket { socket = open } else { socket = try connect() }
        self.socket = socket
        sequence &+= 1
        let answer: ThriftReader.Message
        do throws(HiveError) {
            try socket.send(ThriftWriter.message(.call, name, sequence: sequence, arguments))
            var reader = ThriftReader { (buffer: inout [UInt8]) throws(HiveError) in try socket.receive(&buffer) }
            answer = try reader.message()
            guard answer.sequence == sequence, answer.name == name else {
                throw .nonsense("the answer to another call than \(name)")
            }
        } catch {
            // What may still come belongs to no call.
            self.socket = nil
            throw error
        }
        guard answer.type == .reply else {
            // TApplicationException: 1 message, 2 type.
            throw .refused("\(name): \(answer.body[1]?.text ?? "refused without a reason")")
        }
        for field in answer.body.fields where field.id != 0 {
            let text = field.value.fields?[1]?.text ?? "refused without a reason"
            switch exceptions[field.id] ?? .other {
            case .noSuchObject: throw .noSuchObject(text)
            case .alreadyExists: throw .alreadyExists(text)
            case .other: throw .refused("\(name): \(text)")
            }
        }
        return answer.body[0]
    }

    private func connect() throws(HiveError) -> HiveSocket {
        var reasons: [String] = []
        for step in addresses.indices {
            let index = (preferred + step) % addresses.count
            do throws(HiveError) {
                let socket = try HiveSocket(addresses[index], timeout: timeout)
                preferred = index
                return socket
            } catch {
                reasons.append("\(error)")
            }
        }
        throw .unreachable(reasons.joined(separator: "; "))
    }
}
