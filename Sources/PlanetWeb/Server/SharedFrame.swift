// One live frame, encoded once for every viewer of a form. Doesn't read the payload: its maker gives sequence number,
// epoch and resume token, and where its aggregates lie.

import Reactor

package struct SharedFrame: Sendable {
    package enum Kind: Sendable { case snapshot, delta }

    package let kind: Kind
    /// docs/LIVE.md: rises by one with each delta; a snapshot carries the seq of the last delta in it.
    package let seq: UInt64
    package let epoch: String
    /// Rises when another stream process takes over publishing; 0 if there is only one.
    package let term: Int64
    /// The positions of this frame's board in the log: TOPIC/PARTITION:NEXT,…; nil if its maker doesn't state them.
    package let positions: String?
    /// The token from which a viewer resumes after this frame.
    package let resume: String
    /// The JSON alone, with its compressed forms, as the body of an answer.
    let body: CodedBytes
    /// Where its aggregates lie; nil where nobody knows: then all viewers get all of it.
    var parts: FrameParts?
    private let whole: FormedFrame
    private let forms = FrameForms()

    package init(
        kind: Kind, seq: UInt64, epoch: String, term: Int64 = 0, positions: String? = nil, resume: String,
        payload: [UInt8]
    ) {
        self.kind = kind
        self.seq = seq
        self.epoch = epoch
        self.term = term
        self.positions = positions
        self.resume = resume
        whole = FormedFrame(payload, resume: resume)
        body = CodedBytes(whole.payload)
    }

    /// The JSON alone.
    package var payload: SharedBytes { whole.payload }

    /// As viewers of this form get it.
    func formed(_ form: LiveForm) -> FormedFrame {
        guard let parts, form != .whole, form.names != nil || parts.hasPatches else { return whole }
        return forms.form(form) { FormedFrame(parts.text(form, of: payload), resume: resume) }
    }

    /// Old frames are asked for seldom: what was made of them is not kept.
    func forgetForms() { forms.forget() }

    /// Whether a record of the log is in the board of this frame; nil where the frame doesn't say.
    func includes(_ topic: String, _ partition: Int32, _ offset: Int64) -> Bool? {
        guard let positions else { return nil }
        let place = "\(topic)/\(partition):"
        guard let next = positions.split(separator: ",").first(where: { $0.hasPrefix(place) }) else { return false }
        return Int64(next.dropFirst(place.count)).map { offset < $0 }
    }
}

/// Where viewers catch up: the live board. Called on loop threads, when a viewer connects or has drained: be quick.
package protocol LiveSource: AnyObject, Sendable {
    /// The deltas after the resume token if all of them still exist; else the newest snapshot and the deltas after it.
    /// Empty while there is no snapshot (the viewer then waits for the first one).
    func catchUp(resume: String?) -> [SharedFrame]

    /// The names of the aggregates; nil where they aren't known yet.
    var names: [String]? { get }
}

extension LiveSource {
    package var names: [String]? { nil }
}
