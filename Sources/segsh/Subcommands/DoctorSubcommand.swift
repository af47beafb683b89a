import ArgumentParser
import SegServices
import Terminal

struct DoctorSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks the installation and states how to get what is missing.",
    discussion: """
      The exit status is 0 if everything works that segsh needs, and 1 otherwise. Optional parts may be missing; their Debian packages are named. Nothing is \
      installed or changed.
      """)
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let browser = Browser.command(DisplaySettings.kept().browser)?.joined(separator: " ")
    let check = InstallationCheck(browser: browser, lessons: LessonLibrary.names)
    Console.shared.write(json ? check.json.text + "\n" : check.text)
    if !check.isHealthy { throw ExitStatus.runtimeError }
  }
}
