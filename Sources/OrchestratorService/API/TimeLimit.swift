import Catalogue
import Hummingbird
import NIOConcurrencyHelpers
import Telemetry

/// Bounds the time until a request is answered. What the request has begun goes on after that.
struct TimeLimit: Sendable {
    typealias Handler = @Sendable (Request, APIContext) async throws -> Response

    let limit: Duration
    /// 503 where it is this server that is slow, 504 where it waits for engines.
    let status: HTTPResponse.Status
    let refusals: CounterVector<Label<APIRefusal>>

    func bounding(_ handler: @escaping Handler) -> Handler {
        { request, context in
            let deadline = ContinuousClock.now + limit
            let request = try await collected(request, context, until: deadline)
            let answer = FirstAnswer()
            let work = Task {
                do { answer.give(.success(try await handler(request, context))) } catch { answer.give(.failure(error)) }
            }
            let timer = Task {
                try await Task.sleep(until: deadline)
                if answer.give(.failure(timeout)) { refusals[Label(.timeout)].increment() }
            }
            defer { timer.cancel() }
            return try await withTaskCancellationHandler {
                try await answer.value()
            } onCancel: {
                work.cancel()
            }
        }
    }

    /// The request with its body in memory: nobody else may read from the connection once the answer is on its way.
    private func collected(
        _ request: Request, _ context: APIContext, until deadline: ContinuousClock.Instant
    ) async throws -> Request {
        let hasBody = request.headers[.contentLength].map { $0 != "0" } ?? (request.headers[.transferEncoding] != nil)
        guard hasBody else { return request }
        var request = request
        let body = request.body
        let limit = context.maxUploadSize
        request.body = try await withThrowingTaskGroup(of: RequestBody?.self) { group in
            group.addTask { RequestBody(buffer: try await body.collect(upTo: limit)) }
            group.addTask {
                try await Task.sleep(until: deadline)
                return nil
            }
            defer { group.cancelAll() }
            guard let body = try await group.next() ?? nil else {
                refusals[Label(.timeout)].increment()
                var problem = timeout
                problem.status = .requestTimeout
                problem.detail = "the body did not come within \(self.limit)"
                throw problem
            }
            return body
        }
        return request
    }

    private var timeout: Problem {
        Problem(
            status: status, code: "timeout", title: "Timeout",
            detail: "there is no answer after \(limit); what the request has begun goes on", retryAfter: 1)
    }
}

extension TimeLimit {
    /// The answer that comes first, for one who waits.
    private final class FirstAnswer: Sendable {
        private struct State {
            var answer: Result<Response, any Error>?
            var continuation: CheckedContinuation<Response, any Error>?
        }

        private let state = NIOLockedValueBox(State())

        /// - Returns: whether it is the first one.
        @discardableResult
        func give(_ answer: Result<Response, any Error>) -> Bool {
            let (isFirst, continuation) = state.withLockedValue { state in
                guard state.answer == nil else {
                    return (false, nil as CheckedContinuation<Response, any Error>?)
                }
                state.answer = answer
                return (true, state.continuation)
            }
            continuation?.resume(with: answer)
            return isFirst
        }

        func value() async throws -> Response {
            try await withCheckedThrowingContinuation { continuation in
                let answer = state.withLockedValue { state in
                    if state.answer == nil { state.continuation = continuation }
                    return state.answer
                }
                if let answer { continuation.resume(with: answer) }
            }
        }
    }
}
