/// What bounds a layer's output.
enum Rectifier: Int32, Sendable {
  /// The output as it is.
  case none = 0
  /// max(x, 0).
  case relu = 1
  /// max(x, 0), at most 6.
  case relu6 = 2
}
