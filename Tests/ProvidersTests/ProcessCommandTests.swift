import Providers
import Testing

@Suite struct ProcessCommandTests {
    @Test(arguments: [
        ("a b  c", ["a", "b", "c"]),
        ("  /usr/bin/x\t--port\n{port} ", ["/usr/bin/x", "--port", "{port}"]),
        ("a 'b c' \"d e\"f", ["a", "b c", "d ef"]),
        ("a '' \"\"", ["a", "", ""]),
        (#"a \ b\" "q\"\\\n" 'l\'"#, ["a", " b\"", #"q"\\n"#, #"l\"#]),
        ("sh -c 'exec x | y; $HOME'", ["sh", "-c", "exec x | y; $HOME"]),
        ("é 日本", ["é", "日本"]),
    ])
    func splitsWordsAsAShellDoes(line: String, words: [String]) throws {
        #expect(try ProcessCommand(parsing: line).words == words)
    }

    @Test(arguments: [
        ("", "the command is empty"),
        ("   ", "the command is empty"),
        ("''", "the command is empty"),
        ("a 'b", "the ' at character 3 is not closed"),
        ("a \"b", "the \" at character 3 is not closed"),
        ("a b\\", "the command ends with a backslash"),
        (
            "a | b",
            "unquoted '|' at character 3: no shell reads the command; quote it, or use sh -c '…'"
        ),
        ("a \"$X\"", "'$' in double quotes at character 4: nothing is expanded; use single quotes"),
        ("a \0", "character 3 is a zero byte"),
    ])
    func saysWhatIsWrongWithALine(line: String, message: String) {
        let error = #expect(throws: ProcessCommand.SyntaxError.self) { try ProcessCommand(parsing: line) }
        #expect(error?.message == message)
    }

    @Test func putsPortAndNameIntoEveryWord() throws {
        let command = try ProcessCommand(parsing: "engine --listen=0.0.0.0:{port} '{name} {name}' {other}")
        #expect(
            command.rendered(port: 19_001, name: "acestream-1")
                == ["engine", "--listen=0.0.0.0:19001", "acestream-1 acestream-1", "{other}"])
    }
}
