import CPrometheusProto

/// Messages of the scrape format.
extension MessageArena {
    func timestamp(milliseconds: Int64) -> UnsafeMutablePointer<Io__Prometheus__Client__Timestamp> {
        let message = message(io__prometheus__client__timestamp__init)
        message.pointee.has_seconds = 1
        message.pointee.seconds = milliseconds / 1000
        message.pointee.has_nanos = 1
        message.pointee.nanos = Int32(milliseconds % 1000) * 1_000_000
        return message
    }

    func exemplar(_ exemplar: Exemplar) -> UnsafeMutablePointer<Io__Prometheus__Client__Exemplar> {
        let message = message(io__prometheus__client__exemplar__init)
        (message.pointee.n_label, message.pointee.label) = labels(exemplar.labels)
        message.pointee.has_value = 1
        message.pointee.value = exemplar.value
        message.pointee.timestamp = timestamp(milliseconds: Int64((exemplar.timestamp * 1000).rounded()))
        return message
    }

    /// A metric that has its labels and nothing else yet.
    func metric(_ pairs: [LabelPair]) -> UnsafeMutablePointer<Io__Prometheus__Client__Metric> {
        let message = message(io__prometheus__client__metric__init)
        (message.pointee.n_label, message.pointee.label) = labels(pairs)
        return message
    }

    private func labels(
        _ pairs: [LabelPair]
    ) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<Io__Prometheus__Client__LabelPair>?>) {
        let list: UnsafeMutablePointer<UnsafeMutablePointer<Io__Prometheus__Client__LabelPair>?> = array(
            max(1, pairs.count))
        for (index, pair) in pairs.enumerated() {
            let message = message(io__prometheus__client__label_pair__init)
            message.pointee.name = string(pair.name)
            message.pointee.value = string(pair.value)
            list[index] = message
        }
        return (pairs.count, list)
    }
}
