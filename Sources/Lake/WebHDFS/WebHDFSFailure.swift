// Why a WebHDFS request failed, and what to do: retry, ask another NameNode, or give the caller an error.

struct WebHDFSFailure: Error {
    enum Remedy {
        /// Final.
        case none
        /// Retry after a pause.
        case again
        /// Retry, at another NameNode if there is one: this one is away or on standby.
        case elsewhere
    }
    var error: LakeError
    var remedy: Remedy

    init(_ error: LakeError, _ remedy: Remedy = .none) {
        self.error = error
        self.remedy = remedy
    }

    /// For an unsuccessful answer. `what`: the question, without the addresses' queries, which may contain a token.
    init(_ answer: WebHDFSAnswer, _ what: String) {
        let rpcAdvice = "is this the port of Hadoop's RPC? Give that of the NameNode's web interface (9870)"
        guard answer.status != 0 else {
            // libcurl's words when an RPC server answers a PUT in its own protocol.
            if answer.error.contains("HTTP/0.9") {
                self.init(.unsupported("no HTTP here (\(what)); \(rpcAdvice)"))
                return
            }
            self.init(.unavailable("cannot \(what): \(answer.error)"), .elsewhere)
            return
        }
        guard let (name, message) = WebHDFSJSON.exception(answer.body) else {
            switch answer.status {
            case 401, 403: self.init(.readOnly("may not \(what): the server answered \(answer.status)"))
            case 404 where String(decoding: answer.body.prefix(200), as: UTF8.self).contains("IPC port"):
                self.init(.unsupported(rpcAdvice))
            case 429, 500...:
                self.init(.unavailable("cannot \(what): the server answered \(answer.status)"), .elsewhere)
            default: self.init(.unsupported("no WebHDFS here: the server answered \(answer.status) to \(what)"))
            }
            return
        }
        let text = "cannot \(what): \(name): \(message)"
        switch name {
        case "FileNotFoundException": self.init(.notFound(text))
        case "FileAlreadyExistsException": self.init(.alreadyExists(text))
        case "AccessControlException", "SecurityException", "AuthenticationException", "AuthorizationException",
            "InvalidToken":
            self.init(.readOnly(text))
        case "DSQuotaExceededException", "NSQuotaExceededException", "QuotaExceededException",
            "QuotaByStorageTypeExceededException":
            self.init(.noSpace(text))
        case "StandbyException", "ObserverRetryOnActiveException": self.init(.unavailable(text), .elsewhere)
        case "IllegalArgumentException", "UnsupportedOperationException", "InvalidPathException":
            self.init(.unsupported(text))
        // RetriableException, SafeModeException, IOException (too few DataNodes) and others: the cluster may recover.
        default: self.init(.unavailable(text), .again)
        }
    }
}
