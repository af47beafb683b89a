import Foundation

/// The built program, found beside the tests, and one run of it.
public struct Program: Sendable {
  public let path: String

  public init(executable path: String) { self.path = path }

  /// The program of a name in the folder that the tests were built into.
  public init(_ name: String = "segsh") {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    // The tests run either as a program of their own or inside one that loads their bundle; the bundle's folder is then among the arguments.
    let folders = [tests.deletingLastPathComponent()] + CommandLine.arguments.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
    path =
      folders.map { $0.appendingPathComponent(name).path }.first { FileManager.default.isExecutableFile(atPath: $0) }
      ?? "/nonexistent/\(name)"
  }

  /// What a run left behind.
  public struct Outcome: Sendable, Equatable {
    public var status: Int32
    public var output: String
    public var errors: String
    /// The signal that ended it, if one did.
    public var signal: Int32?

    public init(status: Int32, output: String, errors: String, signal: Int32? = nil) {
      self.status = status
      self.output = output
      self.errors = errors
      self.signal = signal
    }
  }

  /// The environment that tests start the program in: nothing of the machine's, an empty home.
  public static func environment(home: String, adding extra: [String: String] = [:]) -> [String: String] {
    [
      "PATH": "/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "xterm", "PAGER": "cat", "NO_COLOR": "1",
      "INPUTRC": "/dev/null", "SEGSH_TESSERACT": "", "SEGSH_CACHE": "none", "SEGSH_DISPLAY": "blocks",
    ]
    .merging(extra) { $1 }
  }

  /// Runs it to its end.
  /// - Parameters:
  ///   - folder: working folder and home.
  ///   - input: what standard input holds; nothing by default.
  public func run(_ arguments: [String], in folder: URL, input: String = "", environment: [String: String] = [:]) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = Self.environment(home: folder.path, adding: environment)
    let output = folder.appendingPathComponent(".stdout-\(UUID().uuidString)")
    let errors = folder.appendingPathComponent(".stderr-\(UUID().uuidString)")
    let source = folder.appendingPathComponent(".stdin-\(UUID().uuidString)")
    for file in [output, errors] { try Data().write(to: file) }
    try Data(input.utf8).write(to: source)
    defer { for file in [output, errors, source] { try? FileManager.default.removeItem(at: file) } }
    process.standardInput = try FileHandle(forReadingFrom: source)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    let signalled = process.terminationReason == .uncaughtSignal
    return Outcome(
      status: signalled ? -1 : process.terminationStatus, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self), signal: signalled ? process.terminationStatus : nil)
  }
}
