extension String {
  /// The text without base64 data and digests, whose letters may spell anything. For tests that look for planted names.
  public var withoutEncodedData: String {
    replacing(/base64,[A-Za-z0-9+\/=]+/, with: "base64,").replacing(/\b(?:[0-9a-f]{64}|[0-9a-f]{12})\b/, with: "")
  }
}
