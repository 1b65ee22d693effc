// libsqlite3's connection and statement as values that close themselves, and its result codes as errors. Knows no log.
// Each connection and its statements belong to one thread (SQLITE_OPEN_NOMUTEX).

import CSQLite

/// A failed call: the extended result code and SQLite's words for it.
struct SQLiteFailure: Error, Sendable {
    var code: Int32
    var message: String

    /// The code without its extension (https://www.sqlite.org/rescode.html).
    var primary: Int32 { code & 0xff }

    /// What it means to the user of the log.
    var logError: LogError {
        switch primary {
        case SQLITE_CORRUPT, SQLITE_NOTADB: .unusable("\(message) (SQLite error \(code))")
        default: .unavailable("\(message) (SQLite error \(code))")
        }
    }
}

struct SQLiteConnection: ~Copyable {
    fileprivate let handle: OpaquePointer
    /// Pages in the write-ahead log after this connection's last commit; written by SQLite's hook.
    private let walPages: UnsafeMutablePointer<Int32>

    init(path: String, readOnly: Bool, lockWaitMilliseconds: Int32) throws(SQLiteFailure) {
        var opened: OpaquePointer?
        let access = readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let code = sqlite3_open_v2(path, &opened, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let opened else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw SQLiteFailure(code: code, message: message)
        }
        handle = opened
        walPages = .allocate(capacity: 1)
        walPages.initialize(to: 0)
        sqlite3_busy_timeout(opened, lockWaitMilliseconds)
    }

    deinit {
        sqlite3_close_v2(handle)
        walPages.deallocate()
    }

    /// From now on only `checkpoint` copies the write-ahead log into the file.
    func watchWriteAheadLog() {
        // Replaces SQLite's automatic checkpoint, which would run inside a commit that somebody waits for.
        _ = sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                context?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            }, walPages)
    }

    var pagesInWriteAheadLog: Int { Int(walPages.pointee) }

    /// Copies the write-ahead log into the file; `reset` waits for readers, so that the log can start over.
    func checkpoint(reset: Bool) throws(SQLiteFailure) {
        let mode = reset ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
        try check(sqlite3_wal_checkpoint_v2(handle, nil, mode, nil, nil))
    }

    func execute(_ sql: String) throws(SQLiteFailure) {
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// The single integer that a query returns; nil if it returns no row or null.
    func integer(_ sql: String) throws(SQLiteFailure) -> Int64? {
        let statement = try SQLiteStatement(self, sql)
        guard try statement.step(), !statement.isNull(0) else { return nil }
        return statement.integer(0)
    }

    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }
    var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }
    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

    fileprivate func check(_ code: Int32) throws(SQLiteFailure) {
        guard code != SQLITE_OK else { return }
        throw SQLiteFailure(code: code, message: String(cString: sqlite3_errmsg(handle)))
    }
}

struct SQLiteStatement: ~Copyable {
    private let handle: OpaquePointer

    /// Prepared once and used often.
    init(_ connection: borrowing SQLiteConnection, _ sql: String) throws(SQLiteFailure) {
        var prepared: OpaquePointer?
        try connection.check(
            sqlite3_prepare_v3(connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil))
        guard let prepared else { preconditionFailure("BUG: an empty statement: \(sql)") }
        handle = prepared
    }

    deinit { sqlite3_finalize(handle) }

    func bind(_ index: Int32, _ value: Int64) {
        sqlite3_bind_int64(handle, index, value)
    }

    /// Binds without a copy: the bytes must stay until `step` has returned. Nil binds NULL.
    func bind(_ index: Int32, _ bytes: UnsafeRawBufferPointer?) {
        guard let bytes else {
            sqlite3_bind_null(handle, index)
            return
        }
        guard let base = bytes.baseAddress, !bytes.isEmpty else {
            // A null pointer would bind NULL, a tombstone.
            sqlite3_bind_zeroblob(handle, index, 0)
            return
        }
        sqlite3_bind_blob64(handle, index, base, UInt64(bytes.count), nil)
    }

    func bind(_ index: Int32, _ text: String) {
        // SQLITE_TRANSIENT: SQLite makes a copy.
        sqlite3_bind_text(handle, index, text, -1, unsafeBitCast(-1, to: sqlite3_destructor_type.self))
    }

    /// True when there is a row.
    func step() throws(SQLiteFailure) -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        let failure = SQLiteFailure(code: code, message: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))))
        sqlite3_reset(handle)
        throw failure
    }

    /// Makes it ready for the next binding and releases its snapshot.
    func reset() {
        sqlite3_reset(handle)
    }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
    func text(_ column: Int32) -> String { sqlite3_column_text(handle, column).map { String(cString: $0) } ?? "" }
    func byteCount(_ column: Int32) -> Int { Int(sqlite3_column_bytes(handle, column)) }

    /// Valid until the next step or reset.
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        // The pointer first: it may convert the value, and the count is that of the converted one.
        let base = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(handle, column)))
    }
}

extension [UInt8] {
    /// `withUnsafeBytes` that keeps the error type.
    func withRawBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let outcome = withUnsafeBytes { bytes in
            Swift.Result { () throws(Failure) in try body(bytes) }
        }
        return try outcome.get()
    }
}
