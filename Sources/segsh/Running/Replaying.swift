import ImageOps
import SegCommands
import SegLang

/// `segsh replay`: a script against its lock, a picture or table against its recipe.
struct Replaying {
  let file: String
  let verifies: Bool
  /// Where inputs are looked for that are not where they were.
  let folders: [String]
  let printsJSON: Bool

  enum Problem: Error, CustomStringConvertible {
    case carriesNone(String, String)

    var description: String {
      switch self {
      case .carriesNone(let path, let format): "\(path) is a \(format) file; only PNG and CSV files carry a recipe"
      }
    }
  }

  static func counted(_ steps: Int) -> String { "\(steps) step\(steps == 1 ? "" : "s")" }

  /// - Throws: `ExitStatus.checkFailed` when a verification fails.
  func run() throws {
    guard Files.exists(file) else { throw ScriptFile.Problem.missing(file, near: ScriptFile.near(file)) }
    let head = Files.head(of: file, count: PictureFormat.headCount)
    let isIdentical: Bool
    if let format = head.withUnsafeBytes({ PictureFormat(signatureOf: $0) }) {
      guard format == .png else { throw Problem.carriesNone(file, "\(format)") }
      isIdentical = try replayFile()
    } else if file.lowercased().hasSuffix(".csv") || head.starts(with: Array("<svg ".utf8)) || head.starts(with: Array("# seglang".utf8)) {
      isIdentical = try replayFile()
    } else {
      isIdentical = try replayScript()
    }
    if verifies, !isIdentical { throw ExitStatus.checkFailed }
  }

  private var searched: [String] {
    let own = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
    return (folders + [own.isEmpty ? "/" : own, "."]).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private func replayFile() throws -> Bool {
    let run = try RecipeRun(of: FileBytes.read(file), name: file)
    let report: RecipeReport
    let runner = Runner(mode: .script)
    do { report = try runner.busy { try run.compare(in: searched, host: runner.session.host) } } catch let problem as InputFinder.Problem {
      guard problem.isChange, verifies else { throw problem }
      Console.shared.tell("error: \(problem)")
      throw ExitStatus.checkFailed
    }
    Console.shared.write(printsJSON ? report.json.text + "\n" : report.text)
    return report.isIdentical
  }

  private func replayScript() throws -> Bool {
    let script = try ScriptFile(file)
    let lock = try RunLock(path: RunLock.path(beside: file), script: file)
    let runner = Runner(mode: .script)
    let recorder = runner.record()
    let models = lock.run.models.filter { $0.name.contains("/") }
    let finder = InputFinder(recorded: lock.run.inputs + models, folders: searched, isStrict: false)
    if verifies {
      runner.session.host.services[FileAccessService.self] = try ScratchFiles().access(finder)
      runner.isQuiet = true
    } else {
      runner.session.host.services[FileAccessService.self] = FileAccess(finder)
    }
    let parameters = Dictionary(lock.parameters.map { ($0.name, $0.literal) }) { first, _ in first }
    try runner.execute(script.text, named: script.name, arguments: parameters).throwStatus()
    let digest = SHA256.hexDigest(of: Array(script.text.utf8))
    let report = ReplayReport(subject: file, of: recorder.record, script: digest, with: lock)
    if printsJSON {
      Console.shared.write(report.json.text + "\n")
    } else if verifies {
      Console.shared.write(report.text)
    } else {
      Console.shared.tell(report.text.trimmingEnd())
    }
    return report.isIdentical
  }

  /// Runs a script that was just written, with nothing but its lock to show for it.
  ///
  /// - Parameter parameters: Names of DICOM files, which the lock replaces.
  /// - Returns: Nil when it did not run to its end, or when a name would stand in the lock: a pattern for many files.
  static func lock(_ text: String, at path: String, parameters: [String: String]) throws -> RunLock? {
    let runner = Runner(mode: .script)
    let recorder = runner.record()
    runner.session.host.services[FileAccessService.self] = try ScratchFiles().access(nil)
    runner.isQuiet = true
    guard runner.execute(text, named: path, arguments: parameters).status == .ok else { return nil }
    let lock = RunLock(script: text, parameters: parameters, recorder: recorder)
    guard lock.parameters.allSatisfy({ parameters[$0.name] != $0.literal }) else { return nil }
    try lock.write(to: RunLock.path(beside: path))
    return lock
  }
}
