import Fleet
import Scaling

extension ScalingDecision {
    /// A decision as the API shows it.
    var document: JSONValue {
        [
            "at": .string(RFC3339.text(Timestamp(milliseconds: at))),
            "policy": .string(policy),
            "desired": JSONValue(desired),
            "current": JSONValue(current),
            "free": JSONValue(free),
            "used": JSONValue(used),
            "direction": .string(direction.rawValue),
            "reason": .string(reason),
            "inputs": [
                "start_rate": .number(inputs.startRate),
                "dispersion": .number(inputs.dispersion),
                "lead_time_seconds": .number(inputs.leadTimeSeconds),
                "quantile": .number(inputs.quantile),
                "free_target": JSONValue(inputs.freeTarget),
                "waiting": JSONValue(inputs.waiting),
                "burn_rate": .number(inputs.burnRate),
                "floor": JSONValue(inputs.floor),
            ],
        ]
    }
}
