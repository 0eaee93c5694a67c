import CLibcurl

/// One request on its way: the curl handle, what has arrived, and who waits for it.
///
/// Used by the client's thread only; libcurl's callbacks run there too.
final class Transfer {
    let id: UInt64
    let handle: OpaquePointer
    private let maximumBodyBytes: Int
    private let onBody: (@Sendable (UnsafeRawBufferPointer) -> Void)?
    private let continuation: CheckedContinuation<Result<OutboundResponse, OutboundError>, Never>
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var headers: [(name: String, value: String)] = []
    private var body: [UInt8] = []
    private var isTooLarge = false
    private var headerBytes = 0
    /// All header lines of an answer; one that has more is broken off.
    private static let maximumHeaderBytes = 64 << 10

    init?(_ submission: Submission) {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = OpaquePointer(handle)
        id = submission.id
        maximumBodyBytes = submission.request.maximumBodyBytes
        onBody = submission.request.onBody
        continuation = submission.continuation
        apply(submission.request)
    }

    private var easy: UnsafeMutableRawPointer { UnsafeMutableRawPointer(handle) }

    private func apply(_ request: OutboundRequest) {
        weir_curl_set_string(easy, CURLOPT_URL, request.url)
        weir_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        weir_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        // A name that is still being looked up when the time is over is not waited for.
        weir_curl_set_long(easy, CURLOPT_QUICK_EXIT, 1)
        weir_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        weir_curl_set_string(easy, CURLOPT_PROXY, "")
        weir_curl_set_long(easy, CURLOPT_TIMEOUT_MS, request.timeout.wholeMilliseconds)
        weir_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.wholeMilliseconds)
        weir_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        if let path = request.unixSocketPath { weir_curl_set_string(easy, CURLOPT_UNIX_SOCKET_PATH, path) }
        if let body = request.body {
            weir_curl_set_long(easy, CURLOPT_POSTFIELDSIZE, body.count)
            body.withUnsafeBytes { bytes in
                // libcurl copies POSTFIELDSIZE bytes before the call returns; it wants a pointer for an empty body too.
                var empty: UInt8 = 0
                withUnsafeMutablePointer(to: &empty) { placeholder in
                    let start = bytes.baseAddress ?? UnsafeRawPointer(placeholder)
                    weir_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: start))
                }
            }
        }
        if request.method == "HEAD" {
            weir_curl_set_long(easy, CURLOPT_NOBODY, 1)
        } else {
            weir_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
        }
        for (name, value) in request.headers + [(name: "Expect", value: "")] {
            headerList = curl_slist_append(headerList, value.isEmpty ? "\(name):" : "\(name): \(value)")
        }
        weir_curl_set_headers(easy, headerList)
        let context = Unmanaged.passUnretained(self).toOpaque()
        weir_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        weir_curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        weir_curl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { data, size, count, context in
            guard let data, let context else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
            return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().receive(bytes) ? size * count : 0
        }
        weir_curl_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { data, size, count, context in
            guard let data, let context else { return 0 }
            let line = UnsafeRawBufferPointer(start: data, count: size * count)
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.receive(headerLine: line) ? size * count : 0
        }
    }

    private func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if let onBody, (200..<300).contains(status) {
            onBody(bytes)
            return true
        }
        guard body.count + bytes.count <= maximumBodyBytes else {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    private func receive(headerLine: UnsafeRawBufferPointer) -> Bool {
        headerBytes += headerLine.count
        guard headerBytes <= Self.maximumHeaderBytes else { return false }
        let line = String(decoding: headerLine, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            headers = []  // an interim answer (100 Continue) came first
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.append((String(line[..<colon]), String(value.prefix { !$0.isNewline })))
        }
        return true
    }

    /// Answers the caller. `code` is libcurl's result.
    func finish(_ code: CURLcode) {
        guard code == CURLE_OK else {
            return finish(
                failure: OutboundError(code: errorCode(code), message: String(cString: curl_easy_strerror(code))))
        }
        continuation.resume(returning: .success(OutboundResponse(status: status, headers: headers, body: body)))
        release()
    }

    func finish(failure: OutboundError) {
        continuation.resume(returning: .failure(failure))
        release()
    }

    private func release() {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
    }

    private var status: Int {
        var status = 0
        weir_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    private var hasSent: Bool {
        var size = 0
        weir_curl_get_long(easy, CURLINFO_REQUEST_SIZE, &size)
        return size > 0
    }

    private func errorCode(_ code: CURLcode) -> OutboundError.Code {
        switch code {
        case _ where isTooLarge: .bodyTooLarge
        case CURLE_OPERATION_TIMEDOUT: .timeout
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .connection
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE: .interrupted
        // libcurl says so of an answer that is no HTTP, too.
        case CURLE_UNSUPPORTED_PROTOCOL where hasSent: .brokenAnswer
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .badRequest
        default: .brokenAnswer
        }
    }
}

extension Duration {
    /// Rounded up, at least 1: libcurl reads 0 as "no limit".
    fileprivate var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
