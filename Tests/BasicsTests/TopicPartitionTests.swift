// Partitions by name.

import Testing

@testable import Basics

@Suite struct TopicPartitionTests {
    @Test(arguments: [("planet-discoveries/3", "planet-discoveries", Int32(3)), ("a/b/0", "a/b", 0)])
    func namesAreReadAsTheyAreWritten(_ name: String, _ topic: String, _ partition: Int32) {
        #expect(TopicPartition(name) == TopicPartition(topic, partition))
        #expect(TopicPartition(topic, partition).description == name)
    }

    @Test(arguments: ["", "/", "a", "a/", "/1", "a/01", "a/-1", "a/+1", "a/2147483648", "a/1 ", "a/1/"])
    func otherNamesAreNone(_ name: String) {
        #expect(TopicPartition(name) == nil)
    }

    @Test func theyAreInOrderOfTopicAndThenOfNumber() {
        let sorted = [TopicPartition("a", 2), TopicPartition("a", 10), TopicPartition("b", 0)]
        #expect(sorted.reversed().sorted() == sorted)
    }
}
