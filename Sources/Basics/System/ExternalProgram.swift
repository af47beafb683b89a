internal import Platform

/// One run of a program that is installed beside segsh, such as a browser: no shell, an environment of three variables, and a limit on its time and output.
package enum ExternalProgram {
  package enum Problem: Error, Hashable {
    case cannotStart
    case tooSlow
    /// It wrote more than was asked for.
    case tooMuch
    /// Its exit status, or 128 and the signal that ended it.
    case failed(Int32)
  }

  /// The first file of a name that can be run, in the folders of `PATH` that are absolute.
  package static func installed(_ name: String) -> String? {
    let folders = Environment["PATH"] ?? "/usr/bin:/bin"
    return folders.split(separator: ":").lazy.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// What the program writes to its standard output.
  ///
  /// - Parameters:
  ///   - input: what it reads from its standard input.
  ///   - limit: most bytes that it may write; 0: its output is not wanted.
  ///   - seconds: longest time that it may take; it and its children are then ended.
  /// - Throws: `Problem`; `CancellationError`.
  package static func run(
    _ path: String, _ arguments: [String], environment: [String], input: [UInt8] = [], limit: Int = 0, seconds: Double
  ) throws -> [UInt8] {
    let (status, output) = try outcome(path, arguments, environment: environment, input: input, limit: limit, seconds: seconds)
    guard status == 0 else { throw Problem.failed(status) }
    return output
  }

  /// The exit status, or 128 and the signal that ended the program, and what it wrote.
  ///
  /// - Parameters:
  ///   - takesErrors: whether the output is that of both streams.
  ///   - check: called about 50 times per second; what it throws ends the program.
  /// - Throws: `Problem`, except `failed`; `CancellationError`; what `check` throws.
  package static func outcome(
    _ path: String, _ arguments: [String], environment: [String], input: [UInt8] = [], limit: Int, takesErrors: Bool = false,
    seconds: Double,
    check: () throws -> Void = {}
  ) throws -> (status: Int32, output: [UInt8]) {
    let cancellation = Cancellation.current
    let source = input.isEmpty ? nil : NamelessFile(input)
    if source == nil, !input.isEmpty { throw Problem.cannotStart }
    var ends: [Int32] = [-1, -1]
    if limit > 0, pipe(&ends) != 0 { throw Problem.cannotStart }
    for end in ends where end >= 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { for end in ends where end >= 0 { close(end) } }
    let process = try start(path, arguments, environment: environment, source: source?.descriptor ?? -1, sink: ends[1], takesErrors)
    if ends[1] >= 0 { close(ends[1]) }
    ends[1] = -1
    var isOver = false
    defer {
      kill(-process, SIGKILL)
      if !isOver { waitpid(process, nil, 0) }
    }
    if ends[0] >= 0 { _ = fcntl(ends[0], F_SETFL, O_NONBLOCK) }
    let end = now() + seconds
    var output: [UInt8] = []
    var hasEnded = limit == 0
    while true {
      if !hasEnded { hasEnded = try !readMore(ends[0], into: &output, limit: limit) }
      var status: Int32 = 0
      let result = waitpid(process, &status, WNOHANG)
      if result == process || (result < 0 && errno != EINTR) {
        isOver = true
        if !hasEnded { _ = try readMore(ends[0], into: &output, limit: limit) }
        return (status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f), output)
      }
      try cancellation.check()
      try check()
      if now() > end { throw Problem.tooSlow }
      if hasEnded {
        usleep(10_000)
      } else {
        var waiting = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
        _ = poll(&waiting, 1, 20)
      }
    }
  }

  /// Reads what a pipe holds now.
  /// - Returns: Whether more may come.
  private static func readMore(_ file: Int32, into output: inout [UInt8], limit: Int) throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(file, &buffer, buffer.count)
      if count == 0 { return false }
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      output += buffer[..<count]
      if output.count > limit { throw Problem.tooMuch }
    }
  }

  private static func start(_ path: String, _ arguments: [String], environment: [String], source: Int32, sink: Int32, _ takesErrors: Bool)
    throws
    -> pid_t
  {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (stream, file) in [(STDIN_FILENO, source), (STDOUT_FILENO, sink), (STDERR_FILENO, takesErrors ? sink : -1)] {
      if file >= 0 {
        posix_spawn_file_actions_adddup2(&actions, file, stream)
      } else {
        posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
      }
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A process group of its own: Ctrl-C does not reach it, and all of it can be ended together.
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    let words = ([path] + arguments).map { strdup($0) }
    let variables = environment.map { strdup($0) }
    defer { for word in words + variables { free(word) } }
    var process = pid_t()
    guard posix_spawn(&process, path, &actions, &attributes, words + [nil], variables + [nil]) == 0 else { throw Problem.cannotStart }
    return process
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
