/// An exponential moving average of all weights of a network, including running statistics, for evaluation and release.
///
/// At first the decay is lower, min(decay, (1 + n) / (10 + n)) after n updates, so that the random initial weights are soon forgotten.
public final class WeightAverage {
  /// The decay per update, 0...1.
  public let decay: Float
  /// The number of updates.
  public private(set) var updates = 0
  /// In the order of what is averaged: a network's parameters and then its buffers.
  package let averages: [FloatBuffer]
  private let sources: [Parameter]

  /// Creates an average that starts with the network's present weights.
  public convenience init(of network: UNet, decay: Float) { self.init(of: network.parameters + network.buffers, decay: decay) }

  package init(of sources: [Parameter], decay: Float) {
    self.sources = sources
    self.decay = decay
    averages = sources.map { source in
      let buffer = FloatBuffer(count: source.count)
      buffer.values = source.values.values
      return buffer
    }
  }

  /// Updates the averages from the network's present weights.
  public func update() {
    updates += 1
    let share = 1 - min(decay, Float(1 + updates) / Float(10 + updates))
    for (average, source) in zip(averages, sources) {
      average.withUnsafeMutableBufferPointer { average in
        source.values.withUnsafeBufferPointer { source in
          for index in average.indices { average[index] += (source[index] - average[index]) * share }
        }
      }
    }
  }

  /// The averages by parameter name.
  public var weights: [String: Tensor] {
    Dictionary(zip(sources, averages).map { ($0.name, Tensor(shape: $0.shape, values: $1.values)) }) { first, _ in first }
  }

  package func restore(updates: Int) { self.updates = updates }
}
