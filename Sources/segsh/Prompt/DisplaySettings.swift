import Basics
import SegCommands
import SegLang
import SegServices
import Terminal

/// What a user sets once and keeps. These decide what is shown and stored, never what a command does to pixels.
struct DisplaySettings: Equatable {
  /// Whether an image is drawn small below its line.
  enum Thumbnails: String, CaseIterable {
    /// Where the terminal shows real images.
    case auto
    /// In characters too.
    case on
    case off
  }

  /// Whether files that are written may name the files that were read.
  var phi = NamePrivacy.hide
  var thumbnail = Thumbnails.auto

  /// The command that opens a page in the browser, `auto` or `none`.
  var browser = "auto"

  static let names = ["browser", "phi", "thumbnail"]

  /// What a setting means, for `:set` and its completion.
  static func help(_ name: String) -> String {
    switch name {
    case "browser": "browser that `view` opens: auto, none, or a command such as firefox"
    case "phi": NamePrivacy.rule
    case "thumbnail": "thumbnails below results: auto (only in terminals that show images), on, off"
    default: ""
    }
  }

  static func values(of name: String) -> [String] {
    switch name {
    case "browser": ["auto", "none"]
    case "phi": NamePrivacy.allCases.map(\.rawValue)
    case "thumbnail": Thumbnails.allCases.map(\.rawValue)
    default: []
    }
  }

  subscript(name: String) -> String? {
    switch name {
    case "browser": browser
    case "phi": phi.rawValue
    case "thumbnail": thumbnail.rawValue
    default: nil
    }
  }

  /// Takes a setting.
  /// - Returns: what is wrong with it; nil when it was taken.
  mutating func take(_ name: String, _ value: String) -> String? {
    guard Self.names.contains(name) else { return "unknown setting `\(name)`\(NearName.question(name, among: Self.names))" }
    if name == "phi", let choice = NamePrivacy(rawValue: value) {
      phi = choice
    } else if name == "thumbnail", let choice = Thumbnails(rawValue: value) {
      thumbnail = choice
    } else if name == "browser" {
      guard !value.isEmpty, value.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else {
        return "`browser` must be auto, none or a command"
      }
      browser = value
    } else {
      return "`\(name)` must be \(Self.values(of: name).joined(separator: " or ")), not `\(value)`"
    }
    return nil
  }

  /// Does what follows `:set`: changes a setting and keeps it, or nothing.
  /// - Returns: what is wrong with it; nil when it was done.
  mutating func change(_ rest: String) -> String? {
    let parts = rest.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0).trimmed() }
    if parts.count == 2 {
      if let problem = take(parts[0], parts[1]) { return problem }
      do { try keep() } catch { return "error: \(error)" }
    } else if !rest.isEmpty, !Self.names.contains(rest) {
      return "unknown setting `\(rest)`\(NearName.question(rest, among: Self.names)); usage: `:set NAME=VALUE`"
    }
    return nil
  }

  /// All settings, a line each.
  func listing(columns: Int) -> String {
    Self.names.map { name in
      let line = "  \((name + "=" + (self[name] ?? "")).padded(to: 16))\(Self.help(name))"
      return Layout.wrapped(line, columns: columns) + "\n"
    }.joined()
  }

  // MARK: The file

  /// `$XDG_CONFIG_HOME/segsh/settings`; nil where there is no home.
  static var path: String? {
    let folder =
      Environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? HomeFolder.path.map { $0 + "/.config" }
    return folder.map { $0 + "/segsh/settings" }
  }

  /// What was kept; a line that makes no sense is passed over.
  static func kept() -> DisplaySettings {
    var settings = DisplaySettings()
    guard let path, let bytes = Files.read(path, limit: 1 << 16) else { return settings }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map { String($0).trimmed() }
      if parts.count == 2 { _ = settings.take(parts[0], parts[1]) }
    }
    return settings
  }

  func keep() throws {
    guard let path = Self.path else { return }
    Files.makeFolders(above: path)
    try Files.write(Self.names.map { "\($0)=\(self[$0] ?? "")\n" }.joined(), to: path)
  }
}
