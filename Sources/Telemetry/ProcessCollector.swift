import CLinux
import Glibc

/// The standard `process_*` metrics, read from `/proc/self` at each exposition
/// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics).
public struct ProcessCollector: Sendable {
    private let cpuSeconds: ObservedCounter
    private let openDescriptors: Gauge
    private let maximumDescriptors: Gauge
    private let virtualBytes: Gauge
    private let maximumVirtualBytes: Gauge
    private let residentBytes: Gauge
    private let heapBytes: Gauge
    private let startTime: Gauge
    private let threads: Gauge

    /// Adds the families to a registry and keeps them up to date.
    @discardableResult
    public init(registry: Registry) {
        func gauge(_ name: String, _ help: String) -> Gauge { registry.ownGauge(name, help) }
        let started = Self.startTime()
        cpuSeconds =
            registry.ownObservedCounter(
                CounterFamily<NoLabels>(
                    "process_cpu_seconds_total", "Total user and system CPU time spent in seconds."),
                since: Int64(started * 1000))[NoLabels()]
        openDescriptors = gauge("process_open_fds", "Number of open file descriptors.")
        maximumDescriptors = gauge("process_max_fds", "Maximum number of open file descriptors.")
        virtualBytes = gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.")
        maximumVirtualBytes = gauge(
            "process_virtual_memory_max_bytes", "Maximum amount of virtual memory available in bytes.")
        residentBytes = gauge("process_resident_memory_bytes", "Resident memory size in bytes.")
        heapBytes = gauge("process_heap_bytes", "Process heap size in bytes.")
        startTime = gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.")
        threads = gauge("process_threads", "Number of OS threads in the process.")
        startTime.set(started)
        let collector = self
        registry.onCollect { collector.update() }
    }

    private func update() {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        cpuSeconds.set(Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime))
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            maximumDescriptors.set(Double(limit.rlim_cur))
        }
        if getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 {
            maximumVirtualBytes.set(Double(limit.rlim_cur))
        }
        heapBytes.set(Double(weir_heap_bytes()))
        openDescriptors.set(Self.countOpenDescriptors())
        guard let stat = Self.read("/proc/self/stat"), let end = stat.lastIndex(of: ")") else { return }
        // The fields behind the program's name start with number 3, the state.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 21 else { return }
        threads.set(Double(fields[17]) ?? 0)
        virtualBytes.set(Double(fields[20]) ?? 0)
        residentBytes.set((Double(fields[21]) ?? 0) * Double(sysconf(Int32(_SC_PAGESIZE))))
    }

    /// Seconds since the Unix epoch.
    private static func startTime() -> Double {
        guard let stat = read("/proc/self/stat"), let end = stat.lastIndex(of: ")"), let boot = bootTime() else {
            return Double(WallClock.milliseconds()) / 1000
        }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let ticks = Double(fields[19]) else { return boot }
        return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }

    private static func countOpenDescriptors() -> Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var entries = 0
        while readdir(folder) != nil { entries += 1 }
        return max(0, entries - 3)  // ".", ".." and the folder's own descriptor
    }

    private static func bootTime() -> Double? {
        guard let stat = read("/proc/stat") else { return nil }
        for line in stat.split(separator: "\n") where line.hasPrefix("btime ") {
            return Double(line.dropFirst(6))
        }
        return nil
    }

    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count <= 0 { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
