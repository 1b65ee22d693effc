// Offsets with a text beside them that a group without members keeps.

import Testing

@testable import EventLog

@Suite struct GroupNoteTests {
    private let fixtures = Fixtures()

    @Test(arguments: [Backend.memory, .kafka].filter(Backend.available.contains))
    func areKeptByTopicAndGroup(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        for topic in ["planets", "others"] { try log.ensureTopic(topic, TopicOptions(partitions: 3)) }
        #expect(try log.notes(of: "planets", group: "g") == [:])
        let first = [Int32(0): GroupNote(offset: 3, text: "é 1"), 2: GroupNote(offset: 1, text: "")]
        try log.keep(first, of: "planets", group: "g")
        try log.keep([1: GroupNote(offset: 9, text: "x")], of: "others", group: "g")
        try log.keep([1: GroupNote(offset: 8, text: "y")], of: "planets", group: "h")
        #expect(try log.notes(of: "planets", group: "g") == first)
        try log.keep([0: GroupNote(offset: 4, text: "2")], of: "planets", group: "g")
        #expect(try log.notes(of: "planets", group: "g") == [0: GroupNote(offset: 4, text: "2"), 2: first[2]])
    }
}
