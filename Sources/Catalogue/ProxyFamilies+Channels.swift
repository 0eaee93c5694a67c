public import Telemetry

/// The channel list.
extension ProxyFamilies {
    public static let channels = GaugeFamily<NoLabels>("weir_proxy_channels", "Channels served in playlist and lineup.")
    public static let channelFileReloads = CounterFamily<Label<ChannelFileResult>>(
        "weir_proxy_channel_file_reloads_total",
        "Times the channel file was read, at start and after each change, by what became of it.", known: Label.all)
    public static let channelBackups = CounterFamily<NoLabels>(
        "weir_proxy_channel_backups_total",
        "Players of a channel that were given one of its backups, because what stands before it had not started.")

    static let channelList = [
        DescribedFamily(channels), DescribedFamily(channelFileReloads), DescribedFamily(channelBackups),
    ]
}
