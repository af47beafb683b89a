internal import Platform

/// Checks memory needs against what is available before work starts.
///
/// Available is `SEGSH_MEMORY` (MiB), or what the system has free, inside a container within its limit; if the process has limits
/// (`RLIMIT_AS`, `RLIMIT_DATA`), at most what they leave. Operations, decoders and file readers all check here.
public enum MemoryBudget {
  /// Amounts up to this many bytes are checked only if the process has a limit.
  public static let small = 64 << 20
  /// Of a process limit, what stays for stacks, the C library and everything that is too small to ask.
  private static let reserve = 96 << 20

  /// Bytes available now; nil if unknown.
  public static var left: Int? { [allowed ?? system, process].compactMap { $0 }.min() }

  /// What stands against taking so many more bytes; nil: nothing does.
  /// - Parameters:
  ///   - subject: See ``MemoryShortage/subject``.
  ///   - left: Bytes that may yet be taken, asked only where the amount is not small.
  public static func shortage(
    of bytes: Int, for subject: @autoclosure () -> String? = nil, left: () -> Int? = { MemoryBudget.left }
  ) -> MemoryShortage? {
    guard bytes > 1 << 20 else { return nil }
    if bytes <= small {
      guard let process, bytes > process else { return nil }
      return MemoryShortage(bytes: bytes, left: process, subject: subject())
    }
    guard let left = left(), bytes > left else { return nil }
    return MemoryShortage(bytes: bytes, left: left, subject: subject())
  }

  /// Throws unless this many more bytes are available.
  /// - Throws: ``MemoryShortage``.
  public static func require(_ bytes: Int, for subject: @autoclosure () -> String? = nil) throws(MemoryShortage) {
    if let shortage = shortage(of: bytes, for: subject()) { throw shortage }
  }

  /// Bytes of memory that the process occupies now (resident set size); 0 if the system does not report it.
  public static var resident: Int { pages(at: 1) }

  // MARK: Sources

  private static var allowed: Int? {
    guard let text = Environment["SEGSH_MEMORY"], let count = Int(text), (0...1 << 30).contains(count) else {
      return nil
    }
    return count << 20
  }

  /// What the limits of the process leave; nil where it has none.
  private static var process: Int? {
    func limit(_ resource: __rlimit_resource) -> Int? {
      var limits = rlimit()
      guard getrlimit(__rlimit_resource_t(resource.rawValue), &limits) == 0, limits.rlim_cur < UInt(Int.max) else { return nil }
      return Int(limits.rlim_cur)
    }
    let space = limit(RLIMIT_AS).map { $0 - pages(at: 0) }
    let data = limit(RLIMIT_DATA).map { $0 - pages(at: 5) }
    return [space, data].compactMap { $0 }.min().map { max(0, $0 - reserve) }
  }

  private static var system: Int? {
    let fields = lines(of: "/proc/meminfo").compactMap { line in
      line.hasPrefix("MemAvailable:") ? line.split(separator: " ").dropFirst().first.flatMap { Int($0) } : nil
    }
    return [fields.first.map { $0 << 10 }, leftInGroup].compactMap { $0 }.min()
  }

  /// What the control group of a container leaves, where it has a limit: files that the system keeps count as free.
  private static var leftInGroup: Int? {
    let folder = "/sys/fs/cgroup/"
    guard let limit = lines(of: folder + "memory.max").first.flatMap({ Int($0) }),
      let current = lines(of: folder + "memory.current").first.flatMap({ Int($0) })
    else { return nil }
    let kept = lines(of: folder + "memory.stat").compactMap { line -> Int? in
      let words = line.split(separator: " ")
      return words.count == 2 && (words[0] == "inactive_file" || words[0] == "active_file") ? Int(words[1]) : nil
    }
    return max(0, limit - current + kept.reduce(0, +))
  }

  /// A field of `/proc/self/statm` (0 all of the address space, 1 resident, 5 data and stack), in bytes.
  private static func pages(at field: Int) -> Int {
    let words = lines(of: "/proc/self/statm").first?.split(separator: " ") ?? []
    return words.indices.contains(field) ? (Int(words[field]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
  }

  /// Of a file that the system makes as it is read.
  private static func lines(of path: String) -> [Substring] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 16_384)
    let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
  }

  /// Formats a number of bytes for people: `410 MiB`, `1.6 GiB`.
  public static func text(_ bytes: Int) -> String {
    guard bytes >= 1 << 30 else { return "\(max(0, bytes) >> 20) MiB" }
    let tenths = (Double(bytes) / 107_374_182.4).rounded()
    let whole = Int(tenths) / 10
    let rest = Int(tenths) % 10
    return rest == 0 ? "\(whole) GiB" : "\(whole).\(rest) GiB"
  }
}

/// More memory is needed than is available.
public struct MemoryShortage: Error, Hashable, Sendable, CustomStringConvertible {
  /// Bytes needed.
  public let bytes: Int
  /// Bytes available.
  public let left: Int
  /// What needs it, in the plural: `1024x1024 pixels`.
  public let subject: String?

  /// Creates an error from the bytes needed and available.
  public init(bytes: Int, left: Int, subject: String? = nil) { (self.bytes, self.left, self.subject) = (bytes, left, subject) }

  /// The bytes needed and available, and how to continue.
  public var description: String {
    "\(subject.map { "\($0) need" } ?? "this needs") up to \(MemoryBudget.text(bytes)) of memory, but only \(MemoryBudget.text(left)) is free: "
      + "use a smaller image, or raise the limit (SEGSH_MEMORY in MiB, or `ulimit -v`)"
  }
}
