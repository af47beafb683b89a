import ArgumentParser
import Basics
import ImageOps
import Platform
import SegCommands
import SegServices
import Terminal

/// The program: reads its arguments, runs the subcommand, and ends with the exit status that tells how it went.
@main
struct Segsh: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segsh",
    abstract: "A shell and a small language for chest X-rays: segment, measure, explain, correct, replay.",
    discussion: "Without a subcommand, segsh opens the interactive prompt. Research use, not a diagnosis.",
    version: "segsh \(ProgramVersion.text)\(chosenProcessor)",
    subcommands: [
      PromptSubcommand.self, RunSubcommand.self, CohortSubcommand.self, CheckSubcommand.self, FormatSubcommand.self, TestSubcommand.self,
      ReplaySubcommand.self,
      TrainSubcommand.self, LearnSubcommand.self,
      EvaluateSubcommand.self, CalibrateSubcommand.self, ModelSubcommand.self, BenchSubcommand.self, PhantomSubcommand.self,
      LessonSubcommand.self, LanguageServerSubcommand.self, KernelSubcommand.self, DoctorSubcommand.self, HelpSubcommand.self,
    ],
    defaultSubcommand: PromptSubcommand.self)

  /// The instruction set, if it was chosen.
  private static var chosenProcessor: String {
    guard let set = try? InstructionSet.chosen() else { return "" }
    return " (\(set.title), \(InstructionSet.variable)=\(set))"
  }

  static func main() {
    // A file that grows beyond a limit of the system is an error of the write, which leaves nothing behind.
    signal(SIGXFSZ, SIG_IGN)
    occupyStandardStreams()
    NeighborFile.sweep(".", limit: 2000)
    let status = status(for: arguments)
    // A line that was left behind may still run: nothing is taken apart under it.
    if status == .interrupted { _exit(status.rawValue) }
    Platform.exit(status.rawValue)
  }

  /// As the system has them: the names of files may be no UTF-8.
  private static var arguments: [String] {
    (1..<max(1, Int(CommandLine.argc))).compactMap { index in CommandLine.unsafeArgv[index].map { SystemPath.text($0) } }
  }

  /// Opens a stream that the caller closed so that reading or writing it fails: otherwise the next file that is opened would take its number and the output.
  private static func occupyStandardStreams() {
    for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) == -1 {
      _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Runs the program with these arguments.
  static func status(for arguments: [String]) -> ExitStatus {
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
      return .ok
    } catch let status as ExitStatus {
      return status
    } catch let problem as ScriptFile.Problem {
      Console.shared.tell("error: \(problem)")
      return .usage
    } catch is CancellationError {
      return .interrupted
    } catch {
      let text = fullMessage(for: error)
      switch exitCode(for: error) {
      case .success:
        Console.shared.write(text.hasSuffix("\n") ? text : text + "\n")
        return .ok
      case .validationFailure:
        Console.shared.tell(FormerOption.first(in: arguments).map { "error: \($0)" } ?? text)
        return .usage
      default:
        Console.shared.tell("error: \(error)")
        return .runtimeError
      }
    }
  }
}

/// An option of a subcommand that has another name now.
struct FormerOption: CustomStringConvertible {
  private static let present = [
    "evaluate": ["--course": "--outcomes", "--opacity-level": "--opacity-threshold"], "train": ["--licence": "--license"],
  ]

  private let name: String
  private let present: String

  /// The first former option among the program's arguments, the subcommand first; nil if there is none.
  static func first(in arguments: [String]) -> FormerOption? {
    guard let subcommand = arguments.first, let names = present[subcommand] else { return nil }
    return arguments.dropFirst().lazy.compactMap { argument in
      let name = String(argument.prefix { $0 != "=" })
      return names[name].map { FormerOption(name: name, present: $0) }
    }.first
  }

  var description: String { "the option `\(name)` is now called `\(present)`" }
}

/// What every subcommand takes.
struct CommonOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Number of threads. Results do not depend on it. Default: all cores.", valueName: "n"))
  var threads: Int?

  func validate() throws { try Self.use(threads: threads) }

  /// Takes the number of threads from `--threads`, else from SEGSH_THREADS, else leaves one a core; refuses a SEGSH_MEMORY that is no number, and a
  /// SEGSH_CPU that names no instruction set of this processor.
  static func use(threads: Int?) throws {
    do { _ = try InstructionSet.chosen() } catch { throw ValidationError("\(error)") }
    if let text = Environment["SEGSH_MEMORY"], !text.isEmpty, Int(text).map({ (0...1 << 30).contains($0) }) != true {
      throw ValidationError("SEGSH_MEMORY is `\(text)` but must be a whole number of MiB, 0 to 1073741824")
    }
    if let threads {
      guard (1...1024).contains(threads) else { throw ValidationError("--threads is \(threads) but must be 1 to 1024") }
      Threads.use(threads)
    } else if let text = Environment["SEGSH_THREADS"], !text.isEmpty {
      guard let threads = Int(text), (1...1024).contains(threads) else {
        throw ValidationError("SEGSH_THREADS is `\(text)` but must be 1 to 1024")
      }
      Threads.use(threads)
    }
  }
}
