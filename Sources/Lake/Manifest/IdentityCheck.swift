// Whether `_lake.json` and the manifests describe the same lake and the same chapters. Reports; changes nothing.

import Basics

struct IdentityCheck {
    private(set) var findings: [ManifestFinding] = []
    private(set) var identity: LakeIdentity?

    /// `states`: what each partition's manifest says.
    init(_ store: any FileStore, _ states: [TopicPartition: ManifestState]) throws(LakeError) {
        let states = states.sorted { $0.key < $1.key }
        do throws(LakeError) {
            identity = try LakeIdentity(store)
        } catch {
            guard case .inconsistent(let text) = error else { throw error }
            note(.changed, text)
            return
        }
        guard let identity else {
            if let lake = states.compactMap(\.value.lake).first {
                note(.missing, "the manifest is of the lake \(lake)")
            }
            return
        }
        for (place, state) in states {
            if let lake = state.lake, lake != identity.lake {
                note(.changed, "it says that the lake is \(identity.lake), the manifest of \(place) says \(lake)")
            }
            compare(identity, place, state)
        }
        for place in Set(identity.chapters.flatMap(\.starts.keys)).sorted()
        where !states.contains(where: { $0.key == place }) {
            note(.changed, "it has a chapter of \(place), of which there is no manifest")
        }
    }

    private mutating func compare(_ identity: LakeIdentity, _ place: TopicPartition, _ state: ManifestState) {
        let wanted = identity.chapters.compactMap { $0.starts[place] }
        let noted = state.starts
        if wanted == noted { return }
        if wanted.dropLast() == noted[...], wanted.last?.lake == state.next {
            note(.unrecorded, "the manifest of \(place) has no line of the last chapter yet")
        } else {
            note(.changed, "it tells of other chapters than the manifest of \(place)")
        }
    }

    private mutating func note(_ reason: ManifestFinding.Reason, _ detail: String) {
        findings.append(ManifestFinding(reason: reason, path: LakeIdentity.path, detail: detail))
    }
}

extension ManifestState {
    /// The starts of its chapters.
    var starts: [LakeChapter.Start] { chapters.map { LakeChapter.Start(lake: $0.first, log: $0.chapter.logFirst) } }
}
