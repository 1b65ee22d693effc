// What an HTTPStateMachine does to its connection, and the few things it asks of it. HTTPSession applies it to a
// channel; tests record it and set the clock.

import HTTPWire

/// The result of a WebSocket handshake.
struct WebSocketAgreement: Equatable {
    /// Sec-WebSocket-Accept.
    let accept: String
    let deflate: PerMessageDeflate?
}

protocol HTTPConnection: AnyObject {
    /// Monotonic nanoseconds, the same throughout one event.
    var now: UInt64 { get }
    /// Bytes of replies waiting to be sent.
    var unsentBytes: Int { get }
    /// When the peer last took bytes, if it falls behind; nil while it keeps up.
    var blockedSince: UInt64? { get }

    /// The other end: a client or a proxy.
    var peer: Peer { get }

    /// Runs the request's handler.
    func start(_ request: RoutedRequest) -> Outcome
    /// For a reply in parts, sends the head.
    func send(_ reply: HTTPReply)
    func send(_ part: [UInt8], of reply: HTTPReply, isLast: Bool)
    /// Requests the next part, which comes later. False: nobody makes it.
    func ask(_ parts: BodyParts, _ request: UInt64) -> Bool
    /// Notes a reply that another protocol sends, or that was sent in parts.
    func note(_ reply: HTTPReply)
    func sendContinue()
    func pauseReading()
    func resumeReading()
    /// Turns the connection into a WebSocket: live frames of the hub, or an echo without one. False: no such hub here.
    func openWebSocket(_ hub: LiveHub?, resume: String?, _ form: LiveForm, handshake: WebSocketAgreement) -> Bool
    /// Turns the connection into a stream of live events. False: no such hub here.
    func openEventStream(_ hub: LiveHub, resume: String?, _ form: LiveForm) -> Bool
    /// Ends the connection when everything is sent. `lingers`: the peer may still be sending and must see the reply.
    func close(lingers: Bool)
    /// Ends the connection after this event; unsent bytes are lost.
    func abort()
    /// When to call `deadlineReached`; .max for never.
    func setDeadline(at: UInt64)
}

/// A whole request on its way to its handler.
struct RoutedRequest {
    /// Numbers the requests of a connection; identifies this one when its reply comes later.
    let id: UInt64
    let head: RequestHead
    let body: [UInt8]
    /// The body's share of the server's memory; nil without a body.
    let share: BodyShare?
    let route: Router.Route
    let parameters: [(name: String, value: String)]
    let caller: Caller
}
