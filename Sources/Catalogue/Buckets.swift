/// Histogram bounds in seconds, one list for each kind of wait.
enum Buckets {
    /// A local API: 0.5 ms to 10 s, dense around the 10 ms and 50 ms that the objectives name.
    static let api: [Double] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
    /// From a player's request to its first byte: a join takes microseconds, a cold start tens of seconds.
    static let start: [Double] = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 60]
    /// Starting an engine: reaches five minutes, with the objective's 5 s and 10 s as bounds.
    static let provisioning: [Double] = [0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 60, 120, 300]
}
