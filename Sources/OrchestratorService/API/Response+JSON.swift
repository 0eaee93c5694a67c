import Hummingbird

extension Response {
    static func json(
        _ document: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:],
        contentType: String = "application/json"
    ) -> Response {
        json(ByteBuffer(bytes: document.utf8), status: status, headers: headers, contentType: contentType)
    }

    static func json(
        _ document: ByteBuffer, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:],
        contentType: String = "application/json"
    ) -> Response {
        var headers = headers
        headers[.contentType] = contentType
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: document))
    }
}
