import Basics
import Platform
import Terminal

/// Starting the user's browser.
enum Browser {
  /// The words that start a browser: the setting's, those of BROWSER, or the desktop's way; nil where there is none to be seen.
  static func command(_ setting: String) -> [String]? {
    if setting == "none" { return nil }
    if setting != "auto" { return words(setting) }
    // Several may be named, the best first.
    if let named = Environment["BROWSER"]?.split(separator: ":").first.map({ words(String($0)) }), !named.isEmpty { return named }
    let hasDesktop = ["DISPLAY", "WAYLAND_DISPLAY"].contains { !(Environment[$0] ?? "").isEmpty }
    return hasDesktop && remoteHost == nil ? ["xdg-open"] : nil
  }

  private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

  /// This machine, as who came over ssh knows it; nil where nobody did.
  static var remoteHost: String? {
    Environment["SSH_CONNECTION"].flatMap { $0.split(separator: " ").dropFirst(2).first.map(String.init) }
  }

  /// Starts it in a session of its own, so that Ctrl-C does not reach it, with nothing to say on this terminal.
  /// - Returns: whether it could be started.
  static func open(_ address: String, with words: [String]) -> Bool {
    guard let program = words.first else { return false }
    var arguments = words.contains("%s") ? words.map { $0 == "%s" ? address : $0 } : words + [address]
    arguments[0] = program
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for stream in 0...2 as ClosedRange<Int32> { posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    // POSIX_SPAWN_SETSID, which Swift does not see.
    posix_spawnattr_setflags(&attributes, Int16(0x80 | POSIX_SPAWN_SETSIGDEF))
    // The shell in between ends at once, so that no child is left to be waited for.
    let script = ["sh", "-c", "command -v \"$0\" >/dev/null || exit 127; \"$0\" \"$@\" &"] + arguments
    let pointers = script.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process = pid_t()
    guard posix_spawn(&process, "/bin/sh", &actions, &attributes, pointers, environ) == 0 else { return false }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status == 0
  }
}

/// A file that leads a browser to an address which holds a secret: the arguments of a program can be read by every user of the machine, this file by its
/// owner alone. It goes with the last reference.
final class BrowserRedirect {
  let path: String

  init?(to address: String) {
    let folder =
      Environment["XDG_RUNTIME_DIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? HomeFolder.path.map { $0 + "/.cache/segsh" }
    guard let folder else { return nil }
    path = "\(folder)/segsh-view-\(getpid()).html"
    Files.makeFolders(above: path)
    Self.sweep(folder)
    unlink(path)
    let file = Platform.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return nil }
    let bytes = Array(
      "<!doctype html><meta charset=utf-8><meta http-equiv=refresh content=\"0;url=\(address)\"><title>segsh</title>\n".utf8)
    let written = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    close(file)
    if written != bytes.count {
      unlink(path)
      return nil
    }
  }

  deinit { unlink(path) }

  /// Removes those of processes that were killed.
  private static func sweep(_ folder: String) {
    for name in Files.names(in: folder) where name.hasPrefix("segsh-view-") && name.hasSuffix(".html") {
      guard let process = pid_t(name.dropFirst(11).dropLast(5)), kill(process, 0) != 0, errno == ESRCH else { continue }
      unlink("\(folder)/\(name)")
    }
  }
}
