import Foundation

/// A Python with packages that a test needs.
public enum TestPython {
  /// The first that can import them: the one that `SEGSH_TEST_PYTHON` names, or the system's; nil, with a message, where there is none.
  public static func path(importing packages: String...) -> String? {
    let given = ProcessInfo.processInfo.environment["SEGSH_TEST_PYTHON"]
    let found = [given, "/usr/bin/python3"].compactMap { $0 }.first { path in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = ["-c", "import " + packages.joined(separator: ", ")]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      guard (try? process.run()) != nil else { return false }
      process.waitUntilExit()
      return process.terminationStatus == 0
    }
    if found == nil { print("skipped: no Python with \(packages.joined(separator: ", ")); SEGSH_TEST_PYTHON names one that has them") }
    return found
  }
}
