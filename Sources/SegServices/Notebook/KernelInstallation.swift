import Basics
internal import Platform
import SegModel
import SegValues
import Terminal

/// The entry that Jupyter finds the kernel by: `kernel.json` in a folder of a data folder of Jupyter.
public struct KernelInstallation: Sendable {
  /// The folder of the entry.
  public let folder: String
  /// What Jupyter reads.
  public var file: String { folder + "/kernel.json" }

  /// Why the entry cannot be written or removed.
  public enum Problem: Error, CustomStringConvertible, Sendable {
    case noHome
    case failed(String)

    public var description: String {
      switch self {
      case .noHome: "HOME is not set, so there is no folder for the kernel; give one with --prefix"
      case .failed(let reason): reason
      }
    }
  }

  /// - Parameter prefix: a folder such as `/usr/local` or that of a virtual environment; nil: for this user, in `JUPYTER_DATA_DIR`, or else in
  ///   `XDG_DATA_HOME` or `~/.local/share`.
  /// - Throws: `Problem.noHome`.
  public init(prefix: String?) throws(Problem) {
    func variable(_ name: String) -> String? { Environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
    let data: String
    if let prefix {
      data = FilePaths.absolute(prefix) + "/share/jupyter"
    } else if let given = variable("JUPYTER_DATA_DIR") {
      data = given
    } else if let share = variable("XDG_DATA_HOME") ?? HomeFolder.path.map({ $0 + "/.local/share" }) {
      data = share + "/jupyter"
    } else {
      throw .noHome
    }
    folder = data + "/kernels/segsh"
  }

  /// What Jupyter reads: how the kernel is started and interrupted.
  public var specification: JSON {
    [
      "argv": [.string(ResourceFolders.executable), "kernel", "run", "{connection_file}"], "display_name": "segsh", "language": "segsh",
      "interrupt_mode": "message", "metadata": ["debugger": false],
    ]
  }

  /// Writes the entry, and replaces an older one.
  /// - Returns: the file that was written.
  /// - Throws: `Problem`.
  public func install() throws(Problem) -> String {
    do {
      try AtomicFile.makeFolder(folder)
      try AtomicFile.write(specification.text + "\n", to: file, for: .user)
    } catch {
      throw .failed("\(error)")
    }
    return file
  }

  /// Removes the entry; other files in its folder stay.
  /// - Returns: Whether there was one.
  /// - Throws: `Problem`.
  public func remove() throws(Problem) -> Bool {
    if unlink(SystemPath.bytes(file)) != 0 {
      if errno == ENOENT { return false }
      throw .failed("\(file): \(String(cString: strerror(errno)))")
    }
    rmdir(SystemPath.bytes(folder))
    return true
  }
}
