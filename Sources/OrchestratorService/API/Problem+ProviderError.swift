import Hummingbird
import Providers

extension Problem {
    /// What the provider of engines said.
    init(_ error: ProviderError) {
        let (status, code): (HTTPResponse.Status, String) =
            switch error.code {
            case .portInUse: (.conflict, "port_in_use")
            case .nameInUse: (.conflict, "name_in_use")
            case .refused: (.unprocessableContent, "provider_refused")
            case .commandNotFound: (.internalServerError, "command_not_found")
            case .unavailable: (.serviceUnavailable, "provider_unavailable")
            case .timedOut: (.gatewayTimeout, "provider_timeout")
            }
        self.init(
            status: status, code: code, title: "The provider could not do it", detail: error.message,
            retryAfter: status == .serviceUnavailable ? 1 : nil)
    }
}
