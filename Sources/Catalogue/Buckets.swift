/// Histogram bounds, one list for each kind of wait; seconds unless said otherwise.
enum Buckets {
    /// A local API: 0.5 ms to 10 s, dense around the 10 ms and 50 ms that the objectives name.
    static let api: [Double] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
    /// From a player's request to its first byte: a join takes microseconds, a cold start tens of seconds.
    static let start: [Double] = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 60]
    /// Starting an engine: reaches five minutes, with the objective's 5 s and 10 s as bounds.
    static let provisioning: [Double] = [0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 60, 120, 300]
    /// Work that must stay far below a millisecond, and how far it is from that.
    static let turn: [Double] = [0.00001, 0.00005, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5]
    /// How long somebody watches: seconds to a day.
    static let watching: [Double] = [1, 10, 60, 300, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400]
    /// Items in one batch.
    static let items: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 50_000]
}
