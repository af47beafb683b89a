import ArgumentParser
import SegCommands
import SegLang
import SegModel

/// The manual page `segsh(1)`, in roff, written from what the subcommands, the prompt and the language's commands say of themselves.
enum ManPage {
  static var text: String {
    var page = Roff()
    page.title("segsh", section: 1, source: "segsh \(Version.program)", manual: "User Commands")
    page.section("Name")
    page.line("segsh \\- a shell and a small language for chest X\\-rays")
    let tool = (try? JSON(parsing: Segsh._dumpHelp()))?["command"]
    synopsis(&page)
    page.section("Description")
    page.prose(Segsh.configuration.abstract)
    page.prose(Segsh.configuration.discussion)
    page.prose("segsh help NAME explains a subcommand or a command of the language.")
    page.section("Subcommands")
    for subcommand in tool?["subcommands"]?.arrayValue ?? [] { describe(subcommand, as: ["segsh"], &page) }
    prompt(&page)
    commands(&page)
    page.section("Exit status")
    for (code, meaning) in exitCodes { page.item(code, meaning) }
    page.section("Environment")
    for (name, meaning) in environment { page.item(name, meaning) }
    page.section("Files")
    for (path, meaning) in files { page.item(path, meaning) }
    return page.text
  }

  private static func synopsis(_ page: inout Roff) {
    page.section("Synopsis")
    let lines = [
      "[FILE]", "-c LINE [--json]", "run SCRIPT [--PARAM VALUE ...] [--json]", "check|fmt|test FILE ...", "train --data DIR ...",
      "evaluate --data DIR ...", "model list|info|run ...", "bench [NAME ...]", "phantom FILE", "help [NAME]",
    ]
    for (index, line) in lines.enumerated() {
      page.command("segsh", line)
      if index + 1 < lines.count { page.lineBreak() }
    }
  }

  /// A subcommand with its arguments, and the subcommands in it.
  private static func describe(_ command: JSON, as parents: [String], _ page: inout Roff) {
    guard let name = command["commandName"]?.stringValue, command["shouldDisplay"] != .bool(false) else { return }
    let words = parents + [name]
    let inner = (command["subcommands"]?.arrayValue ?? []).filter { $0["commandName"]?.stringValue != "help" }
    // `help` is there twice: the library adds its own.
    guard !(name == "help" && command["arguments"]?.arrayValue?.first?["valueName"]?.stringValue == "subcommands") else { return }
    page.subsection(words.joined(separator: " "))
    if let abstract = command["abstract"]?.stringValue { page.prose(abstract) }
    if let discussion = command["discussion"]?.stringValue { page.prose(discussion) }
    for argument in command["arguments"]?.arrayValue ?? [] where argument["shouldDisplay"] != .bool(false) {
      let names = (argument["names"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
      if names.contains("help") || names.contains("version") { continue }
      let value = argument["valueName"]?.stringValue ?? ""
      var term = value
      if !names.isEmpty {
        term = names.map { $0.count == 1 ? "-\($0)" : "--\($0)" }.joined(separator: ", ")
        if argument["kind"]?.stringValue == "option" { term += " \(value)" }
      }
      let standard = argument["defaultValue"]?.stringValue.map { " (default: \($0))" } ?? ""
      page.item(term, (argument["abstract"]?.stringValue ?? "") + standard)
    }
    for subcommand in inner { describe(subcommand, as: words, &page) }
  }

  private static func prompt(_ page: inout Roff) {
    page.section("The prompt")
    page.prose(
      "Lines are commands and expressions of the language, kept apart by | and ;. Tab completes what fits, the arrows find earlier lines that start alike,"
        + " Ctrl-R searches them, Ctrl-C stops what runs and leaves all values as they were, Ctrl-D leaves.")
    for command in MetaCommand.allCases {
      let usage = command.usage.isEmpty ? "" : " \(command.usage)"
      page.item(":\(command.rawValue)\(usage)", command.summary)
    }
    page.item("?NAME", "explains a command, with examples that run, or a variable")
    page.item("? WORD", "searches the commands for a word")
  }

  private static func commands(_ page: inout Roff) {
    page.section("Commands of the language")
    for (category, signatures) in Registry.segsh.categories {
      page.subsection(category.name)
      for signature in signatures { page.item(Manual.usage(of: signature), signature.summary) }
    }
  }

  private static let exitCodes = [
    ("0", "All is well."), ("1", "Something failed while it ran."), ("2", "Usage or syntax: nothing ran."),
    ("3", "A check, an expectation or a verification failed."), ("4", "Some cases of a batch failed."), ("130", "Interrupted."),
  ]

  private static let environment = [
    ("SEGSH_MODELS", "A folder of models that is searched first."), ("SEGSH_LESSONS", "A folder of lessons that is searched first."),
    ("SEGSH_MEMORY", "Memory in MiB that an operation may take beside what is held already; else what the system has left."),
    ("SEGSH_THREADS", "Number of threads; results do not depend on it."), ("NO_COLOR", "No colours when it is not empty."),
    ("INPUTRC", "Key bindings of the prompt, as for every program that uses GNU readline."),
  ]

  private static let files = [
    ("~/.local/state/segsh/history", "Lines of earlier sessions; .segsh_history in the working folder takes its place where it is there."),
    ("~/.config/segsh/settings", "What :set keeps."),
  ]
}

/// Text in the man macros of roff.
private struct Roff {
  private(set) var text = ""

  mutating func title(_ name: String, section: Int, source: String, manual: String) {
    text += ".\\\" Written by `segsh help --man`; do not edit.\n"
    text += ".TH \(name.uppercased()) \(section) \"\" \"\(source)\" \"\(manual)\"\n"
  }
  mutating func section(_ name: String) { text += ".SH \(name.uppercased())\n" }
  mutating func subsection(_ name: String) { text += ".SS \(Self.escaped(name))\n" }
  mutating func line(_ roff: String) { text += roff + "\n" }
  mutating func lineBreak() { text += ".br\n" }
  mutating func command(_ name: String, _ rest: String) { text += ".B \(name)\n\(Self.escaped(rest))\n" }
  mutating func prose(_ words: String) {
    guard !words.isEmpty else { return }
    text += (text.hasSuffix(".SH DESCRIPTION\n") || isAfterHeading ? "" : ".PP\n") + Self.escaped(words) + "\n"
  }
  mutating func item(_ term: String, _ words: String) { text += ".TP\n.B \(Self.escaped(term))\n\(Self.escaped(words))\n" }

  private var isAfterHeading: Bool {
    let last = text.split(separator: "\n").last ?? ""
    return last.hasPrefix(".SH") || last.hasPrefix(".SS")
  }

  /// Text that stands for itself: hyphens that can be copied, no control lines.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "`": result += "\\(ga"
      case "'": result += "\\(aq"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "\n": result += " "
      case "×": result += "\\(mu"
      case "²": result += "\\(S2"
      case "…": result += "..."
      case "–", "—": result += "\\(en"
      default: result.append(character)
      }
    }
    return result.hasPrefix(".") ? "\\&" + result : result
  }
}
