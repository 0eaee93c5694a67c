import Foundation

/// What a service answered, or why it did not.
struct Reply: Sendable {
    /// 0 without an answer.
    var status = 0
    var body: [UInt8] = []
    var seconds = 0.0
    /// Difference of the service's clock and ours, in seconds; nil when it did not say.
    var clockOffset: Double?
    var failure: String?

    var isFine: Bool { (200..<300).contains(status) }
    var text: String { String(decoding: body, as: UTF8.self) }
    /// For people: the status, or why there is none.
    var outcome: String { failure ?? "status \(status)" }

    func decoded<Value: Decodable>(_ type: Value.Type) -> Value? {
        isFine ? try? JSONDecoder().decode(type, from: Data(body)) : nil
    }
}
