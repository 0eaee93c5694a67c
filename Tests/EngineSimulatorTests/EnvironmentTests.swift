import EngineSimulator
import Testing

@Suite struct EnvironmentTests {
    @Test(arguments: [
        ([:], "127.0.0.1", 6878),
        (["HTTP_PORT": "19000", "BIND_ALL": "true"], "0.0.0.0", 19_000),
        (["CONF": "--http-port=19001\n--https-port=45001\n--bind-all"], "0.0.0.0", 19_001),
        (["CONF": "--client-console --http-port 19002", "HTTP_PORT": "1"], "127.0.0.1", 19_002),
        (["CONF": "--http-port", "HTTP_PORT": "x", "BIND_ALL": "false"], "127.0.0.1", 6878),
        (["CONF": "--http-port=70000"], "127.0.0.1", 6878),
    ])
    func addressAndPortAreThoseOfAnImage(_ environment: [String: String], _ host: String, _ port: Int) {
        let configuration = SimulatedEngineConfiguration(environment: environment)
        #expect(configuration.host == host)
        #expect(configuration.port == port)
    }
}
