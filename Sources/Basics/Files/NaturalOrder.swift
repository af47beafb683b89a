/// Natural order of names: runs of digits compare by their number, so that `case 2` comes before `case 10`.
public enum NaturalOrder {
  /// Whether a name comes before another. Names that differ only in leading zeros are ordered by their bytes, so the order is strict.
  public static func precedes(_ a: String, _ b: String) -> Bool {
    let (first, second) = (Array(a.utf8), Array(b.utf8))
    var (i, j) = (0, 0)
    while i < first.count, j < second.count {
      if isDigit(first[i]), isDigit(second[j]) {
        let (one, other) = (digits(first, &i), digits(second, &j))
        if one.count != other.count { return one.count < other.count }
        if one != other { return one.lexicographicallyPrecedes(other) }
      } else {
        if first[i] != second[j] { return first[i] < second[j] }
        i += 1
        j += 1
      }
    }
    if (i < first.count) != (j < second.count) { return j < second.count }
    return first.lexicographicallyPrecedes(second)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  /// A run of digits without its leading zeros.
  private static func digits(_ bytes: [UInt8], _ position: inout Int) -> ArraySlice<UInt8> {
    let start = position
    while position < bytes.count, isDigit(bytes[position]) { position += 1 }
    return bytes[start..<position].drop { $0 == 48 }
  }
}

extension Sequence<String> {
  /// Returns the names in natural order; see ``NaturalOrder``.
  /// - Complexity: O(n log n) comparisons of names.
  public func sortedNaturally() -> [String] { sorted(by: NaturalOrder.precedes) }
}
