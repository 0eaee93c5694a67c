import Testing

@Suite struct SettingsTests {}
