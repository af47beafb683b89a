import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// How much memory a command on images may take in addition to what is held already. What does not fit is refused before it starts.
///
/// An operation holds at most three copies of its image's pixels as numbers, of 4 bytes each, its result among them, and one that changes pixels alone two;
/// of a mask, which holds a bit per pixel itself, as many bytes. A command whose result has a size that its arguments set, or that takes more or less,
/// states it (``StatesMemory``). Sizes of results are bounded besides (`Size.isValid`). What is left, and by which limits, is ``MemoryBudget``'s to say.
public enum WorkingMemory {
  /// What the program asks of each command and each operator.
  /// - Parameter left: Bytes that may yet be taken; nil where that is not known, and all is let in.
  public static func admission(left: @escaping @Sendable () -> Int? = { MemoryBudget.left }) -> PreflightCheck {
    PreflightCheck { command, values, context in
      let held = ImageMemory.largest(of: values)
      // Nothing that is worked out here belongs to the line.
      let aside = Context(host: Host(), registry: context.registry, input: context.input)
      let stated = try (command as? any StatesMemory)?.workingBytes(aside)
      let copies = command.map { Self.copies(of: type(of: $0).category) } ?? 2
      let bytes = stated ?? held.map { copies * $0.bytesAPixel * $0.size.count } ?? 0
      if let shortage = MemoryBudget.shortage(of: bytes, left: left) {
        throw CommandProblem.needsMemory(shortage.bytes, left: shortage.left, bytes > MemoryBudget.small ? held?.size : nil)
      }
    }
  }

  private static func copies(of category: SegLang.Category) -> Int {
    switch category {
    case .filters, .masks, .segmentation: 3
    case .files, .geometry, .intensity, .seeing: 2
    case .measuring, .correcting: 1
    default: 0
    }
  }
}

/// A command that states how much memory it takes.
protocol StatesMemory {
  /// Bytes in addition to its arguments, at most, its result among them.
  func workingBytes(_ context: Context) throws -> Int
}
