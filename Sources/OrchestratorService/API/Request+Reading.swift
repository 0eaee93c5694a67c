import Fleet
import Foundation
import HTTPTypes
import Hummingbird

extension Request {
    /// The body as JSON. Nothing or white space is nil; what is not JSON is a 422.
    mutating func document(_ context: APIContext) async throws -> JSONValue? {
        let body = try await collectBody(upTo: context.maxUploadSize)
        guard body.readableBytesView.contains(where: { !$0.isASCIIWhitespace }) else { return nil }
        do {
            return try body.withUnsafeReadableBytes { bytes in try JSONValue.parse(bytes.bindMemory(to: UInt8.self)) }
        } catch {
            throw ValidationError("json_invalid", at: ["body", 0], "JSON decode error", input: [:])
        }
    }

    /// The body as JSON; without one, a 422.
    mutating func requiredDocument(_ context: APIContext) async throws -> JSONValue {
        guard let document = try await document(context) else {
            throw ValidationError("missing", at: ["body"], "Field required", input: nil)
        }
        return document
    }

    /// A parameter of the query; empty counts as missing.
    func query(_ name: String) -> String? {
        let value = uri.queryParameters[name[...]].map(String.init)
        return value?.isEmpty == false ? value : nil
    }

    /// A parameter of the query that must be there; without it, a 422.
    func requiredQuery(_ name: String) throws(ValidationError) -> String {
        guard let value = uri.queryParameters[name[...]] else {
            throw ValidationError("missing", at: ["query", .string(name)], "Field required", input: nil)
        }
        return String(value)
    }

    func query(_ name: String, default fallback: Int, in range: ClosedRange<Int>) throws -> Int {
        guard let text = uri.queryParameters[name[...]].map(String.init) else { return fallback }
        guard let number = Int(text) else {
            throw ValidationError(
                "int_parsing", at: ["query", .string(name)],
                "Input should be a valid integer, unable to parse string as an integer", input: .string(text))
        }
        guard range.contains(number) else {
            throw ValidationError(
                "int_range", at: ["query", .string(name)],
                "Input should be from \(range.lowerBound) to \(range.upperBound)", input: .string(text))
        }
        return number
    }

    func query<Choice: RawRepresentable & CaseIterable>(_ name: String, of: Choice.Type) throws -> Choice?
    where Choice.RawValue == String {
        guard let text = uri.queryParameters[name[...]].map(String.init) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let allowed = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        throw ValidationError(
            "enum", at: ["query", .string(name)], "Input should be one of \(allowed)", input: .string(text))
    }

    /// The proxy that sends the request, where it names itself by the field `Weir-Proxy`.
    func proxyID() throws -> String? {
        let name = "Weir-Proxy"
        guard let field = HTTPField.Name(name), let text = headers[field], !text.isEmpty else { return nil }
        guard ProxyInstance.isValid(id: text) else {
            throw ValidationError(
                "proxy_name", at: ["header", .string(name)],
                "Input should be 1 to 64 letters, digits, '-' or '_'", input: .string(String(text.prefix(100))))
        }
        return text
    }

    func query(time name: String) throws -> Timestamp? {
        guard let text = uri.queryParameters[name[...]].map(String.init) else { return nil }
        // A plus sign of a zone offset arrives as a blank from clients that do not encode it.
        guard let time = RFC3339.parse(text) ?? RFC3339.parse(text.replacingOccurrences(of: " ", with: "+")) else {
            throw ValidationError(
                "datetime_parsing", at: ["query", .string(name)], "Input should be a valid datetime",
                input: .string(text))
        }
        return time
    }
}

extension APIContext {
    /// A part of the path, with percent escapes resolved.
    func path(_ name: String) throws -> String {
        let raw = try parameters.require(name)
        return raw.removingPercentEncoding ?? raw
    }
}

extension UInt8 {
    fileprivate var isASCIIWhitespace: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
}
