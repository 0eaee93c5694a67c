import Catalogue
import CLinux
import EngineAPI
import Fleet
import Foundation
import Telemetry

/// The connection to an engine that is to continue a session, until its stream can be joined.
extension StreamHub {
    func connect(_ replacement: ReplacementSource, _ session: Session, after failure: String?) {
        var message = failure ?? "the engine has no address"
        while let address = replacement.addresses.popFirst() {
            let playback = replacement.playback
            replacement.playAskedAt = clock.now
            do throws(SystemError) {
                let upstream = try Upstream(
                    token: makeID(), address: address, target: playback.playbackPath, host: playback.engine.description)
                guard thread.add(upstream.descriptor, interest: Int(WEIR_WRITABLE), token: upstream.token) else {
                    throw SystemError("cannot watch the connection to the engine")
                }
                replacement.upstream = upstream
                endpoints[upstream.token] = .replacement(replacement, session)
                return
            } catch {
                message = error.description
                recordPlay(replacement, .connection)
            }
        }
        replacement.settle(StartFailure(outcome: .engineError, message: message))
    }

    func replacementReady(_ replacement: ReplacementSource, _ session: Session) {
        guard let upstream = replacement.upstream else { return }
        if case .connecting = upstream.phase {
            do {
                try upstream.sendRequest()
                thread.change(upstream.descriptor, interest: Int(WEIR_READABLE), token: upstream.token)
            } catch {
                recordPlay(replacement, .connection)
                disconnect(replacement)
                connect(replacement, session, after: error.description)
            }
            return
        }
        let window = replacement.buffer.writableWindow(Self.readSize)
        let count = recv(upstream.descriptor, window.baseAddress, window.count, Int32(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else {
            return reject(replacement, .connection, "the engine closed the stream before it could be joined")
        }
        do {
            let body = UnsafeMutableRawBufferPointer(rebasing: window[..<count])
            let (stream, isComplete) = try upstream.receive(body)
            if upstream.hasAnswered { recordPlay(replacement, .ok) }
            if stream > 0 {
                metrics.receivedBytes.increment(by: stream)
                replacement.buffer.commit(stream, of: body)
            }
            guard !isComplete else {
                return reject(replacement, .connection, "the engine ended the stream before it could be joined")
            }
        } catch {
            return reject(replacement, .malformedAnswer, error.description)
        }
        joinIfPossible(replacement, session, now: clock.now)
    }

    func reject(_ replacement: ReplacementSource, _ outcome: EngineCallOutcome, _ message: String) {
        recordPlay(replacement, outcome)
        disconnect(replacement)
        replacement.settle(StartFailure(outcome: .engineError, message: message))
    }

    func disconnect(_ replacement: ReplacementSource) {
        guard let upstream = replacement.upstream else { return }
        thread.remove(upstream.descriptor)
        endpoints[upstream.token] = nil
        replacement.upstream = nil
    }

    func recordPlay(_ replacement: ReplacementSource, _ outcome: EngineCallOutcome) {
        guard let begin = replacement.playAskedAt else { return }
        replacement.playAskedAt = nil
        engineCalls.record(.play, outcome, since: begin)
    }
}
