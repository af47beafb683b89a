import Glibc

/// How the learning rate moves over a number of steps.
public enum LearningRateSchedule: String, Sendable, CaseIterable {
  /// Up by a cosine to the peak at `warmUp`, then down by a cosine to almost nothing; the momentum moves the other way (Smith and Topin 2018,
  /// PyTorch's `OneCycleLR`: initial rate peak / 25, final rate initial / 10⁴, β₁ from 0.95 to 0.85 and back).
  case oneCycle = "one-cycle"
  /// Down by half a cosine from the peak to 0 (PyTorch's `CosineAnnealingLR`), β₁ at 0.9.
  case cosine

  /// Share of the steps that a one-cycle schedule climbs.
  public static let warmUp = 0.15

  /// Rate and β₁ for one step.
  public struct Setting: Sendable, Equatable {
    public let rate: Double
    public let firstDecay: Double
  }

  /// - Parameters:
  ///   - step: 0 for the first step; beyond the last it stays at the last.
  ///   - total: number of steps, at least 1.
  ///   - peak: highest rate.
  public func setting(step: Int, total: Int, peak: Double) -> Setting {
    switch self {
    case .cosine:
      let position = Double(min(max(step, 0), total)) / Double(max(1, total))
      return Setting(rate: peak * (1 + cos(.pi * position)) / 2, firstDecay: 0.9)
    case .oneCycle:
      let summit = Self.warmUp * Double(total) - 1
      let last = Double(max(1, total - 1))
      let position = Double(min(max(step, 0), max(1, total - 1)))
      let initial = peak / 25
      if position <= summit {
        let climbed = position / summit
        return Setting(rate: Self.eased(initial, peak, climbed), firstDecay: Self.eased(0.95, 0.85, climbed))
      }
      let descended = summit < last ? (position - summit) / (last - summit) : 1
      return Setting(rate: Self.eased(peak, initial / 1e4, descended), firstDecay: Self.eased(0.85, 0.95, descended))
    }
  }

  private static func eased(_ start: Double, _ end: Double, _ share: Double) -> Double {
    end + (start - end) / 2 * (1 + cos(.pi * share))
  }
}
