import ArgumentParser
import SegServices
import Terminal

struct KernelSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel", abstract: "Runs the language in Jupyter notebooks.",
    discussion: "`segsh kernel install` once, then choose segsh in Jupyter. It needs ZeroMQ (libzmq.so.5; on Debian: apt install libzmq5).",
    subcommands: [Install.self, Remove.self, Run.self])

  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "install", abstract: "Makes the kernel known to Jupyter: writes kernel.json.")
    @Option(
      help: ArgumentHelp("Folder to install into, such as a virtual environment. Default: for this user.", valueName: "folder"),
      completion: .directory)
    var prefix: String?
    func run() throws { Console.shared.write("wrote \(try KernelInstallation(prefix: prefix).install())\n") }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Removes the kernel from Jupyter.")
    @Option(
      help: ArgumentHelp("Folder that it was installed into. Default: for this user.", valueName: "folder"), completion: .directory)
    var prefix: String?
    func run() throws {
      let installation = try KernelInstallation(prefix: prefix)
      Console.shared.write(try installation.remove() ? "removed \(installation.folder)\n" : "no kernel in \(installation.folder)\n")
    }
  }

  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Serves one notebook; Jupyter starts this.")
    @Argument(help: ArgumentHelp("Connection file that Jupyter wrote.", valueName: "file"), completion: .file(extensions: ["json"]))
    var file: String
    @OptionGroup var common: CommonOptions
    func run() throws {
      let kernel = try NotebookKernel(KernelConnection(path: file))
      // From here on, what the program writes belongs to cells.
      kernel.serve(NotebookSession())
    }
  }
}
