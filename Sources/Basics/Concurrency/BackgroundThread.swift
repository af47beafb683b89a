internal import Platform

/// A POSIX thread for one task. Dispatch would end the process when no file descriptor is left for its event loop.
public enum BackgroundThread {
  private static let stackSize = 8 << 20

  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts a thread that runs `body` and ends. It blocks signals, which are for the main thread.
  /// - Returns: false if the system allows no more threads; `body` is then not run.
  public static func start(_ body: @escaping @Sendable () -> Void) -> Bool { code(ofStarting: body) == 0 }

  /// Starts a thread that runs `body` and ends. It blocks signals, which are for the main thread.
  /// - Returns: false if the system allows no more threads; `body` is then not run.
  public static func code(ofStarting body: @escaping @Sendable () -> Void) -> Int32 {
    var attributes = pthread_attr_t()
    let problem = pthread_attr_init(&attributes)
    guard problem == 0 else { return problem }
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackSize)
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Work(body))
    let code = pthread_create(
      &thread, &attributes,
      { context in
        guard let context else { return nil }
        Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, context.toOpaque())
    if code == 0 { pthread_detach(thread) } else { context.release() }
    return code
  }
}
