/// What the program tells its caller when it ends.
package enum ExitStatus: Int32, Error {
  case ok = 0
  case runtimeError = 1
  /// Usage or syntax: nothing ran.
  case usage = 2
  /// A check, an expectation or a verification failed.
  case checkFailed = 3
  /// Some cases of a batch failed while the others went on.
  case partlyFailed = 4
  case interrupted = 130
  /// The reader of our output went away.
  case brokenPipe = 141
}
