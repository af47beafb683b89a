import Glibc

extension Tensor {
  /// The logistic function of each element.
  public func sigmoid() -> Tensor { mapped(Activation.sigmoid) }

  /// The derivative by the logits, given what `sigmoid` made of them and the derivative by that.
  /// - Precondition: equal shapes.
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

  /// Probabilities over the channels of an N×C×H×W tensor; the largest logit of a pixel is taken off first, so that none overflows.
  /// - Precondition: rank 4.
  public func softmax() -> Tensor {
    overChannels(self) { y, _, channels, stride in
      var largest = -Float.infinity
      for channel in 0..<channels { largest = max(largest, y[channel * stride]) }
      var sum: Float = 0
      for channel in 0..<channels {
        y[channel * stride] = expf(y[channel * stride] - largest)
        sum += y[channel * stride]
      }
      for channel in 0..<channels { y[channel * stride] /= sum }
    }
  }

  /// The derivative by the logits, given what `softmax` made of them and the derivative by that.
  /// - Precondition: equal shapes of rank 4.
  public static func softmaxGradient(_ output: Tensor, _ gradient: Tensor) -> Tensor {
    precondition(output.shape == gradient.shape, "a gradient has its output's shape")
    return gradient.overChannels(output) { g, y, channels, stride in
      var mean: Float = 0
      for channel in 0..<channels { mean += g[channel * stride] * y[channel * stride] }
      for channel in 0..<channels { g[channel * stride] = y[channel * stride] * (g[channel * stride] - mean) }
    }
  }

  private func mapped(_ transform: (Float) -> Float) -> Tensor {
    var result = self
    result.withUnsafeMutableBufferPointer { for index in $0.indices { $0[index] = transform($0[index]) } }
    return result
  }

  /// Calls `body` for each pixel with its first channel's place in a copy of this tensor and in the other, the number of channels and their distance.
  private func overChannels(
    _ other: Tensor, _ body: (UnsafeMutablePointer<Float>, UnsafePointer<Float>, _ channels: Int, _ stride: Int) -> Void
  ) -> Tensor {
    precondition(rank == 4, "an N×C×H×W tensor")
    let plane = shape[2] * shape[3]
    var result = self
    result.withUnsafeMutableBufferPointer { target in
      other.withUnsafeBufferPointer { source in
        guard let target = target.baseAddress, let source = source.baseAddress else { return }
        for image in 0..<shape[0] {
          for pixel in 0..<plane {
            let offset = image * shape[1] * plane + pixel
            body(target + offset, source + offset, shape[1], plane)
          }
        }
      }
    }
    return result
  }
}
