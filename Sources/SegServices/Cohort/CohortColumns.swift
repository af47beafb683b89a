/// The columns of results that every cohort has.
enum CohortColumns {
  static let name = "case"
  static let doubt = "doubt"
  /// The name of the first case with the same pixels.
  static let duplicateOf = "duplicate_of"
  static let file = "file_sha256"
  static let pixels = "pixels_sha256"

  static let all = [name, doubt, duplicateOf, file, pixels]
}
