public import NIOCore
public import NIOHTTP1

/// Refuses requests that HTTP/1.1 says must be refused and that the decoder lets pass (RFC 9112, sections 3.2 and 6.1;
/// RFC 9110, section 5.5). Belongs directly behind the request decoder; one request is answered with an error and the
/// connection closed, everything valid passes unchanged.
///
/// Control characters in field values are refused. Bytes of 0x80 and above are not: they are legal there (obs-text),
/// players put their names in UTF-8, and nothing here reads meaning into them. In `Host` they are refused.
public final class RequestGuard: ChannelInboundHandler, RemovableChannelHandler {
    public typealias InboundIn = HTTPServerRequestPart
    public typealias InboundOut = HTTPServerRequestPart
    public typealias OutboundOut = HTTPServerResponsePart

    private var isRefused = false
    private let onRefusal: @Sendable () -> Void
    private let sizeLimit: HeadSizeLimit?

    /// - Parameters:
    ///   - sizeLimit: the handler in front of the decoder that bounds the head.
    ///   - onRefusal: called, on the event loop, for each request refused.
    public init(sizeLimit: HeadSizeLimit? = nil, onRefusal: @escaping @Sendable () -> Void = {}) {
        self.sizeLimit = sizeLimit
        self.onRefusal = onRefusal
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        sizeLimit?.reset()
        guard !isRefused else { return }
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        if let refusal = Self.refusal(of: head) {
            isRefused = true
            return refuse(refusal.status, refusal.reason, version: head.version, context: context)
        }
        guard !head.isKeepAlive, head.version.minor == 0 else { return context.fireChannelRead(data) }
        head.headers.replaceOrAdd(name: "Connection", value: "close")
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, !isRefused else { return context.fireErrorCaught(error) }
        isRefused = true
        if case .headerOverflow = error as? HTTPParserError {
            return refuse(
                .requestHeaderFieldsTooLarge, "the header fields are too large", version: .http1_1, context: context)
        }
        refuse(.badRequest, "the request is not HTTP/1.1", version: .http1_1, context: context)
    }

    /// What is wrong with a request head, if anything.
    public static func refusal(of head: HTTPRequestHead) -> (status: HTTPResponseStatus, reason: String)? {
        let hosts = head.headers["host"].count
        if head.version.major == 1, head.version.minor >= 1, hosts != 1 {
            return (.badRequest, hosts == 0 ? "the Host header is missing" : "the Host header is given twice")
        }
        if hosts > 1 { return (.badRequest, "the Host header is given twice") }
        if let host = head.headers["host"].first, !host.utf8.allSatisfy(isAllowedInHost) {
            return (.badRequest, "the Host header is no host and port")
        }
        let codings = head.headers[canonicalForm: "transfer-encoding"]
        if !codings.isEmpty {
            if head.version.minor == 0 {
                return (.badRequest, "HTTP/1.0 has no transfer codings")
            }
            if codings.count != 1 || codings[0].lowercased() != "chunked" {
                return (.notImplemented, "the only transfer coding supported is chunked")
            }
            if head.headers.contains(name: "content-length") {
                return (.badRequest, "Content-Length and Transfer-Encoding are given together")
            }
        }
        for (_, value) in head.headers where value.utf8.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) {
            return (.badRequest, "a header value holds a control character")
        }
        return nil
    }

    /// What a host, a port and the brackets of an address can hold (RFC 3986, section 3.2.2).
    private static func isAllowedInHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "-._~%!$&'()*+,;=:[]".utf8.contains(byte)
        }
    }

    private func refuse(
        _ status: HTTPResponseStatus, _ reason: String, version: HTTPVersion, context: ChannelHandlerContext
    ) {
        onRefusal()
        var body = context.channel.allocator.buffer(string: reason + "\n")
        let headers: HTTPHeaders = [
            "Content-Type": "text/plain; charset=utf-8", "Content-Length": "\(body.readableBytes)",
            "Connection": "close",
            "X-Content-Type-Options": "nosniff",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        body.clear()
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }
}
