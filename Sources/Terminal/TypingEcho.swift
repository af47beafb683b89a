internal import Platform

/// Keeps the terminal from showing keys while a line runs, where they would mix with what is drawn; they show at the next prompt.
package struct TypingEcho {
  private let usual: termios

  /// Turns it off; nil where standard input is no terminal of ours.
  package init?() {
    var now = termios()
    // A process in the background that sets its terminal is stopped.
    guard tcgetpgrp(STDIN_FILENO) == getpgrp(), tcgetattr(STDIN_FILENO, &now) == 0, now.c_lflag & tcflag_t(ECHO) != 0 else { return nil }
    usual = now
    now.c_lflag &= ~tcflag_t(ECHO)
    guard tcsetattr(STDIN_FILENO, TCSANOW, &now) == 0 else { return nil }
  }

  package func restore() {
    guard tcgetpgrp(STDIN_FILENO) == getpgrp() else { return }
    var usual = usual
    tcsetattr(STDIN_FILENO, TCSANOW, &usual)
  }
}
