public import Telemetry

/// What is asked of the Docker Engine API.
public enum DockerOperation: String, LabelValue {
    public static let labelName = "operation"
    case containerCreate = "container_create"
    case containerStart = "container_start"
    case containerList = "container_list"
    case containerInspect = "container_inspect"
    case containerStatistics = "container_statistics"
    case containerStop = "container_stop"
    case containerRestart = "container_restart"
    case containerRemove = "container_remove"
    case serviceCreate = "service_create"
    case serviceList = "service_list"
    case serviceInspect = "service_inspect"
    case serviceRemove = "service_remove"
    case taskList = "task_list"
    case nodeList = "node_list"
    /// The stream of events, from its opening to its end.
    case events
}
