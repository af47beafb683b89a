import ArgumentParser
import Basics
import SegCommands
import SegLang
import SegModel
import SegServices
import Terminal

/// The manual page `segsh(1)`, in roff, written from what the subcommands, the prompt and the language's commands say of themselves.
enum ManPage {
  static var text: String {
    var page = Roff()
    page.title("segsh", section: 1, source: "segsh \(ProgramVersion.text)", manual: "User Commands")
    page.section("Name")
    page.line("segsh \\- a shell and a small language for chest X\\-rays")
    let tool = (try? JSON(parsing: Segsh._dumpHelp()))?["command"]
    synopsis(&page)
    page.section("Description")
    page.prose(Segsh.configuration.abstract)
    page.prose(Segsh.configuration.discussion)
    page.prose("`segsh help NAME` explains a subcommand or a command of the language.")
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
      "[FILE]", "-c LINE [--json]", "run SCRIPT [--PARAM VALUE ...] [--json]",
      "cohort SCRIPT --cases DIR --out DIR [--PARAM VALUE ...]", "check|fmt|test FILE ...", "train --data DIR ...",
      "evaluate --data DIR ...", "model list|info|import|export|run ...", "bench [NAME ...]", "phantom FILE", "lsp",
      "kernel install|remove|run", "doctor", "help [NAME]",
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
      "The prompt takes commands and expressions of the language, joined by | and separated by ;. Tab completes, the arrow keys find earlier lines with the same start,"
        + " Ctrl-R searches the history, Ctrl-C stops the running command without changing any value, Ctrl-D exits.")
    for command in MetaCommand.allCases {
      let usage = command.usage.isEmpty ? "" : " \(command.usage)"
      page.item(":\(command.rawValue)\(usage)", command.summary)
    }
    page.item("?NAME", "explains a command, with examples, or a variable")
    page.item("? WORD", "searches the help for a word")
  }

  private static func commands(_ page: inout Roff) {
    page.section("Commands of the language")
    for (category, signatures) in Registry.segsh.categories {
      page.subsection(category.name)
      for signature in signatures { page.item(Manual.usage(of: signature), signature.summary) }
    }
  }

  private static let exitCodes = [
    ("0", "Success."), ("1", "An error at run time."), ("2", "A usage or syntax error; nothing was run."),
    ("3", "A check, an expectation or a verification failed."), ("4", "Some cases of a batch failed."), ("130", "Interrupted."),
  ]

  private static let environment = [
    ("SEGSH_MODELS", "Folder with models; it is searched first."), ("SEGSH_LESSONS", "Folder with lessons; it is searched first."),
    ("SEGSH_MEMORY", "Additional memory that an operation may take, in MiB. Default: the memory that is free."),
    ("SEGSH_THREADS", "Number of threads. Results do not depend on it."),
    (
      InstructionSet.variable,
      "Instruction set of networks and image operations: portable, avx2 or avx512. Default: the best that the processor has."
    ),
    ("NO_COLOR", "Disables colors if it is not empty."),
    ("INPUTRC", "File with key bindings for the prompt, as in every program that uses GNU readline."),
  ]

  private static let files = [
    ("~/.local/state/segsh/history", "History of earlier sessions. If the working folder has a file .segsh_history, it is used instead."),
    ("~/.config/segsh/settings", "Settings made with :set."),
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
