import Basics

/// How many threads the libraries may use.
enum Threads {
  static var count: Int { Parallel.threadCount }
  static func use(_ count: Int) { Parallel.threadCount = count }
}
