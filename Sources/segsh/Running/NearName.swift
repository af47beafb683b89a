import SegLang

/// What a mistyped name may have meant. (Files that declare options import ArgumentParser, whose names are also SegLang's.)
enum NearName {
  static func of(_ name: String, among candidates: [String]) -> [String] { nearNames(to: name, in: candidates) }

  /// `; did you mean "a" or "b"?`, or nothing.
  static func question(_ name: String, among candidates: [String]) -> String {
    let near = of(name, among: candidates).map { "`\($0)`" }.joined(separator: " or ")
    return near.isEmpty ? "" : "; did you mean \(near)?"
  }
}
