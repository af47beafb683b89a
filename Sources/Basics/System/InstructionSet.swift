internal import CProcessor
import Synchronization

/// The instruction sets that the inner loops of networks and image operations are compiled for, in ascending order.
package enum InstructionSet: Int32, CaseIterable, Sendable {
  /// What every processor of the architecture has: SSE2 on x86-64, NEON on AArch64.
  case portable = 0
  /// AVX2 with FMA.
  case avx2
  /// AVX-512 F, VL, BW and DQ; loops that use more check for it.
  case avx512

  /// Why ``variable`` cannot be used.
  package enum Problem: Error, Equatable {
    case unknown(String)
    case unavailable(InstructionSet)
  }

  /// The environment variable that chooses a set by its name.
  package static let variable = "SEGSH_CPU"

  /// The sets that this processor runs.
  package static let available = allCases.filter { processor_runs($0.rawValue) != 0 }

  private static let selected = Atomic<Int32>(((try? chosen()) ?? available.last ?? .portable).rawValue)

  /// The set that loops use: the one that ``variable`` names, otherwise (also if that cannot be used) the best that is available.
  ///
  /// Image operations have the same bits on every set. Setting one that is not available has no effect.
  package static var current: InstructionSet {
    get { InstructionSet(rawValue: selected.load(ordering: .relaxed)) ?? .portable }
    set { if available.contains(newValue) { selected.store(newValue.rawValue, ordering: .relaxed) } }
  }

  /// The set that ``variable`` names; nil if it is unset or empty.
  package static func chosen() throws(Problem) -> InstructionSet? {
    guard let name = Environment.stated(variable) else { return nil }
    guard let set = allCases.first(where: { "\($0)" == name }) else { throw .unknown(name) }
    guard available.contains(set) else { throw .unavailable(set) }
    return set
  }

  /// The name as the processor's maker writes it.
  package var title: String {
    switch self {
    case .avx512: "AVX-512"
    case .avx2: "AVX2"
    case .portable:
      #if arch(arm64)
        "NEON"
      #elseif arch(x86_64)
        "SSE2"
      #else
        "base instruction set"
      #endif
    }
  }
}

extension InstructionSet.Problem: CustomStringConvertible {
  package var description: String {
    let names = InstructionSet.available.map { "\($0)" }
    let choice = names.count == 1 ? names[0] : "\(names.dropLast().joined(separator: ", ")) or \(names[names.count - 1])"
    switch self {
    case .unknown(let name): return "\(InstructionSet.variable) is `\(name)` but must be \(choice) on this processor"
    case .unavailable(let set):
      return "\(InstructionSet.variable) is `\(set)`, but this processor has no \(set.title). It must be \(choice)"
    }
  }
}
