internal import Platform

/// Knows how much of the thread's stack is left, so that deep recursion ends in an error.
struct StackGuard {
  private let lowest: UInt

  /// For the present thread.
  init() {
    var attributes = pthread_attr_t()
    var base: UnsafeMutableRawPointer?
    var size = 0
    // A GNU function that the module map hides.
    typealias GetAttributes = @convention(c) (pthread_t, UnsafeMutablePointer<pthread_attr_t>) -> Int32
    guard let symbol = dlsym(nil, "pthread_getattr_np"), unsafeBitCast(symbol, to: GetAttributes.self)(pthread_self(), &attributes) == 0
    else {
      lowest = 0
      return
    }
    pthread_attr_getstack(&attributes, &base, &size)
    pthread_attr_destroy(&attributes)
    // A quarter, at least 192 KiB, is left to the commands.
    lowest = UInt(bitPattern: base) + UInt(max(size / 4, 192 << 10))
  }

  var isNearlyFull: Bool {
    var marker: UInt8 = 0
    return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) } < lowest
  }
}
