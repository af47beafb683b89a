import ArgumentParser

/// What follows `segsh run`: the script, values for its params, and the program's own flags.
struct ScriptArguments: Equatable {
  private(set) var script: String?
  /// Values in the order given: `--image x.png`, `--image=x.png`, or `--outline` alone, which is true.
  private(set) var values: [(name: String, text: String?)] = []
  private(set) var printsJSON = false
  private(set) var wantsHelp = false
  /// Whether a lock is written beside the script.
  private(set) var writesLock = false
  /// Whether images with a doubt are refused.
  private(set) var isStrict = false

  init(_ words: [String]) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--help" || word == "-h" {
        wantsHelp = true
      } else if word == "--json" {
        printsJSON = true
      } else if word == "--lock" {
        writesLock = true
      } else if word == "--strict" {
        isStrict = true
      } else if word.hasPrefix("--"), word.count > 2 {
        let body = word.dropFirst(2)
        if let equals = body.firstIndex(of: "=") {
          values.append((String(body[..<equals]), String(body[body.index(after: equals)...])))
        } else if let next = rest.first, !next.hasPrefix("--") {
          values.append((String(body), next))
          rest.removeFirst()
        } else {
          values.append((String(body), nil))
        }
      } else if script == nil, !word.hasPrefix("-") || word == "-" {
        script = word
      } else {
        throw ValidationError("unexpected `\(word)`; write script parameters as `--name value`")
      }
    }
  }

  /// Takes the value of `--threads` out, if it was given.
  mutating func takeThreads() throws -> Int? {
    guard let index = values.lastIndex(where: { $0.name == "threads" }) else { return nil }
    let text = values[index].text ?? ""
    values.removeAll { $0.name == "threads" }
    guard let threads = Int(text) else { throw ValidationError("--threads is `\(text)` but must be a whole number") }
    return threads
  }

  /// The values by the params' names, in which words are joined by underscores.
  var literals: [String: String] {
    Dictionary(values.map { ($0.name.map { $0 == "-" ? "_" : String($0) }.joined(), $0.text ?? "true") }) { $1 }
  }

  static func == (a: ScriptArguments, b: ScriptArguments) -> Bool {
    a.script == b.script && a.values.elementsEqual(b.values) { $0 == $1 } && a.printsJSON == b.printsJSON && a.wantsHelp == b.wantsHelp
      && a.writesLock == b.writesLock && a.isStrict == b.isStrict
  }
}
