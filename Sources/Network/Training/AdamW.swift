import Basics
internal import Platform

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), in PyTorch's form: bias-corrected moments, ε outside the root.
///
/// Weight decay does not apply to batch norm and biases.
public final class AdamW {
  /// Decoupled weight decay λ.
  public let weightDecay: Float
  /// β₂, the decay of the second moments.
  public let secondDecay: Float
  /// ε, added to the root of the second moment.
  public let epsilon: Float
  /// The number of steps taken.
  public private(set) var step = 0
  /// First and second moments, one buffer a parameter.
  package let firstMoments: [FloatBuffer]
  package let secondMoments: [FloatBuffer]
  private let parameters: [Parameter]
  /// What the learning rate is multiplied by for each parameter.
  private let rateFactors: [Float]

  /// Creates an optimizer with zero moments.
  /// - Parameter rateFactor: Returns the factor of the learning rate for a parameter.
  public init(
    _ parameters: [Parameter], weightDecay: Float = 1e-3, secondDecay: Float = 0.999, epsilon: Float = 1e-8,
    rateFactor: (Parameter) -> Float = { _ in 1 }
  ) {
    self.parameters = parameters
    rateFactors = parameters.map(rateFactor)
    self.weightDecay = weightDecay
    self.secondDecay = secondDecay
    self.epsilon = epsilon
    firstMoments = parameters.map { FloatBuffer(count: $0.count) }
    secondMoments = parameters.map { FloatBuffer(count: $0.count) }
  }

  /// Updates all parameters once from their gradients.
  ///
  /// - Parameters:
  ///   - rate: The learning rate of this step.
  ///   - firstDecay: β₁ of this step; as in PyTorch, the bias correction raises it to the power of the step count.
  public func update(rate: Float, firstDecay: Float = 0.9) throws {
    step += 1
    let correction1 = Float(1 - pow(Double(firstDecay), Double(step)))
    let correction2 = Float((1 - pow(Double(secondDecay), Double(step))).squareRoot())
    // One parameter a band: no two threads share an element.
    nonisolated(unsafe) let (parameters, firstMoments, secondMoments) = (parameters, firstMoments, secondMoments)
    let (secondDecay, epsilon, weightDecay, rateFactors) = (secondDecay, epsilon, weightDecay, rateFactors)
    try Parallel.forEachBand(of: parameters.count, grain: 1) { band in
      for index in band {
        let rate = rate * rateFactors[index]
        let keep = parameters[index].decays ? 1 - rate * weightDecay : 1
        let count = parameters[index].count
        parameters[index].values.withUnsafeMutableBufferPointer { w in
          parameters[index].gradients.withUnsafeBufferPointer { g in
            firstMoments[index].withUnsafeMutableBufferPointer { m in
              secondMoments[index].withUnsafeMutableBufferPointer { v in
                for i in 0..<count {
                  m[i] += (g[i] - m[i]) * (1 - firstDecay)
                  v[i] = v[i] * secondDecay + g[i] * g[i] * (1 - secondDecay)
                  w[i] = w[i] * keep - rate / correction1 * m[i] / (v[i].squareRoot() / correction2 + epsilon)
                }
              }
            }
          }
        }
      }
    }
  }

  /// Resets all moments and the step count, as at the start of a training phase.
  public func reset() {
    step = 0
    for buffer in firstMoments + secondMoments { buffer.withUnsafeMutableBufferPointer { $0.update(repeating: 0) } }
  }

  /// Takes up where a checkpoint left off.
  package func restore(step: Int) { self.step = step }
}

/// Gradient clipping by the norm over all parameters.
public enum GradientClipping {
  /// Scales all gradients so that their joint Euclidean norm is at most `limit` (PyTorch's `clip_grad_norm_`).
  ///
  /// - Returns: The norm before clipping; if it is not finite, nothing is scaled.
  @discardableResult
  public static func clip(_ parameters: [Parameter], to limit: Double) -> Double {
    var sum = 0.0
    for parameter in parameters {
      parameter.gradients.withUnsafeBufferPointer { gradient in
        for value in gradient { sum += Double(value) * Double(value) }
      }
    }
    let norm = sum.squareRoot()
    guard norm.isFinite, norm > limit else { return norm }
    let scale = Float(limit / (norm + 1e-6))
    for parameter in parameters {
      parameter.gradients.withUnsafeMutableBufferPointer { gradient in
        for index in gradient.indices { gradient[index] *= scale }
      }
    }
    return norm
  }
}
