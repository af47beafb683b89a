internal import Platform

extension Tensor {
  /// Applies the logistic function to each element.
  public func sigmoid() -> Tensor { mapped(Activation.sigmoid) }

  /// Returns the derivative by the logits from the output of ``sigmoid()`` and the derivative by that output.
  /// - Precondition: Equal shapes.
  public static func sigmoidGradient(_ output: Tensor, _ gradient: Tensor) -> Tensor {
    precondition(output.shape == gradient.shape, "a gradient has its output's shape")
    var result = gradient
    result.withUnsafeMutableBufferPointer { result in
      output.withUnsafeBufferPointer { y in
        for index in result.indices { result[index] *= y[index] * (1 - y[index]) }
      }
    }
    return result
  }

  private func mapped(_ transform: (Float) -> Float) -> Tensor {
    var result = self
    result.withUnsafeMutableBufferPointer { for index in $0.indices { $0[index] = transform($0[index]) } }
    return result
  }
}
