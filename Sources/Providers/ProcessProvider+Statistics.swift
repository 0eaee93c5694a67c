extension ProcessProvider {
    /// What the engines' own processes use. What they share with the whole machine, the network, is not told.
    public func statistics(of ids: [String]) async throws(ProviderError) -> [EngineStatistics] {
        let wanted = Set(ids)
        var statistics: [EngineStatistics] = []
        var times: [String: ProcessorTime] = [:]
        for (record, isRunning) in try observe() where isRunning && wanted.contains(record.id) {
            guard let pid = record.pid, let usage = ProcessUsage(of: pid) else { continue }
            let time = ProcessorTime(usedNanoseconds: usage.processorNanoseconds, at: .now)
            times[record.id] = time
            statistics.append(
                EngineStatistics(
                    engineID: record.id, cpuPercent: time.percent(since: processorTimes[record.id]),
                    memoryBytes: usage.residentBytes, blockReadBytes: usage.readBytes,
                    blockWrittenBytes: usage.writtenBytes))
        }
        // Those of engines that are gone are not kept.
        processorTimes = processorTimes.filter { !wanted.contains($0.key) }.merging(times) { _, new in new }
        return statistics
    }
}
