internal import Catalogue
internal import NIOConcurrencyHelpers

extension DockerProvider {
    /// Containers asked about at a time.
    private static let statisticsAtOnce = 16

    /// Those of containers that are gone, or of which the daemon does not tell, are left out.
    public func statistics(of ids: [String]) async throws(ProviderError) -> [EngineStatistics] {
        let found = await withTaskGroup(of: (Int, EngineStatistics?, ProviderError?).self) { group in
            var found: [(Int, EngineStatistics?, ProviderError?)] = []
            for (index, id) in ids.enumerated() {
                if index >= Self.statisticsAtOnce, let next = await group.next() { found.append(next) }
                group.addTask {
                    do throws(ProviderError) {
                        return (index, try await self.statistics(of: id), nil)
                    } catch {
                        return (index, nil, error)
                    }
                }
            }
            for await next in group { found.append(next) }
            return found
        }
        let statistics = found.sorted { $0.0 < $1.0 }.compactMap(\.1)
        if statistics.isEmpty, let error = found.lazy.compactMap(\.2).first { throw error }
        return statistics
    }

    private func statistics(of id: String) async throws(ProviderError) -> EngineStatistics? {
        guard DockerAPI.isReference(id) else { return nil }
        let answer = try await api.send(
            .containerStatistics, "GET", "/containers/\(id)/stats", query: [("stream", "0"), ("one-shot", "1")])
        if answer.status == 404 || answer.status == 409 { return nil }
        guard answer.isSuccess else { throw answer.failure("read the statistics of \(id.prefix(12))") }
        let read = try api.read(DockerStatistics.self, from: answer)
        // A container that has ended is told of without any number.
        guard let memory = read.memory, memory.usage != nil else { return nil }
        let now = ProcessorTime(usedNanoseconds: read.processor?.usage.nanoseconds ?? 0, at: .now)
        let before = processorTimes.withLockedValue { times in
            defer { times[id] = now }
            return times[id]
        }
        return EngineStatistics(
            engineID: id, cpuPercent: now.percent(since: before), memoryBytes: memory.used,
            memoryLimitBytes: configuration.limits.memoryBytes == nil ? nil : memory.limit,
            networkReceivedBytes: read.networks.map { $0.values.reduce(0) { $0 + $1.received } },
            networkSentBytes: read.networks.map { $0.values.reduce(0) { $0 + $1.sent } },
            blockReadBytes: read.blocks?.total("read"), blockWrittenBytes: read.blocks?.total("write"))
    }
}
