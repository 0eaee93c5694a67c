import Fleet
import Providers

/// A list of what runs that the provider was asked for.
struct Listing {
    typealias Outcome = Result<[ProvidedEngine], ProviderError>

    let begunAt: Timestamp
    /// Those who wait for it, by number.
    var waiting: [UInt64: CheckedContinuation<Outcome?, Never>] = [:]
}

extension Orchestrator {
    /// What the provider says runs, and when it was asked. A provider that does not come back is not asked again before
    /// it has, and holds up nobody for longer than the time set.
    func listing() async throws(ProviderError) -> (engines: [ProvidedEngine], begunAt: Timestamp) {
        let begunAt = listingUnderWay?.begunAt ?? now
        if listingUnderWay == nil {
            listingUnderWay = Listing(begunAt: begunAt)
            Task { [provider] in
                let outcome: Listing.Outcome
                do throws(ProviderError) {
                    outcome = .success(try await provider.list())
                } catch {
                    outcome = .failure(error)
                }
                self.finishListing(outcome)
            }
        }
        lastListingWaiter += 1
        let waiter = lastListingWaiter
        let limit = configuration.listTimeout
        let timer = Task {
            try await Task.sleep(for: limit)
            self.giveUpListing(waiter)
        }
        defer { timer.cancel() }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                listingUnderWay?.waiting[waiter] = continuation
            }
        } onCancel: {
            Task { await self.giveUpListing(waiter) }
        }
        guard let outcome else {
            throw ProviderError(code: .timedOut, message: "no answer within \(limit)")
        }
        return (try outcome.get(), begunAt)
    }

    private func finishListing(_ outcome: Listing.Outcome) {
        let waiting = listingUnderWay?.waiting ?? [:]
        listingUnderWay = nil
        for continuation in waiting.values { continuation.resume(returning: outcome) }
    }

    private func giveUpListing(_ waiter: UInt64) {
        listingUnderWay?.waiting.removeValue(forKey: waiter)?.resume(returning: nil)
    }
}
