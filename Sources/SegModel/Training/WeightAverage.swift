/// An exponential moving average of all weights of a network, running statistics included: what is evaluated and shipped.
///
/// Early on the decay is lower, min(decay, (1 + n) / (10 + n)) after n updates, so that the first random weights are soon forgotten.
public final class WeightAverage {
  public let decay: Float
  public private(set) var updates = 0
  /// In the order of what is averaged: a network's parameters and then its buffers.
  let averages: [FloatBuffer]
  private let sources: [Parameter]

  public convenience init(of network: UNet, decay: Float) { self.init(of: network.parameters + network.buffers, decay: decay) }

  init(of sources: [Parameter], decay: Float) {
    self.sources = sources
    self.decay = decay
    averages = sources.map { source in
      let buffer = FloatBuffer(count: source.count)
      buffer.values = source.values.values
      return buffer
    }
  }

  /// Moves the averages toward the network's present weights.
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

  func restore(updates: Int) { self.updates = updates }
}
