/// Candidates that a mistyped word may mean, the most likely first: those at Damerau-Levenshtein distance 2 or less, or starting with the
/// word.
///
/// Case is ignored. A word of up to three bytes allows distance 1 only, and one of fewer than three bytes is not matched as a prefix.
/// An empty word and words over 40 bytes have no near names.
/// - Returns: At most three names.
/// - Complexity: O(candidates × length²).
public func nearNames(to word: String, in candidates: [String]) -> [String] {
  let letters = Array(word.lowercased().utf8)
  guard !letters.isEmpty, letters.count <= 40 else { return [] }
  var found: [(distance: Int, name: String)] = []
  for name in candidates {
    let other = Array(name.lowercased().utf8)
    let reach = letters.count <= 3 ? 1 : 2
    if abs(other.count - letters.count) <= reach {
      let distance = editDistance(letters, other)
      if distance <= reach, distance < max(letters.count, other.count) {
        found.append((distance, name))
        continue
      }
    }
    if letters.count >= 3, other.starts(with: letters) { found.append((3, name)) }
  }
  return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
}

/// Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and swaps of neighbors.
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var before = [Int](repeating: 0, count: b.count + 1)
  var previous = Array(0...b.count)
  for i in 0..<a.count {
    var current = [i + 1] + [Int](repeating: 0, count: b.count)
    for j in 0..<b.count {
      let cost = a[i] == b[j] ? 0 : 1
      current[j + 1] = min(previous[j + 1] + 1, current[j] + 1, previous[j] + cost)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { current[j + 1] = min(current[j + 1], before[j - 1] + 1) }
    }
    before = previous
    previous = current
  }
  return previous[b.count]
}
