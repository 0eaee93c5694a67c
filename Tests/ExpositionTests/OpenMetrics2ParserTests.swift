import Testing

@Suite struct OpenMetrics2ParserTests {
    @Test func readsWhatTheSpecificationAllows() throws {
        let document = try OpenMetrics2Parser.parse(
            Array(
                """
                # TYPE asked_total counter
                # UNIT asked_total\u{20}
                # HELP asked_total A \\\\ \\" \\n text with \\d.
                asked_total{a="x",b="escaped\\" \\n"} 17.0 15.5 st@15e2 # {} 0.67 1.5 # {id="1"} +Inf 2
                asked_total{} 0
                # TYPE "room.heat" gauge
                {"room.heat","the room"="é"} -.5
                # TYPE wait histogram
                wait {count:3,sum:1.2e2,schema:-2,zero_threshold:1e-4,zero_count:0,positive_spans:[-1:1,2:1],\
                positive_buckets:[2,1],bucket:[-1:0,0.5:2,1:3,+Inf:3]}
                # TYPE load gaugehistogram
                load {gcount:-1,gsum:NaN,schema:8,zero_threshold:0,zero_count:-1,negative_spans:[],negative_buckets:[]}
                # TYPE duration summary
                duration {count:4,sum:9,quantile:[0.5:2,0.99:NaN]}
                # TYPE state stateset
                state{state="on"} 1
                state{state="off"} 0
                odd 42
                # EOF
                """.utf8))
        let names = document.families.map(\.name)
        #expect(names == ["asked_total", "room.heat", "wait", "load", "duration", "state", "odd"])
        #expect(document.families[0].help == "A \\ \" \n text with \\d.")
        #expect(document.families[0].samples[0].labels[1].value == "escaped\" \n")
        #expect(document.families[0].samples[0].start == 1500)
        #expect(document.families[0].samples[0].exemplars.map(\.value) == [0.67, .infinity])
        #expect(document.families[1].samples[0].labels[0].name == "the room")
        guard case .histogram(let wait) = document.families[2].samples[0].value else {
            Issue.record("no histogram")
            return
        }
        #expect(wait.native?.positive.map(\.index) == [-1, 2])
        #expect(wait.classic?.map(\.count) == [0, 2, 3, 3])
    }

    @Test(
        arguments: [
            "", "# EOF\n\n", "a 1\n", "a 1\n# EOF\nb 1\n", "a 1\r\n# EOF\n", "\u{feff}a 1\n# EOF\n", "\n# EOF\n",
            "# a comment\n# EOF\n", "# TYPE a counters\n# EOF\n", "# TYPE a counter\n# TYPE a counter\n# EOF\n",
            "# TYPE a gauge\na 1\n# HELP a b\n# EOF\n", "# HELP a say \"it\"\n# EOF\n", "# HELP a\n# EOF\n",
            "# TYPE 1a gauge\n# EOF\n", "# TYPE a-b gauge\n# EOF\n", "# UNIT a m/s\n# EOF\n",
            "# TYPE \"\" gauge\n# EOF\n",
            "# TYPE a gauge \n# EOF\n",
        ] + values.map { "\($0)\n# EOF\n" } + histograms.map { "# TYPE h histogram\nh \($0)\n# EOF\n" })
    func refusesWhatItDoesNot(text: String) {
        #expect(throws: OpenMetrics2Document.Refusal.self) { try OpenMetrics2Parser.parse(Array(text.utf8)) }
    }

