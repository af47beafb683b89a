import Basics
internal import Platform

/// Shows text that does not fit on the screen in the user's pager: PAGER, otherwise less.
package enum Pager {
  /// Writes text to standard output, through the pager if it is longer than the screen of an interactive terminal.
  package static func show(_ text: String) {
    let terminal = Terminal.current
    let lines = text.utf8.count { $0 == UInt8(ascii: "\n") }
    guard terminal.isInteractive, terminal.outputIsTerminal, terminal.movesCursor, lines >= terminal.rows,
      run(terminal.shown(TerminalText.cleaned(text)))
    else { return Console.shared.write(text) }
  }

  /// - Returns: whether a pager was there to show the text.
  private static func run(_ text: String) -> Bool {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return false }
    _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    // less shows what fits without waiting for a key (F) and leaves the text on the screen (X).
    let script =
      "if [ -n \"$PAGER\" ]; then exec sh -c \"$PAGER\"; fi; command -v less >/dev/null || exit 127; LESS=${LESS-FRX} exec less"
    let words = ["sh", "-c", script] as [String]
    let pointers = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process = pid_t()
    let result = posix_spawn(&process, "/bin/sh", &actions, &attributes, pointers, environ)
    close(ends[0])
    if result == 0 { write(text, to: ends[1]) }
    close(ends[1])
    guard result == 0 else { return false }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status != 127 << 8
  }

  /// Writes until the pager has read everything or is closed.
  private static func write(_ text: String, to file: Int32) {
    // A pager that is closed early must not end the program.
    let before = signal(SIGPIPE, SIG_IGN)
    defer { _ = signal(SIGPIPE, before) }
    var text = text
    text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Platform.write(file, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
      }
    }
  }
}
