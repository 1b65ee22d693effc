// The form in which a viewer gets frames: all aggregates or some, changed values whole or as patches (docs/LIVE.md).
// Many viewers share a form, and each frame is made once for all of them.

import Threads

package struct LiveForm: Sendable, Hashable {
    /// In order, each once; nil: all.
    let names: [String]?
    /// Of values that are large, only what has changed.
    let patches: Bool

    package init(names: [String]? = nil, patches: Bool = false) {
        self.names = names.map { Array(Set($0)).sorted() }
        self.patches = patches
    }

    /// As frames come from the stream.
    package static let whole = LiveForm()

    func has(_ name: String) -> Bool { names?.contains(name) ?? true }

    /// Everything, where there are too many different choices.
    fileprivate var withoutChoice: LiveForm { LiveForm(patches: patches) }
}

/// Which forms the viewers of a hub have now.
final class LiveForms: Sendable {
    /// Different choices of aggregates at once. A viewer that comes with one more gets everything.
    static let most = 64

    private struct Use: Sendable {
        var viewers = 0
        /// Those of them that take compressed messages.
        var compressed = 0
    }
    private let uses = Guarded<[LiveForm: Use]>([:])

    /// The form that the viewer gets, until `leave`.
    func join(_ form: LiveForm, isCompressed: Bool) -> LiveForm {
        uses.withLock { uses in
            let isFull = form.names != nil && uses[form] == nil && uses.count >= LiveForms.most
            let given = isFull ? form.withoutChoice : form
            uses[given, default: Use()].viewers += 1
            if isCompressed { uses[given, default: Use()].compressed += 1 }
            return given
        }
    }

    func leave(_ form: LiveForm, isCompressed: Bool) {
        uses.withLock { uses in
            uses[form]?.viewers -= 1
            if isCompressed { uses[form]?.compressed -= 1 }
            if uses[form]?.viewers == 0 { uses[form] = nil }
        }
    }

    /// Those in use, and whether somebody takes them compressed.
    var used: [(form: LiveForm, isCompressed: Bool)] {
        uses.withLock { $0.map { ($0.key, $0.value.compressed > 0) } }
    }
}
