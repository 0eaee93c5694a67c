import Catalogue
import EngineAPI
import Fleet
import Logging
import NIOCore
import Outbound
import Playlist
import Settings
import Telemetry

/// Playlists and segments from engines.
extension HLSGateway {
    // MARK: Playlists

    /// A playlist as players get it: the one at hand while it is new, else the engine's.
    ///
    /// An engine that answers nonsense does not cut its viewers off: they get the playlist they know until the empty
    /// timeout is over.
    func text(
        ofPlaylist number: UInt64, in session: HLSSession
    ) async -> Result<PlaylistTemplate, HLSFailure> {
        guard let listing = session.listing(number, now: clock.now) else { return .failure(.unknown) }
        if let text = listing.text, let readAt = listing.readAt,
            listing.isComplete || clock.now < readAt + listing.lifetime
        {
            return .success(text)
        }
        let refresh =
            listing.refresh
            ?? Task {
                await self.refresh(
                    listing, number, of: session, timeout: min(self.settings.noResponseTimeout, Self.playlistTimeout))
                listing.refresh = nil
            }
        listing.refresh = refresh
        await refresh.value
        let now = clock.now
        if let failure = listing.failure {
            log("the playlist could not be read", of: session, ["reason": "\(failure.message)"])
            guard ![.connection, .notFound].contains(failure.outcome), let text = listing.text,
                let readAt = listing.readAt, now < readAt + settings.emptyTimeout
            else {
                if listing.text != nil, failure.outcome != .notFound { end(session, reason: .networkError) }
                return .failure(failure)
            }
            return .success(text)
        }
        if !listing.isComplete, now >= listing.changedAt + settings.emptyTimeout {
            end(session, reason: .emptyTimeout)
            return .failure(HLSFailure(outcome: .timeout, message: "the engine has listed nothing new for too long"))
        }
        return listing.text.map { .success($0) } ?? .failure(.unknown)
    }

    /// Reads a playlist anew; `listing.failure` says whether that failed.
    func refresh(_ listing: HLSSession.Listing, _ number: UInt64, of session: HLSSession, timeout: Duration) async {
        let answer = await fetch(
            .playlist, listing.origin, of: session, timeout: timeout, limit: HLSPlaylist.maximumBytes)
        do throws(HLSFailure) {
            let bytes = try answer.get()
            let playlist: HLSPlaylist
            do throws(HLSPlaylistError) { playlist = try HLSReader.read(bytes) } catch {
                throw HLSFailure(
                    outcome: error.code == .tooLarge ? .tooLarge : .malformedAnswer,
                    message: "the engine's playlist cannot be used: \(error.description)")
            }
            let refused = try session.adopt(playlist, as: listing, number, now: clock.now)
            if refused > 0 {
                metrics.refusedURLs.increment(by: refused)
                log("addresses elsewhere were refused", of: session, ["count": "\(refused)"])
            }
            listing.failure = nil
        } catch {
            listing.failure = error
        }
    }

    // MARK: Segments

    /// A segment from the cache or the engine, fetched once however many ask.
    func segment(
        _ number: UInt64, _ origin: ResourceNames.Origin, of session: HLSSession
    ) async -> Result<ByteBuffer, HLSFailure> {
        let key = SegmentKey(session: session.id, number: number)
        if let bytes = cache.value(for: key) {
            metrics.cache[.hit]?.increment()
            return .success(bytes)
        }
        if let fetch = fetches[key] {
            metrics.cache[.shared]?.increment()
            return await fetch.value
        }
        metrics.cache[.miss]?.increment()
        guard fetches.count < Self.maximumFetches else {
            metrics.fetches.record(.segment, .busy, since: clock.now)
            return .failure(HLSFailure(outcome: .busy, message: "too many segments are being fetched"))
        }
        let fetch = Task { () -> Result<ByteBuffer, HLSFailure> in
            let answer = await self.fetch(
                .segment, origin, of: session, timeout: Self.segmentTimeout, limit: Self.maximumSegmentBytes)
            self.fetches[key] = nil
            let bytes = answer.map { ByteBuffer(bytes: $0) }
            if case .success(let bytes) = bytes { self.keep(bytes, as: key, of: session) }
            return bytes
        }
        fetches[key] = fetch
        return await fetch.value
    }

    private func keep(_ bytes: ByteBuffer, as key: SegmentKey, of session: HLSSession) {
        guard isCurrent(session) else { return }
        let evictions = cache.evictions
        cache.insert(bytes, byteCount: bytes.readableBytes, for: key)
        metrics.cacheEvictions.increment(by: cache.evictions - evictions)
        metrics.cacheBytes.set(cache.byteCount)
    }

    // MARK: The engine

    /// One request to the session's engine, whatever address the resource was named by. No redirect is followed.
    private func fetch(
        _ resource: HLSResource, _ origin: ResourceNames.Origin, of session: HLSSession, timeout: Duration, limit: Int
    ) async -> Result<[UInt8], HLSFailure> {
        guard let engine = session.playback?.engine else { return .failure(.unknown) }
        let begin = clock.now
        var request = OutboundRequest(
            "GET", "http://\(engine)\(origin.target)", timeout: max(.milliseconds(1), timeout),
            connectTimeout: min(max(.milliseconds(1), timeout), .seconds(3)), maximumBodyBytes: limit)
        if let range = origin.range {
            request.headers.append(("Range", "bytes=\(range.offset)-\(range.offset + range.length - 1)"))
        }
        let result: Result<[UInt8], HLSFailure>
        do throws(OutboundError) {
            result = Self.body(of: try await outbound.send(request), range: origin.range)
        } catch {
            result = .failure(HLSFailure(error, limit: limit))
        }
        switch result {
        case .success(let body):
            metrics.fetches.record(resource, .ok, since: begin)
            session.receivedBytes += UInt64(body.count)
        case .failure(let failure): metrics.fetches.record(resource, failure.outcome, since: begin)
        }
        return result
    }

    private static func body(
        of response: OutboundResponse, range: HLSPlaylist.ByteRange?
    ) -> Result<[UInt8], HLSFailure> {
        switch response.status {
        case 206 where range != nil: break
        case 200:
            guard response.header("Content-Type")?.lowercased().hasPrefix("text/html") != true else {
                return .failure(HLSFailure(outcome: .malformedAnswer, message: "the engine answered with a web page"))
            }
            guard let range else { break }
            guard range.offset + range.length <= UInt64(response.body.count) else {
                return .failure(HLSFailure(outcome: .notFound, message: "the resource ends before that part of it"))
            }
            return .success(Array(response.body[Int(range.offset)..<Int(range.offset + range.length)]))
        case 404, 410: return .failure(HLSFailure(outcome: .notFound, message: "the engine does not have it"))
        default:
            return .failure(
                HLSFailure(outcome: .refused, message: "the engine answered with status \(response.status)"))
        }
        return .success(response.body)
    }
}

extension HLSFailure {
    fileprivate init(_ error: OutboundError, limit: Int) {
        switch error.code {
        case .timeout: self.init(outcome: .timeout, message: "the engine did not answer in time")
        case .connection, .cancelled: self.init(outcome: .connection, message: error.message)
        case .bodyTooLarge:
            self.init(outcome: .tooLarge, message: "the engine's answer has more than \(limit) bytes")
        case .badRequest, .brokenAnswer, .interrupted: self.init(outcome: .malformedAnswer, message: error.message)
        }
    }
}
