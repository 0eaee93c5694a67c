import Telemetry
import Testing

/// What a client asks for: headers of real Prometheus servers, nonsense, and nonsense in quantity.
@Suite struct AcceptTests {
    private static let proto =
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
    private static let om1 = "application/openmetrics-text;version=1.0.0"
    private static let om0 = "application/openmetrics-text;version=0.0.1"
    private static let text0 = "text/plain;version=0.0.4"

    /// scrape/scrape.go of the releases: constants up to 2.48, put together from `scrape_protocols` since 2.49.
    private static let servers: [(String, String, ExpositionFormat)] = [
        ("2.42", "\(om1),\(om0);q=0.75,\(text0);q=0.5,*/*;q=0.1", .openMetrics),
        ("2.42, native", "\(proto),\(om1);q=0.8,\(om0);q=0.75,\(text0);q=0.5,*/*;q=0.1", .protobuf),
        ("2.50", "\(om1);q=0.5,\(om0);q=0.4,\(text0);q=0.3,*/*;q=0.2", .openMetrics),
        ("2.50, native", "\(proto);q=0.5,\(om1);q=0.4,\(om0);q=0.3,\(text0);q=0.2,*/*;q=0.1", .protobuf),
        (
            "3",
            "\(om1);escaping=allow-utf-8;q=0.6,\(om0);q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                + "\(text0);q=0.3,*/*;q=0.2", .openMetrics
        ),
        (
            "3, native",
            "\(proto);q=0.6,\(om1);escaping=allow-utf-8;q=0.5,\(om0);q=0.4,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,\(text0);q=0.2,*/*;q=0.1", .protobuf
        ),
        ("3, text only", "text/plain;version=1.0.0;escaping=underscores;q=0.6,*/*;q=0.5", .text),
        ("Python's client", "application/openmetrics-text; version=1.0.0; charset=utf-8", .openMetrics),
        ("a browser", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", .text),
    ]

    @Test(arguments: servers.indices)
    func realClientsGetWhatTheyPrefer(index: Int) throws {
        let (client, header, format) = Self.servers[index]
        #expect(ExpositionFormat(accept: header) == format, "\(client)")
        // Blanks and case mean nothing.
        let spaced = header.replacing(",", with: " ,\t").replacing(";", with: " ; ").uppercased()
        #expect(ExpositionFormat(accept: spaced) == format, "\(client)")
        #expect(try ScrapeRequest(accept: header).histograms == .classic)
    }

    @Test(arguments: [
        ("application/openmetrics-text;q=1.5", ExpositionFormat.text), ("application/openmetrics-text;q=", .text),
        ("application/openmetrics-text;q", .text), ("application/openmetrics-text;q=nan", .text),
        ("application/openmetrics-text;q=-1", .text), ("application/openmetrics-text;q=inf", .text),
        ("application/openmetrics-text;q=0", .text), ("application/openmetrics-text;q=0.000", .text),
        ("application/openmetrics-text;q=0.001", .openMetrics), ("application/openmetrics-text;q=1.000", .openMetrics),
        ("application/openmetrics-text;q=\"0.5\"", .openMetrics), ("application/openmetrics-text;=;;=", .openMetrics),
        ("application/openmetrics-text;q=0.5;q=0", .text), ("application/openmetrics-text;version=", .text),
        ("application/openmetrics-text, application/openmetrics-text;q=0", .openMetrics),
        ("application/openmetrics-text;q=0.3, text/plain;q=0.3", .openMetrics),
        ("application/openmetrics-text;version=2.0.0, application/openmetrics-text", .openMetrics2),
        ("application/vnd.google.protobuf", .text), ("application/vnd.google.protobuf;encoding=text", .text),
        ("application/*", .text), ("application/openmetrics-textx", .text), (";application", .text),
        ("\u{fffd}", .text),
        (",;,;=,q=1,;q", .text), ("*/*;q=0", .text), ("*", .text),
    ])
    func nonsenseMeansText(header: String, format: ExpositionFormat) {
        #expect(ExpositionFormat(accept: header) == format)
    }

    @Test(arguments: [
        (nil, false), ("", false), ("gzip", true), ("x-gzip", true), ("GZIP ; q=0.1", true), ("gzip;q=0", false),
        ("deflate, gzip;q=1.0, *;q=0.5", true), ("*", true), ("*;q=0", false), ("gzip;q=0, *", false), ("br", false),
        ("identity", false), ("gzip;q=2", false), ("gzip;q=", false), ("gzipx", false), ("not gzip", false),
    ])
    func gzipIsUsedWhereItIsAccepted(header: String?, isGzipped: Bool) throws {
        #expect(try ScrapeRequest(accept: nil, acceptEncoding: header).isGzipped == isGzipped)
    }

    @Test(
        arguments: [
            (nil, nil), ("10", .seconds(10)), ("0.5", .milliseconds(500)), ("0", nil), ("-1", nil), ("nan", nil),
            ("inf", nil), ("1e9", nil), ("ten", nil), ("", nil), ("10s", nil),
        ] as [(String?, Duration?)])
    func aTimeoutIsAPositiveNumberOfSeconds(header: String?, timeout: Duration?) throws {
        #expect(try ScrapeRequest(accept: nil, scrapeTimeout: header).timeout == timeout)
    }

    @Test func theQueryChoosesBucketsAndFamilies() throws {
        func request(_ query: String) throws -> ScrapeRequest { try ScrapeRequest(accept: nil, query: query) }
        #expect(try request("histograms=both&created=true").histograms == .both)
        #expect(try request("created=true").hasCreated && !request("created=false").hasCreated)
        #expect(try request("name[]=a&name%5B%5D=b%20c&name%5b%5D=d+e&name=f&&=&x").names == ["a", "b c", "d e"])
        #expect(try request("name[]=%&name[]=%4&name[]=%zz&name[]=%C3%A4").names == ["%", "%4", "%zz", "ä"])
        for query in ["histograms=", "histograms=all", "histograms=Both", "created=1", "created"] {
            #expect(throws: ScrapeRequestError.self) { try request(query) }
        }
    }

    /// 64 KiB of what is hardest to take apart.
    @Test(arguments: [
        ",", ";", "=", " ", "q=0.5,", ";q=1", "\"", "%", "%4", "&", "name[]=%41&", "*/*,", "a", "ä", "\t;=",
    ])
    func hugeHeadersTakeBoundedTime(unit: String) throws {
        let header = String(repeating: unit, count: (64 << 10) / unit.utf8.count)
        let duration = try ContinuousClock().measure {
            _ = try ScrapeRequest(accept: header, acceptEncoding: header, scrapeTimeout: header, query: header)
        }
        #expect(duration < .seconds(5))
    }
}
