package import Fleet

extension StreamStatistics {
    /// Reads the engine's answer to a statistics URL.
    ///
    /// - Throws: the engine's own refusal, or that the answer is not what its API promises.
    package init(answer body: [UInt8]) throws(EngineError) {
        let answer = try EngineAnswer<StatResponse>(json: body)
        if let message = answer.error { throw EngineError(code: .refused, message: message) }
        guard let response = answer.response else {
            throw EngineError(code: .malformedAnswer, message: "the engine's statistics have no content")
        }
        self = response.statistics
    }
}
