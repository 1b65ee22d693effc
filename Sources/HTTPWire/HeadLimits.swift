// The bounds of a request head (RFC 9112 section 3 and RFC 9110 section 5.4 leave them to the server).

package struct HeadLimits: Sendable {
    /// Longest request line; beyond it 414.
    package var requestLine = 8192
    /// Request line and fields together; beyond it 431.
    package var head = 32768
    /// Most field lines; beyond it 431.
    package var fields = 100
    package init() {}
}
