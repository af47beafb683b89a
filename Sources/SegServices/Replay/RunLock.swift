import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// What a script's run left to be compared with: a JSON file beside the script.
public struct RunLock: Sendable {
  /// Version of the program that ran.
  public let program: String
  /// SHA-256 of the script's text.
  public let script: String
  /// Values that the script's params were given, in order of their names; a stand-in for a file whose name may tell of a patient.
  public let parameters: [(name: String, literal: String)]
  public let run: RunRecord
  /// Whether the names of files are left out; a replay has to leave them out too.
  public let privacy: NamePrivacy

  /// The file beside a script.
  public static func path(beside script: String) -> String { script + ".lock" }
  /// A larger file is no lock.
  public static let limit = 256 << 20
  private static let version = 1

  public enum Problem: Error, Hashable, CustomStringConvertible {
    case missing(String, script: String)
    /// No JSON, or cut short.
    case damaged(String, String)
    case otherVersion(String)

    public var description: String {
      switch self {
      case .missing(let path, let script): "there is no lock file `\(path)`; create it with `segsh run \(script) --lock`"
      case .damaged(let path, let reason): "the lock file `\(path)` is damaged: \(reason); recreate it with `segsh run --lock`"
      case .otherVersion(let path): "the lock `\(path)` was written by a later version of segsh"
      }
    }
  }

  /// - Parameters:
  ///   - recorder: which heard the whole run.
  ///   - outcome: how the run ended; nil: without failures.
  public init(script text: String, parameters: [String: String], recorder: StepRecorder, outcome: Session.Outcome? = nil) {
    program = ProgramVersion.text
    script = SHA256.hexDigest(of: Array(text.utf8))
    let names = recorder.names
    privacy = names.hidesAll ? .hide : .show
    self.parameters = parameters.sorted { $0.key < $1.key }.map { ($0.key, names.argument($0.value)) }
    run = outcome.map { recorder.record(of: $0) } ?? recorder.record
  }

  // MARK: As a file

  /// One step a line, so that a version control shows which ones changed.
  public var text: String {
    func list(_ items: [JSON]) -> String {
      items.isEmpty ? "[]" : "[\n" + items.map { "    " + $0.text }.joined(separator: ",\n") + "\n  ]"
    }
    let fields: [(String, String)] = [
      ("segsh_lock", "\(Self.version)"), ("seglang", "1"), ("program", JSON.string(program).text),
      ("script_sha256", JSON.string(script).text),
      ("params", JSON.object(parameters.map { JSON.Member($0.name, .string($0.literal)) }).text), ("whole", run.isWhole ? "true" : "false"),
      ("names", JSON.string(privacy == .hide ? "hidden" : "shown").text),
      ("inputs", list(run.inputs.map(\.json))), ("cases", list(run.batches.map(\.json))), ("failures", list(run.failures.map(\.json))),
      ("models", list(run.models.map(\.json))), ("steps", list(run.steps.map(\.json))),
    ]
    return "{\n" + fields.map { "  \"\($0.0)\": \($0.1)" }.joined(separator: ",\n") + "\n}\n"
  }

  /// Writes the lock whole or not at all.
  /// - Throws: `CodecError`.
  public func write(to path: String) throws { try FileBytes.write(Array(text.utf8), to: path) }

  /// - Throws: `Problem`; `CodecError` for a file that cannot be opened.
  public init(path: String, script: String) throws {
    guard FilePaths.exists(path) else { throw Problem.missing(path, script: script) }
    try self.init(parsing: FileBytes.read(path, limit: Self.limit), path: path)
  }

  /// - Parameter path: What errors call it.
  /// - Throws: `Problem`.
  package init(parsing bytes: [UInt8], path: String) throws(Problem) {
    let json: JSON
    do { json = try JSON(parsing: bytes) } catch { throw .damaged(path, "\(error)") }
    guard let version = json["segsh_lock"]?.integerValue else { throw .damaged(path, "`segsh_lock` is missing") }
    guard version == Self.version else { throw .otherVersion(path) }
    guard let program = json["program"]?.stringValue, let script = json["script_sha256"]?.stringValue, RecordedFile.isDigest(script),
      case .object(let params)? = json["params"], let inputs = json["inputs"]?.arrayValue, let models = json["models"]?.arrayValue,
      let steps = json["steps"]?.arrayValue, steps.count <= StepRecorder.limit
    else { throw .damaged(path, "an entry is missing") }
    (self.program, self.script) = (program, script)
    parameters = try params.map { param throws(Problem) in
      guard let literal = param.value.stringValue else { throw .damaged(path, "the parameter `\(param.key)` is not text") }
      return (param.key, literal)
    }
    func files(_ list: [JSON]) throws(Problem) -> [RecordedFile] {
      try list.map { json throws(Problem) in
        guard let file = RecordedFile(json) else { throw .damaged(path, "a file lacks its name, digest or size") }
        return file
      }
    }
    var records: [StepRecord] = []
    for (index, json) in steps.enumerated() {
      guard let line = json["line"]?.stringValue, let value = ValueRecord(json), let parents = json["from"]?.arrayValue,
        case let numbers = parents.compactMap(\.integerValue), numbers.count == parents.count,
        numbers.allSatisfy({ (1...index + 1).contains($0) })
      else { throw .damaged(path, "step \(index + 1) is incomplete") }
      records.append(StepRecord(number: index + 1, name: json["name"]?.stringValue, line: line, parents: numbers, value: value))
    }
    var isWhole = true
    if case .bool(let whole)? = json["whole"] { isWhole = whole }
    privacy = json["names"]?.stringValue == "hidden" ? .hide : .show
    // A lock of an earlier version has neither cases nor failures.
    let batches = (json["cases"]?.arrayValue ?? []).compactMap { RecordedBatch($0, inputs: inputs.count) }
    let failures = (json["failures"]?.arrayValue ?? []).compactMap { FailedCase($0) }
    guard batches.count == json["cases"]?.arrayValue?.count ?? 0, failures.count == json["failures"]?.arrayValue?.count ?? 0 else {
      throw .damaged(path, "a case or a failure is incomplete")
    }
    run = RunRecord(
      steps: records, inputs: try files(inputs), models: try files(models), batches: batches, failures: failures, isWhole: isWhole)
  }
}
