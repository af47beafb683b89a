import Foundation
import SegCommands
import SegLang
import SegServices
import SegValues
import Synchronization
import Terminal
import TestSupport

/// A session on the commands of segsh in a folder of its own, which collects what is written and noted.
final class Shell: Sendable {
  let folder: String
  private let own: TemporaryFolder
  private let collected = Collected()
  private let state = Mutex<State>(State())

  /// Apart from the shell: the session's host holds it, and the shell holds the session.
  private final class Collected: Sendable {
    let text = Mutex<(written: String, notes: [String])>(("", []))
  }

  private struct State {
    nonisolated(unsafe) var session: Session?
  }

  init(
    _ mode: Mode = .prompt, folder: String? = nil, screen: ImageScreen? = nil, privacy: NamePrivacy = .hide, isStrict: Bool = false,
    textSearch: TextSearch? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws {
    TestModel.prepare()
    own = try TemporaryFolder()
    let folder = folder ?? own.path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    self.folder = folder
    var services = Services()
    services[WorkingFolder.self] = folder
    services[ScreenService.self] = screen
    services[NamePrivacyService.self] = privacy
    services[StrictService.self] = isStrict
    services[TextSearchService.self] = textSearch
    let host = Host(
      isInteractive: mode == .prompt, isCancelled: isCancelled,
      note: { [collected] note in collected.text.withLock { $0.notes.append(note) } },
      write: { [collected] text in collected.text.withLock { $0.written += text } }, services: services)
    state.withLock { $0.session = Session(registry: .segsh, host: host, mode: mode) }
  }

  var written: String { collected.text.withLock { $0.written } }
  var notes: [String] { collected.text.withLock { $0.notes } }

  /// What a text comes to: its last value, or the diagnostics as text.
  @discardableResult func run(_ text: String, arguments: [String: String] = [:]) throws -> any Value {
    let outcome = try execute(text, arguments: arguments)
    if outcome.hasErrors { throw ShellFailure(text: Renderer().render(outcome.diagnostics)) }
    return outcome.last ?? "nothing"
  }

  /// What the session's commands see of the world.
  var host: SegLang.Host { state.withLock { $0.session?.host ?? SegLang.Host() } }

  func execute(_ text: String, arguments: [String: String] = [:]) throws -> Session.Outcome {
    try state.withLock { state in
      guard let session = state.session else { throw ShellFailure(text: "no session") }
      return session.execute(text, arguments: arguments)
    }
  }

  /// What may follow a text, as a prompt would list it.
  func candidates(after text: String) -> [String] {
    state.withLock { $0.session?.complete(text, at: text.utf8.count).candidates.map(\.text) ?? [] }
  }

  /// The message of the error that a text ends in; empty when it ends well.
  func failure(_ text: String) throws -> String {
    try execute(text).diagnostics.filter { $0.severity == .error }.map(\.message).joined(separator: "\n")
  }

  /// The session as a script.
  func script(why: String?) throws -> String? { state.withLock { $0.session?.script(why: why) } }

  /// What the page would show.
  func subject(lookingAt name: String? = nil, hidesPatients: Bool = true, prior: String? = nil) throws -> ViewSubject {
    let subject = state.withLock { state in
      state.session.flatMap { session in
        ViewSubject(
          session, lookingAt: name.flatMap { session.step(of: $0)?.id }, hidesPatients: hidesPatients,
          prior: prior.flatMap { session.step(of: $0) })
      }
    }
    guard let subject else { throw ShellFailure(text: "there is no picture") }
    return subject
  }

  /// The step that a text's value comes from.
  func stepOf(_ text: String) throws -> Step? {
    let outcome = try execute(text)
    return state.withLock { state in outcome.results.last.flatMap { state.session?.step(of: "_\($0.number)") } }
  }

  func undo() { _ = state.withLock { $0.session?.undo() } }
  func redo() { _ = state.withLock { $0.session?.redo() } }

  func number(_ text: String) throws -> Double {
    guard let number = try run(text) as? Double else { throw ShellFailure(text: "`\(text)` is no number") }
    return number
  }

  func path(_ name: String) -> String { folder + "/" + name }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }
}

struct ShellFailure: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}

/// The folder of the package.
let packageFolder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..").standardized.path

/// `segment` and `lesson` take the repository's model and lessons in tests, wherever these run.
enum TestModel {
  static func prepare() { _ = isReady }
  private static let isReady =
    setenv("SEGSH_MODELS", packageFolder + "/Models", 1) == 0 && setenv("SEGSH_LESSONS", packageFolder + "/Lessons", 1) == 0
}