    @Test func refusesWhatIsNoUTF8() {
        #expect(throws: OpenMetrics2Document.Refusal.self) {
            try OpenMetrics2Parser.parse(Array("a{b=\"".utf8) + [0xff] + Array("\"} 1\n# EOF\n".utf8))
        }
    }

    private static let values = [
        "a", "a ", "a  1", "a 1 ", " a 1", "a one", "a 1,5", "a 0x10", "a 1e", "a .", "a +nan", "a 1_000", "a 1e999",
        "a{b=\"c\",} 1", "a{,} 1", "a{b=c} 1", "a{b=\"c} 1", "a{b=\"c\"\"} 1", "a{b=\"\\", "a {b=\"c\"} 1",
        "a{b=\"c\",b=\"d\"} 1", "a{1b=\"c\"} 1", "a{b:c=\"d\"} 1", "a{ b=\"c\"} 1", "{a} 1", "{\"\"} 1",
        "{\"a\" ,b=\"c\"} 1",
        "a 1 Inf", "a 1 st@", "a 1 ST@5", "a 1 st@Inf", "a 1 5 6", "a 1 st@5 6", "a 1 # {} 1", "a 1 # 1 2",
        "a 1 #{} 1 2", "a 1 # {} 1 NaN", "a 1 # {b=\"c\",b=\"d\"} 1 2", "a 1\nb 1\na 2", "a 1\na 1",
        "a{b=\"1\"} 1\na{b=\"2\"} 1\na{b=\"1\"} 2", "# TYPE a counter\na NaN", "# TYPE a counter\na -1",
        "# TYPE a gauge\na 1 st@5", "# TYPE a gauge\na 1 # {} 1 2", "# TYPE a info\na 1",
        "# TYPE a_info info\na_info 2", "# TYPE a_info info\n# UNIT a_info seconds\na_info 1", "# TYPE a stateset\na 1",
        "# TYPE a stateset\na{a=\"x\"} 2", "# TYPE a stateset\n# UNIT a bytes\na{a=\"x\"} 1",
        "# TYPE a stateset\na{b=\"1\",a=\"x\"} 1\na{b=\"2\",a=\"x\"} 1\na{b=\"1\",a=\"y\"} 0",
        "# TYPE a gauge\na {count:1,sum:1,bucket:[+Inf:1]}", "# TYPE a histogram\na 1",
        "# TYPE a summary\na {count:1,sum:1}", "# TYPE a summary\na {count:1,sum:1,quantile:[2:1]}",
        "# TYPE a summary\na {count:1,sum:1,quantile:[0.9:1,0.5:1]}",
        "# TYPE a gaugehistogram\na {gcount:1,gsum:1,bucket:[+Inf:1]} st@5",
        "# TYPE a gaugehistogram\na {count:1,sum:1,bucket:[+Inf:1]}",
    ]

    private static let native = "schema:0,zero_threshold:0,zero_count:0"

    private static let histograms = [
        "{}", "{count:1}", "{count:1,sum:1}", "{sum:1,count:1,bucket:[+Inf:1]}", "{count:1,sum:1,bucket:[]}",
        "{count:1,sum:1,bucket:[1:1]}", "{count:1,sum:1,bucket:[+Inf:1],}", "{count:1, sum:1,bucket:[+Inf:1]}",
        "{count:1,sum:1,bucket:[+Inf:2]}", "{count:2,sum:1,bucket:[1:2,2:1,+Inf:2]}",
        "{count:2,sum:1,bucket:[2:1,1:2,+Inf:2]}",
        "{count:2,sum:1,bucket:[1:1,1:1,+Inf:2]}", "{count:2,sum:1,bucket:[NaN:1,+Inf:2]}",
        "{count:1,sum:1,bucket:[+Inf:1]",
        "{count:1,sum:1,bucket:[+Inf:1,1:1]}", "{count:NaN,sum:1,bucket:[+Inf:NaN]}",
        "{count:-1,sum:1,bucket:[+Inf:-1]}",
        "{count:1,sum:1,bucket:[inf:1]}", "{count:0,sum:0,zero_threshold:0,zero_count:0}", "{count:1,sum:1,\(native)}",
        "{count:0,sum:0,schema:9,zero_threshold:0,zero_count:0}",
        "{count:0,sum:0,schema:1.0,zero_threshold:0,zero_count:0}",
        "{count:0,sum:0,schema:0,zero_threshold:-1,zero_count:0}",
        "{count:0,sum:0,schema:0,zero_threshold:+Inf,zero_count:0}",
        "{count:2,sum:1,\(native),positive_spans:[0:1],positive_buckets:[1]}",
        "{count:1,sum:1,\(native),positive_spans:[0:2],positive_buckets:[1]}",
        "{count:1,sum:1,\(native),positive_spans:[0:1]}", "{count:1,sum:1,\(native),positive_buckets:[1]}",
        "{count:2,sum:1,\(native),positive_spans:[0:1,-1:1],positive_buckets:[1,1]}",
        "{count:2,sum:1,\(native),positive_spans:[0:1],positive_buckets:[1],negative_spans:[0:1],negative_buckets:[1]}",
        "{count:1,sum:1,bucket:[+Inf:1],\(native),positive_spans:[0:1],positive_buckets:[1]}",
        "{count:0,sum:1,\(native),positive_spans:[0:2],positive_buckets:[1,-1]}", "{count:1,sum:1,bucket:[+Inf:1]}{}",
    ]
}
