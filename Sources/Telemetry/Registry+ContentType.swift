extension Registry {
    /// The `Content-Type` of ``textExposition()``.
    public static var textContentType: String { TextExposition.contentType }
}
