import CLibcurl

/// A libcurl multi handle.
///
/// `@unchecked Sendable`: used by the client's one thread, except `wake`, which libcurl allows from any thread.
final class MultiHandle: @unchecked Sendable {
    private let multi: UnsafeMutableRawPointer

    init(maximumConnectionsPerHost: Int) {
        weirPrepareLibcurl
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl has no memory for a multi handle") }
        self.multi = multi
        weir_curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, maximumConnectionsPerHost)
        weir_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 256)
    }

    deinit {
        curl_multi_cleanup(multi)
    }

    /// Makes a `poll` under way return.
    func wake() {
        curl_multi_wakeup(multi)
    }

    func add(_ transfer: Transfer) {
        curl_multi_add_handle(multi, UnsafeMutableRawPointer(transfer.handle))
    }

    func remove(_ transfer: Transfer) {
        curl_multi_remove_handle(multi, UnsafeMutableRawPointer(transfer.handle))
    }

    /// Moves all transfers on as far as they go without waiting, and reports those that are done.
    func perform(whenDone: (OpaquePointer, CURLcode) -> Void) {
        var running: Int32 = 0
        curl_multi_perform(multi, &running)
        var code = CURLE_OK
        while let handle = weir_curl_multi_next_done(multi, &code) {
            whenDone(OpaquePointer(handle), code)
        }
    }

    /// Waits until a transfer can move on, a timeout of libcurl is due, or `wake` is called; one second at most.
    func poll() {
        curl_multi_poll(multi, nil, 0, 1000, nil)
    }
}

/// libcurl's process-wide preparation, once.
private let weirPrepareLibcurl: Void = {
    curl_global_init(Int(CURL_GLOBAL_DEFAULT))
}()
