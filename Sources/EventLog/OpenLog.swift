// Opens the log at an address: the one place that knows every backend.

/// Opens the log at `address`. Throws `.unusable` with a message for people when the address can't be served.
package func openLog(_ address: LogAddress, _ options: LogOptions = LogOptions()) throws(LogError) -> any EventLog {
    switch address {
    case .memory:
        return MemoryLog(options)
    case .sqlite(let path):
        return try SQLiteLog(path: path, options)
    case .kafka(let servers):
        return try KafkaLog(servers: servers, options)
    }
}
