import Catalogue
import EngineAPI
import Fleet
import Foundation
import Logging
import Telemetry

/// Asking engines for sessions, and ending every session that an engine may have opened.
extension StreamHub {
    /// An engine that answers that much too late is still told that nobody wants its session.
    private static let lateAnswerLimit = Duration.seconds(30)
    /// Pauses between the attempts to end a session on an engine that answers.
    private static let stopPauses: [Duration] = [.milliseconds(250), .milliseconds(500)]
    /// The same for an engine that is out of reach: it may come back with its sessions.
    private static let latePauses: [Duration] = [1, 2, 4, 8, 16].map { .seconds($0) }
    /// Sessions on engines out of reach that wait for their end at most.
    private static let maximumLateStops = 256

    /// Asks the engine for a session and waits at most `limit`.
    ///
    /// Once asked it may open one, so its answer is awaited even when nobody wants the stream any more, and beyond
    /// `limit`: without the answer the session could not be stopped.
    func ask(
        _ engine: EngineEndpoint, for content: ContentKey, _ parameters: [(name: String, value: String)],
        as delivery: EngineClient.Delivery = .stream, within limit: Duration
    ) async -> Result<PlaybackSession, StartFailure> {
        callsUnderWay += 1
        defer { callsUnderWay -= 1 }
        let limit = max(.milliseconds(1), limit)
        let begin = clock.now
        let question = EngineQuestion()
        Task {
            let answer: Result<PlaybackSession, EngineError>
            do throws(EngineError) {
                answer = .success(
                    try await engines.start(
                        content, on: engine, playerID: UUID().uuidString.lowercased(), parameters: parameters,
                        as: delivery, timeout: limit + Self.lateAnswerLimit))
            } catch {
                answer = .failure(error)
            }
            switch answer {
            case .success(let playback): unreported.opened(playback)
            case .failure(let error): note(error, of: content)
            }
            if question.answer(answer) { return }
            if case .success(let playback) = answer, !isInUse(playback) { await stopEngineSession(playback) }
        }
        let patience = Task { try await giveUp(question, after: limit) }
        defer { patience.cancel() }
        let answer = await withCheckedContinuation { question.report(to: $0) }
        engineCalls.record(.start, answer.outcome, since: begin)
        return answer.mapError(Self.failure)
    }

    private static func failure(_ error: EngineError) -> StartFailure {
        let outcome: StartOutcome =
            switch error.code {
            case .deadContent: .deadContent
            case .timeout: .timeout
            case .refused, .connection, .malformedAnswer: .engineError
            }
        var failure = StartFailure(
            outcome: outcome, message: error.message, isEngineUnreachable: error.code == .connection)
        failure.isWithoutPlaylist = error.code == .refused && error.message == EngineError.noPlaylist
        return failure
    }

    /// Remembers dead content, even when nobody waits for it any more: the next one who asks would be told the same.
    private func note(_ error: EngineError, of content: ContentKey) {
        guard error.code == .deadContent, joinableSession(playing: content)?.isPlaying != true else { return }
        recentFailures.note(Self.failure(error), of: names(of: content), now: clock.now)
    }

    private func giveUp(_ question: EngineQuestion, after limit: Duration) async throws {
        try await Task.sleep(for: limit)
        question.answer(.failure(EngineError(code: .timeout, message: "the engine did not answer in time")))
    }

    /// Tells the engine, and again if it does not confirm. One that is out of reach is told later, without a wait here.
    func stopEngineSession(_ playback: PlaybackSession) async {
        defer { unreported.settled(playback.commandURL) }
        for pause in Self.stopPauses + [.zero] {
            switch await tryToStop(playback) {
            case nil: return
            case .connection: return stopLater(playback)
            default: try? await Task.sleep(for: pause)
            }
        }
    }

    /// - Returns: why the engine has not confirmed; nil when it has.
    func tryToStop(_ playback: PlaybackSession) async -> EngineError.Code? {
        let begin = clock.now
        do throws(EngineError) {
            try await engines.stop(playback)
            engineCalls.record(.stop, .ok, since: begin)
            return nil
        } catch {
            engineCalls.record(.stop, EngineCallOutcome(error), since: begin)
            logger.debug("engine did not confirm the stop", metadata: ["reason": "\(error.message)"])
            return error.code
        }
    }

    private func stopLater(_ playback: PlaybackSession) {
        guard lateStops < Self.maximumLateStops else { return }
        lateStops += 1
        Task {
            defer { lateStops -= 1 }
            for pause in Self.latePauses {
                try? await Task.sleep(for: pause)
                if isShuttingDown || isInUse(playback) { return }
                guard await tryToStop(playback) == .connection else { return }
            }
        }
    }

    /// Whether somebody watches this very session: an engine may give it to whoever asks for the same content.
    private func isInUse(_ playback: PlaybackSession) -> Bool {
        sessions.values.contains {
            $0.playback?.commandURL == playback.commandURL
                || $0.failover?.replacement?.playback.commandURL == playback.commandURL
        }
    }
}

/// A request to an engine whose answer is taken once: the engine's own, or that there was none in time. Belongs to the
/// hub's event thread.
private final class EngineQuestion {
    private var result: Result<PlaybackSession, EngineError>?
    private var continuation: CheckedContinuation<Result<PlaybackSession, EngineError>, Never>?

    /// Returns whether the answer was the first one.
    @discardableResult
    func answer(_ answer: Result<PlaybackSession, EngineError>) -> Bool {
        guard result == nil else { return false }
        result = answer
        continuation?.resume(returning: answer)
        continuation = nil
        return true
    }

    func report(to continuation: CheckedContinuation<Result<PlaybackSession, EngineError>, Never>) {
        if let result { continuation.resume(returning: result) } else { self.continuation = continuation }
    }
}

extension Result where Failure == EngineError {
    fileprivate var outcome: EngineCallOutcome {
        switch self {
        case .success: .ok
        case .failure(let error): EngineCallOutcome(error)
        }
    }
}
