internal import Platform

/// A schedule of the learning rate over a number of steps.
public enum LearningRateSchedule: String, Sendable, CaseIterable {
  /// Rises by a cosine to the peak at `warmUp`, then falls by a cosine to almost 0; the momentum moves in the opposite direction (Smith and Topin
  /// 2018, PyTorch's `OneCycleLR`: initial rate peak / 25, final rate initial / 10⁴, β₁ from 0.95 to 0.85 and back).
  case oneCycle = "one-cycle"
  /// Falls by half a cosine from the peak to 0 (PyTorch's `CosineAnnealingLR`), with β₁ 0.9.
  case cosine

  /// The share of the steps in which a one-cycle schedule rises.
  public static let warmUp = 0.15

  /// The learning rate and β₁ of one step.
  public struct Setting: Sendable, Equatable {
    /// The learning rate.
    public let rate: Double
    /// β₁, the decay of the first moments.
    public let firstDecay: Double
  }

  /// Returns the setting of a step; steps beyond the end keep the final setting.
  /// - Parameters:
  ///   - step: 0 for the first step.
  ///   - total: The number of steps, at least 1.
  ///   - peak: The highest learning rate.
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
