import Basics
internal import Platform

/// The programs of DCMTK that carry DIMSE messages, each run as a process with limits on time, memory and what it writes.
enum DCMTK {
  enum Tool: String, CaseIterable {
    case echoscu, storescu, findscu, getscu, movescu
  }

  /// What limits a tool; part of Debian's util-linux and coreutils.
  private static let limiters = (memory: "prlimit", folder: "env")

  /// The result of a run.
  struct Outcome {
    let status: Int32
    /// What the tool reported, one message per line. Never shown: it may repeat what an archive sent.
    let log: String

    func contains(_ text: String) -> Bool { log.contains(text) }

    /// What follows a text in its last line.
    func rest(after text: String) -> Substring? {
      log.split(separator: "\n").last { $0.contains(text) }.flatMap { line in line.firstRange(of: text).map { line[$0.upperBound...] } }
    }
  }

  /// The first tool that is not installed; nil: all are.
  static var missing: String? {
    (Tool.allCases.map(\.rawValue) + [limiters.memory, limiters.folder]).first { ExternalProgram.installed($0) == nil }
  }

  /// Runs a tool in a folder that is its working folder.
  ///
  /// - Parameters:
  ///   - seconds: Longest time of the whole run.
  ///   - most: Most bytes of all files in the folder; more end the run.
  ///   - count: Most files in the folder.
  /// - Throws: `ArchiveProblem.noProgram`, `DIMSEFailure`, `CancellationError`.
  static func run(_ tool: Tool, _ arguments: [String], in folder: ScratchFolder, seconds: Double, most: Int, count: Int) throws -> Outcome {
    func place(of name: String) throws(ArchiveProblem) -> String {
      guard let path = ExternalProgram.installed(name) else { throw .noProgram(name) }
      return path
    }
    let words =
      ["--chdir=\(folder.path)", try place(of: limiters.memory), "--as=\(memoryLimit)", "--fsize=\(most + 4096)", "--core=0", "--"]
      + [try place(of: tool.rawValue)] + arguments
    func checkFolder() throws {
      let names = folder.names
      let total = names.reduce(0) { $0 + size(of: folder.path + "/" + $1) }
      if names.count > count || total > most { throw DIMSEFailure.tooMuch }
    }
    do {
      let (status, output) = try ExternalProgram.outcome(
        try place(of: limiters.folder), words, environment: ["LC_ALL=C", "PATH=/usr/bin:/bin"], limit: logLimit, takesErrors: true,
        seconds: seconds, check: checkFolder)
      try checkFolder()
      return Outcome(status: status, log: String(decoding: output, as: UTF8.self))
    } catch ExternalProgram.Problem.tooSlow { throw DIMSEFailure.tooSlow } catch ExternalProgram.Problem.tooMuch {
      throw DIMSEFailure.tooMuch
    } catch is ExternalProgram.Problem { throw ArchiveProblem.noProgram(tool.rawValue) }
  }

  /// An instance of the largest size that is read, held by the tool while it is sent.
  private static let memoryLimit = 4 << 30
  private static let logLimit = 4 << 20

  private static func size(of path: String) -> Int {
    var status = stat()
    return lstat(SystemPath.bytes(path), &status) == 0 ? Int(status.st_size) : 0
  }
}

/// Why a tool was ended.
enum DIMSEFailure: Error {
  case tooSlow, tooMuch
}
