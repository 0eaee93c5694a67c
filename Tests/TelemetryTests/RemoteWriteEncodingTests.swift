import Telemetry
import Testing

@Suite struct RemoteWriteEncodingTests {
    @Test(arguments: [0, 1, 59, 60, 127, 128, 65_535, 65_536, 65_537, 200_000])
    func aSnappyBlockHoldsItsContent(length: Int) throws {
        let content = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try SnappyReader.decode(SnappyBlock.encode(content)) == content)
    }

    /// The bytes of one counter sample, by hand: remote write 1.0's messages in protobuf's wire format.
    @Test func aSampleHasTheBytesOfTheWireFormat() {
        let series = RemoteWriteSeries(labels: [LabelPair("__name__", "a")], value: .number(1))
        let expected: [UInt8] =
            [0x0a, 0x1d]  // timeseries
            + [0x0a, 0x0d, 0x0a, 0x08] + Array("__name__".utf8) + [0x12, 0x01] + Array("a".utf8)
            + [0x12, 0x0c, 0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 0xac, 0x02]
        #expect(RemoteWriteEncoder.encode([series], at: 300) == expected)
    }

    @Test func labelsAreSortedAndTheSeriesOwnWin() throws {
        let family = CounterFamily<NoLabels>("requests_total", "A test.").family
        let child = ChildSnapshot(
            labels: [LabelPair("zone", "b"), LabelPair("instance", "own"), LabelPair("empty", "")], created: nil,
            value: .counter(3, exemplar: nil))
        let series = translate([FamilySnapshot(family: family, children: [child])])
        #expect(series.map(\.labels) == [["__name__=requests_total", "instance=own", "job=test", "zone=b"]])
        #expect(series[0].samples.map(\.timestamp) == [5000])
        #expect(series[0].value == 3)
    }

    @Test func aClassicHistogramIsCumulativeSeries() throws {
        let series = translate([histogramFamily(histogram)], .classic)
        #expect(
            series.map { "\($0.name ?? "") \($0.labels.first { $0.hasPrefix("le=") } ?? "") \($0.value ?? -1)" } == [
                "wait_seconds_bucket le=0.5 2.0", "wait_seconds_bucket le=1.0 3.0", "wait_seconds_bucket le=+Inf 7.0",
                "wait_seconds_sum  9.5", "wait_seconds_count  7.0",
            ])
    }

    @Test func aNativeHistogramHasSpansAndDeltas() throws {
        let series = translate([histogramFamily(histogram)], .native, exemplarsAfter: 10_000)
        try #require(series.count == 1 && series[0].histograms.count == 1)
        #expect(series[0].name == "wait_seconds" && series[0].samples.isEmpty)
        let expected = ReceivedWrite.Histogram(
            count: 7, sum: 9.5, schema: 3, zeroThreshold: 1e-9, zeroCount: 1,
            positiveSpans: [[-3, 2], [4, 1]], positiveDeltas: [1, 1, -1], negativeSpans: [[0, 1]], negativeDeltas: [2])
        #expect(series[0].histograms[0].value == expected)
        #expect(translate([histogramFamily(histogram)], .both, exemplarsAfter: 10_000).count == 6)
    }

    @Test func onlyExemplarsSinceTheLastSnapshotGoAlong() throws {
        let bucket = translate([histogramFamily(histogram)], .both, exemplarsAfter: 1000)
        #expect(bucket.flatMap(\.exemplars).count == 4)
        #expect(bucket.first { $0.name == "wait_seconds" }?.histograms.count == 1)
        let native = try #require(bucket.last { $0.name == "wait_seconds" })
        #expect(native.histograms.isEmpty)
        #expect(native.exemplars.map(\.timestamp) == [1500, 3250])
        #expect(native.exemplars.map(\.value) == [0.7, 0.2])
        #expect(native.exemplars[1].labels == ["trace_id=late"])
        let later = translate([histogramFamily(histogram)], .both, exemplarsAfter: 1500)
        #expect(later.flatMap(\.exemplars).map(\.timestamp) == [3250, 3250])

        let counter = FamilySnapshot(
            family: CounterFamily<NoLabels>("starts_total", "A test.").family,
            children: [
                ChildSnapshot(
                    labels: [], created: nil,
                    value: .counter(1, exemplar: Exemplar(labels: [], value: 1, timestamp: 3)))
            ])
        #expect(translate([counter]).flatMap(\.exemplars).map(\.timestamp) == [3000])
    }

    @Test func whatIsGoneIsMarkedOnce() throws {
        var staleness = RemoteWriteStaleness()
        let counter = RemoteWriteSeries(labels: [LabelPair("__name__", "a")], value: .number(1))
        let native = RemoteWriteSeries(labels: [LabelPair("__name__", "h")], value: .histogram(histogram))
        #expect(staleness.advance(to: [counter, native]) == [])
        let gone = staleness.advance(to: [counter])
        #expect(gone == [RemoteWriteSeries(labels: native.labels, value: .staleHistogram)])
        #expect(staleness.advance(to: [counter]) == [])
        let end = staleness.advance(to: [])
        let received = try ReceivedWrite(message: RemoteWriteEncoder.encode(gone + end, at: 1)).series
        #expect(received.map(\.isStale) == [true, true])
        #expect(received.map(\.timestamps) == [[1], [1]])
    }

    @Test func textCannotEndAMessageEarly() throws {
        let series = RemoteWriteSeries(
            labels: [LabelPair("__name__", "a"), LabelPair("path", "x\0y")], value: .number(.nan))
        let received = try ReceivedWrite(message: RemoteWriteEncoder.encode([series], at: -1)).series
        #expect(received[0].labels == ["__name__=a", "path=x\u{fffd}y"])
        #expect(received[0].value?.isNaN == true && !received[0].isStale)
    }

    private let histogram = HistogramSnapshot(
        classic: [2, 1, 4],
        exemplars: [
            Exemplar(labels: [LabelPair("trace_id", "late")], value: 0.2, timestamp: 3.25),
            Exemplar(labels: [LabelPair("trace_id", "early")], value: 0.7, timestamp: 1.5), nil,
        ],
        sum: 9.5, schema: 3, zeroThreshold: 1e-9, zeroCount: 1,
        positive: [
            HistogramSnapshot.Bucket(index: -3, count: 1), HistogramSnapshot.Bucket(index: -2, count: 2),
            HistogramSnapshot.Bucket(index: 3, count: 1),
        ],
        negative: [HistogramSnapshot.Bucket(index: 0, count: 2)])

    private func histogramFamily(_ value: HistogramSnapshot) -> FamilySnapshot {
        FamilySnapshot(
            family: HistogramFamily<NoLabels>("wait_seconds", "A test.", upperBounds: [0.5, 1]).family,
            children: [ChildSnapshot(labels: [], created: nil, value: .histogram(value))])
    }

    private func translate(
        _ families: [FamilySnapshot], _ histograms: RemoteWriteHistograms = .classic, exemplarsAfter: Int64 = 0
    ) -> [ReceivedWrite.Series] {
        let translation = RemoteWriteTranslation(
            externalLabels: [LabelPair("job", "test"), LabelPair("instance", "external")], histograms: histograms)
        let series = translation.series(families, exemplarsAfter: exemplarsAfter)
        let body = SnappyBlock.encode(RemoteWriteEncoder.encode(series, at: 5000))
        return (try? ReceivedWrite(body).series) ?? []
    }
}
