/// The time between ready and the end: tells what happens, keeps the table for programs true, runs the load.
struct Operation: Sendable {
    let prepared: Preparation
    let supervisor: Supervisor
    let console: Console
    let jsonPath: String?
    let isDemo: Bool

    /// Runs until cancelled.
    func run(_ events: AsyncStream<Supervisor.Event>) async {
        let endpoints = prepared.blueprint.endpoints
        var file = RunFile(
            endpoints: endpoints, apiKey: prepared.blueprint.apiKey, data: prepared.blueprint.state.path,
            pids: await supervisor.pids)
        await save(file)
        console.result(table(endpoints).text)
        await withTaskGroup(of: Void.self) { group in
            if isDemo {
                group.addTask { await DemoLoad(blueprint: prepared.blueprint, console: console).run() }
            }
            for await event in events {
                switch event {
                case .started(let component, let pid):
                    console.line("\(component) was started again (process \(pid))")
                    file.pids[component.rawValue] = pid
                    await save(file)
                case .ended(let component, let how, let delay?):
                    console.line("\(component) ended with \(how); starting it again in \(delay / .seconds(1)) s")
                case .ended(let component, let how, nil):
                    console.line("\(component) ended with \(how); it stays down")
                    file.pids[component.rawValue] = nil
                    await save(file)
                }
            }
            group.cancelAll()
        }
    }

    private func save(_ file: RunFile) async {
        let paths = [prepared.blueprint.state.runFile] + (jsonPath.map { [$0] } ?? [])
        let failure = await OffPool.run { () -> String? in
            do throws(ApplianceError) {
                for path in paths { try file.write(to: path) }
                return nil
            } catch {
                return error.message
            }
        }
        if let failure { console.line("weir up: \(failure)") }
    }

    private func table(_ endpoints: Endpoints) -> StatusTable {
        let engines = prepared.enginesAtStart
        return StatusTable(rows: [
            ["WHAT", "URL", "STATE"],
            ["proxy", endpoints.url(.proxy) + "/ace/getstream?id=<40 hex digits>", "ready"],
            ["orchestrator", endpoints.url(.orchestrator), "ready, \(engines) engines or more healthy"],
            ["panel", endpoints.panel, "ready"],
            ["prometheus", endpoints.url(.prometheus), "ready"],
            ["alertmanager", endpoints.url(.alertmanager), "ready"],
            ["API key", prepared.blueprint.state.apiKey, "for requests that change something"],
        ])
    }
}
