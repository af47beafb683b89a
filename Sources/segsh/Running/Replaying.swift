import Basics
import ImageOps
import SegCommands
import SegLang
import SegServices
import SegValues
import Synchronization
import Terminal

/// `segsh replay`: a script against its lock, an image or table against its recipe.
struct Replaying {
  let file: String
  let verifies: Bool
  /// Where inputs are looked for that are not where they were.
  let folders: [String]
  let printsJSON: Bool
  /// The folder whose files are described if a verified script's results are the same; nil: none.
  var crate: String?
  /// For recipes, which are not trusted; nil: as much as such a recipe usually needs.
  var limits = Limits()

  struct Limits {
    var steps: Int?
    var seconds: Int?
    /// In MiB.
    var memory: Int?
  }

  enum Problem: Error, CustomStringConvertible {
    case carriesNone(String, String)
    case noTable(String)
    case crateOfFile(String)

    var description: String {
      switch self {
      case .carriesNone(let path, let format): "\(path) is a \(format) file; only PNG, SVG and CSV files contain a recipe"
      case .crateOfFile(let path): "--ro-crate describes the results of a script, but \(path) is not a script"
      case .noTable(let path): "\(path) is the recipe of a table that is missing from its folder; copy the table there"
      }
    }
  }

  static func counted(_ steps: Int) -> String { "\(steps) step\(steps == 1 ? "" : "s")" }

  /// - Throws: `ExitStatus.checkFailed` when a verification fails.
  func run() throws {
    guard FilePaths.exists(file) else { throw ScriptFile.Problem.missing(file, near: ScriptFile.near(file)) }
    let ending = Recipe.sidecar(of: "")
    if file.lowercased().hasSuffix(".csv" + ending) {
      let table = String(file.dropLast(ending.count))
      guard FilePaths.exists(table) else { throw Problem.noTable(file) }
      return try Replaying(file: table, verifies: verifies, folders: folders, printsJSON: printsJSON, limits: limits).run()
    }
    let head = Files.head(of: file, count: ImageFormat.headCount)
    let isIdentical: Bool
    if let format = head.withUnsafeBytes({ ImageFormat(signatureOf: $0) }) {
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
    if crate != nil { throw Problem.crateOfFile(file) }
    let sidecar = Recipe.sidecar(of: file)
    let isTable = file.lowercased().hasSuffix(".csv") && FilePaths.exists(sidecar)
    let run = try RecipeRun(of: FileBytes.read(file), name: file, sidecar: isTable ? FileBytes.read(sidecar, limit: 8 << 20) : nil)
    let report: RecipeReport
    let runner = Runner(mode: .script)
    var bounds = run.limits
    bounds.steps = limits.steps ?? bounds.steps
    bounds.seconds = limits.seconds ?? bounds.seconds
    bounds.bytes = limits.memory.map { $0 << 20 } ?? bounds.bytes
    do { report = try runner.busy { try run.compare(by: .segsh, in: searched, host: runner.session.host, limits: bounds) } } catch let
      problem
      as InputFinder.Problem
    {
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
    runner.privacy = lock.privacy
    runner.session.host.services.recall(lock.run.models)
    let recorder = runner.record()
    let models = lock.run.models.filter { $0.name.contains("/") }
    let digest = SHA256.hexDigest(of: Array(script.text.utf8))
    let finder = InputFinder(
      recorded: lock.run.inputs + models, batches: lock.run.batches, folders: searched, pointed: folders, isStrict: false,
      followsOrder: lock.script == digest)
    let written = Mutex<[String: String]>([:])
    if verifies {
      let access = try ScratchFiles().access(finder)
      var noting = access
      noting.writing = { name, path in
        let place = try access.writing(name, path)
        written.withLock { $0[path] = place }
        return place
      }
      runner.session.host.services[FileAccessService.self] = noting
      runner.isQuiet = true
    } else {
      runner.session.host.services[FileAccessService.self] = FileAccess(finder)
    }
    let parameters = Dictionary(lock.parameters.map { ($0.name, $0.literal) }) { first, _ in first }
    let outcome = runner.execute(script.text, named: script.name, arguments: parameters)
    if outcome.status != .partlyFailed { try outcome.throwStatus() }
    let report = ReplayReport(
      subject: file, of: recorder.record(of: outcome), script: digest, with: lock, others: finder.remarks)
    // The screen names the files that the lock does not.
    let text = printsJSON ? report.json.text + "\n" : recorder.names.revealed(report.text)
    if printsJSON || verifies { Console.shared.write(text) } else { Console.shared.tell(text.trimmingEnd()) }
    if let crate {
      guard report.isIdentical else {
        Console.shared.tell("\(crate)/\(ROCrate.name) is not written, because not everything is identical")
        return false
      }
      try describe(lock, written.withLock { $0 }, recorder.names, in: crate)
    }
    // Without --verify the script ran as it does, and its status counts.
    if !verifies { try outcome.throwStatus() }
    return report.isIdentical
  }

  /// Describes those files of a folder that are what the script writes.
  /// - Parameter written: What the script wrote, by the path that it wrote to.
  private func describe(_ lock: RunLock, _ written: [String: String], _ names: FileNames, in folder: String) throws {
    var results: [String] = []
    var (missing, named) = (0, 0)
    for (path, place) in written.sorted(by: { $0.key < $1.key }) {
      guard let file = ROCrate.file(at: path, in: folder), let bytes = try? FileBytes.read(path), bytes == (try? FileBytes.read(place))
      else {
        missing += 1
        continue
      }
      // A file that is named after an input would give the input's name away.
      if names.areGivenAway(by: file) { named += 1 } else { results.append(file) }
    }
    let count = try ROCrate(verified: lock, script: file, results: results, in: folder).write()
    Console.shared.tell("wrote \(folder)/\(ROCrate.name), which describes \(count) files")
    func tell(_ count: Int, _ reason: String) {
      if count > 0 { Console.shared.tell("\(count) file\(count == 1 ? " is" : "s are") left out: \(reason)") }
    }
    tell(missing, "not in the folder, or not what the script writes now")
    tell(named, "named after an input; set phi=show when you lock the script to list names")
  }

  /// Runs a script that is about to be written, with nothing but its lock to show for it.
  ///
  /// - Parameter parameters: Names of files, which the lock replaces.
  /// - Returns: Nil when it did not run to its end, or when a name would be in the lock.
  static func lock(_ text: String, at path: String, parameters: [String: String]) throws -> RunLock? {
    let runner = Runner(mode: .script)
    let recorder = runner.record()
    runner.session.host.services[FileAccessService.self] = try ScratchFiles().access(nil)
    runner.isQuiet = true
    let outcome = runner.execute(text, named: path, arguments: parameters)
    guard [.ok, .partlyFailed].contains(outcome.status) else { return nil }
    let lock = RunLock(script: text, parameters: parameters, recorder: recorder, outcome: outcome)
    guard lock.parameters.allSatisfy({ parameters[$0.name] != $0.literal }) else { return nil }
    return lock
  }
}
