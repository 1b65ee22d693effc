// librdkafka's properties and HDFS's token: taken from every source, shown by none.

import Testing

@testable import planetarium

@Suite struct SecretsTests {
    private static let secret = "hunter2"

    private func read(
        _ arguments: [String], _ environment: [String: String] = [:]
    ) throws(UsageError) -> ReadSettings {
        var options = Options(arguments)
        return try ReadSettings(&options, for: .serve, environment: environment)
    }

    @Test func theLaterSourceWins() throws {
        let folder = try TemporaryFolder()
        let properties = try folder.file("client.properties", "# x\na.b = 1\nc=1\nd=1\ne=1\nc=2\n")
        let config = try folder.file(
            "p.conf", "kafka-property = c=3\nkafka-property = d=3\nkafka-properties = \(properties)\n")
        let read = try read(
            ["--config", config, "--kafka-property", "e=5", "--kafka-property=e=6"],
            [
                "PLANETARIUM_KAFKA_PROPERTY_D": "4", "PLANETARIUM_KAFKA_PROPERTY_E": "4",
                "PLANETARIUM_KAFKA_PROPERTY_": "x",
            ])
        let all = read.settings.kafka.all
        #expect(all.map { "\($0.name)=\($0.value)" }.sorted() == ["a.b=1", "c=3", "d=4", "e=6"])
        #expect(all.first { $0.name == "a.b" }?.origin.description == "\(properties):2")
        #expect(read.settings.logOptions.kafkaProperties.count == 4)
    }

    @Test func namesInTheEnvironmentHaveDots() throws {
        let read = try read([], ["PLANETARIUM_KAFKA_PROPERTY_SASL_PASSWORD": "x=y"])
        #expect(read.settings.kafka.all.map(\.name) == ["sasl.password"])
        #expect(read.settings.kafka.all.map(\.value) == ["x=y"])
    }

    @Test func configShowsNoSecret() throws {
        let folder = try TemporaryFolder()
        let properties = try folder.file("client.properties", "ssl.key.password=\(Self.secret)\n")
        let config = try folder.file("p.conf", "kafka-property = sasl.password=\(Self.secret)\n")
        let read = try read(
            ["--config", config, "--kafka-properties", properties, "--kafka-property", "a=\(Self.secret)"],
            ["PLANETARIUM_KAFKA_PROPERTY_B": Self.secret, "PLANETARIUM_HDFS_TOKEN": Self.secret])
        #expect(read.settings.hdfs.token == Self.secret)
        let shown = ConfigCommand.text(read, for: .serve)
        #expect(!shown.contains(Self.secret))
        for name in ["ssl.key.password", "sasl.password", "a", "b"] { #expect(shown.contains("\(name)=(not shown)")) }
        #expect(shown.contains("environment PLANETARIUM_HDFS_TOKEN"))
        #expect(shown.contains("\(config):1"))
    }

    @Test func anErrorShowsNoSecret() throws {
        let folder = try TemporaryFolder()
        let config = try folder.file("p.conf", "kafka-property = \(Self.secret)\n")
        let broken = try folder.file("q.conf", "\(Self.secret)\n")
        for arguments in [
            ["--kafka-property", Self.secret], ["--config", config], ["--config", broken],
            ["--kafka-properties", broken],
        ] {
            let error = try #require(throws: UsageError.self) { try read(arguments) }
            #expect(!error.text.contains(Self.secret) && error.text.contains("VALUE"), "\(error.text)")
        }
    }
}
