/// How large a value is, so that a loop that puts a list into itself ends in an error and not in all of the memory.
struct Extent: Sendable, Hashable {
  /// Values inside, those inside of them included.
  let count: Int
  /// Levels of lists and records.
  let depth: Int

  static let countLimit = 1_000_000
  static let depthLimit = 100
  /// Longest text, in bytes.
  static let textLimit = 16 << 20

  init(of items: [any Value]) {
    var (count, depth) = (0, 0)
    for item in items {
      let inner = (item as? List)?.extent ?? (item as? Record)?.extent
      let length = (item as? String).map { $0.utf8.count / 16 } ?? 0
      count = min(count + 1 + (inner?.count ?? length), 2 * Self.countLimit)
      depth = max(depth, inner?.depth ?? 0)
    }
    self.count = count
    self.depth = depth + 1
  }

  /// - Throws: `ArithmeticProblem` for a value that is too large.
  static func check(_ value: any Value) throws {
    if let text = value as? String, text.utf8.count > textLimit { throw ArithmeticProblem.tooLargeText(textLimit >> 20) }
    guard let extent = (value as? List)?.extent ?? (value as? Record)?.extent else { return }
    if extent.count > countLimit { throw ArithmeticProblem.tooLarge(countLimit) }
    if extent.depth > depthLimit { throw ArithmeticProblem.tooDeep(depthLimit) }
  }
}
