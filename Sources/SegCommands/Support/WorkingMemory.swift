import Glibc
import ImageOps
import SegLang

/// How much memory a command on pictures may take beside what is held already. What does not fit is refused before it starts.
///
/// An operation holds at most three copies of its picture's pixels as numbers, of 4 bytes each, its result among them, and one that changes pixels alone two;
/// of a mask, which holds a bit a pixel itself, as many bytes. A command whose result has a size of its own, or that takes more or less, says so
/// (``StatesMemory``). Sizes of results are bounded besides (`Size.isValid`).
public enum WorkingMemory {
  /// Less is not asked about.
  private static let small = 64 << 20

  /// What the program asks of each command.
  /// - Parameter left: Bytes that may yet be taken; nil where that is not known, and all is let in.
  public static func admission(left: @escaping @Sendable () -> Int? = { WorkingMemory.left }) -> Admission {
    Admission { command, values, context in
      guard let (size, bytesAPixel) = largest(of: values) else { return }
      // Nothing that is worked out here belongs to the line.
      let aside = Context(host: Host(), registry: context.registry, input: context.input)
      let bytes =
        try (command as? any StatesMemory)?.workingBytes(aside)
        ?? copies(of: type(of: command).category) * bytesAPixel * size.count
      guard bytes > small, let left = left(), bytes > left else { return }
      throw CommandProblem.needsMemory(bytes, left: left, size)
    }
  }

  private static func copies(of category: SegLang.Category) -> Int {
    switch category {
    case .filters, .masks, .segmentation: 3
    case .geometry, .intensity: 2
    case .seeing: 1
    default: 0
    }
  }

  /// The picture among the values of which a copy takes most.
  private static func largest(of values: [any Value]) -> (size: Size, bytesAPixel: Int)? {
    values.compactMap { value -> (size: Size, bytesAPixel: Int)? in
      switch value {
      case let image as GrayImage: (image.size, 4)
      case let map as ProbabilityMap: (map.size, 4)
      case let labels as LabelImage: (labels.size, 4)
      case let mask as Mask: (mask.size, 1)
      default: nil
      }
    }.max { $0.size.count * $0.bytesAPixel < $1.size.count * $1.bytesAPixel }
  }

  /// What `SEGSH_MEMORY` allows an operation, in MiB; else what the system can give without taking from others. Nil where neither is known.
  public static var left: Int? {
    if let text = getenv("SEGSH_MEMORY").map({ String(cString: $0) }), let count = Int(text), (0...1 << 30).contains(count) {
      return count << 20
    }
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

  /// Of a file that the system makes as it is read.
  private static func lines(of path: String) -> [Substring] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 16_384)
    let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
  }

  static func text(_ bytes: Int) -> String {
    let mebibytes = Double(bytes) / 1_048_576
    return mebibytes < 1024 ? "\(Int(mebibytes)) MiB" : "\(NumberFormat.short(mebibytes / 1024, 1)) GiB"
  }
}

/// A command that says itself how much memory it takes.
protocol StatesMemory {
  /// Bytes beside its arguments, at most, its result among them.
  func workingBytes(_ context: Context) throws -> Int
}
