import Providers

/// What engines use of their machine, asked of the provider at most once in ``timeToLive`` however many want to know.
/// Who waits here makes nobody else wait.
actor EngineStatisticsCache {
    static let timeToLive = Duration.seconds(2)

    /// What the cache has been good for.
    struct Usage: Sendable {
        var hits = 0
        var misses = 0
        /// Nil while nothing is kept.
        var age: Duration?
    }

    private let provider: any EngineProvider
    private var kept: (values: [EngineStatistics], at: ContinuousClock.Instant)?
    private var question: Task<Result<[EngineStatistics], ProviderError>, Never>?
    private var usage = Usage()

    init(provider: any EngineProvider) {
        self.provider = provider
    }

    func statistics(of engines: [String]) async throws(ProviderError) -> [EngineStatistics] {
        if let kept, kept.at.duration(to: .now) < Self.timeToLive {
            usage.hits += 1
            return kept.values
        }
        usage.misses += 1
        let question = question ?? ask(engines)
        return try await question.value.get()
    }

    private func ask(_ engines: [String]) -> Task<Result<[EngineStatistics], ProviderError>, Never> {
        let provider = provider
        let task = Task {
            let answer: Result<[EngineStatistics], ProviderError>
            do throws(ProviderError) {
                answer = .success(try await provider.statistics(of: engines))
            } catch {
                answer = .failure(error)
            }
            keep(answer)
            return answer
        }
        question = task
        return task
    }

    private func keep(_ answer: Result<[EngineStatistics], ProviderError>) {
        question = nil
        if case .success(let values) = answer { kept = (values, .now) }
    }

    func currentUsage() -> Usage {
        var usage = usage
        usage.age = kept.map { $0.at.duration(to: .now) }.flatMap { $0 < Self.timeToLive ? $0 : nil }
        return usage
    }

    func clear() { kept = nil }
}
