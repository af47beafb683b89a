import Basics
import ImageOps
import SegCommands
import SegLang
import SegServices

/// A session as a script with its lock, for `:save`.
struct SessionScript {
  let text: String
  private let path: String
  private let why: String?
  private let parameters: [(name: String, path: String)]
  private let lock: Result<RunLock?, any Error>

  /// Why there is no script.
  enum Problem: Error, CustomStringConvertible {
    case noValue(String, near: String)

    var description: String {
      switch self {
      case .noValue(let name, let near): "this session has no value `\(name)`\(near)"
      }
    }
  }

  /// The session, or what led to one value, and a lock of the values that its steps make. Nothing is written yet, so that a kill leaves no script
  /// without its lock.
  /// - Throws: `Problem`.
  init(_ session: Session, at path: String, why: String?, hidesNames: Bool) throws(Problem) {
    guard let whole = session.script(why: why, prints: true) else {
      throw .noValue(why ?? "", near: NearName.question(why ?? "", among: session.variables.map(\.name)))
    }
    let nameless = hidesNames ? AnonymizedScript(whole, in: .segsh) : nil
    text = nameless?.text ?? whole
    self.path = path
    self.why = why
    let parameters = (nameless?.parameters ?? []).map { (name: $0.name, path: $0.path) }
    self.parameters = parameters
    let script = text
    lock = Result {
      try Replaying.lock(script, at: path, parameters: Dictionary(parameters.map { ($0.name, $0.path) }) { first, _ in first })
    }
  }

  /// Writes the script and its lock, in place of what is there.
  /// - Returns: What there is to report, in lines.
  func write() throws -> [String] {
    if let lock = try? lock.get() {
      try FileBytes.write((Array(lock.text.utf8), RunLock.path(beside: path)), with: (Array(text.utf8), path))
    } else {
      try FileBytes.write(Array(text.utf8), to: path)
    }
    var lines: [String] = []
    if !parameters.isEmpty {
      let options = parameters.map { "--\($0.name) FILE" }.joined(separator: " ")
      lines.append(
        "file names are not in the script (phi=hide); to run it: segsh run \(path) \(options)   (`:set phi=show` includes them)")
    }
    let locked =
      switch lock {
      case .success(let made): made.map { "; locked \(Replaying.counted($0.run.steps.count))" } ?? "; no lock written"
      case .failure(let error): "; no lock written: \(error)"
      }
    let count = text.split(separator: "\n").count - 1
    lines.append("wrote \(path), \(count) \(count == 1 ? "line" : "lines")\(why.map { " that led to \($0)" } ?? "")\(locked)")
    return lines
  }
}
