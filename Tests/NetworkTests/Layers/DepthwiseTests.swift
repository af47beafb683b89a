import Basics
import Testing

@testable import Network

/// Against stored PyTorch results (`Tools/fixtures/depthwise.py`) and differences.
@Suite(.serialized) struct DepthwiseTests {
  @Test(arguments: InstructionSet.available) func `agrees with PyTorch forward and backward`(_ set: InstructionSet) throws {
    let reference = try Reference("depthwise")
    let workspace = Workspace(set)
    let cases = reference.cases(of: "depthwise")
    #expect(cases.count == 16)
    for name in cases {
      let key = "depthwise.\(name)"
      let setting = try reference.floats("\(key).setting").map(Int.init)
      let x = try reference.tensor("\(key).x")
      let layer = DepthwiseConvolution(name: name, channels: x.shape[1], kernel: setting[0], stride: setting[1])
      let weight = try reference.tensor("\(key).weight")
      #expect(layer.weight.shape == weight.shape)
      layer.weight.values.values = weight.values
      let input = FeatureMap(x, workspace)
      let expected = try reference.tensor("\(key).y")
      let output = FeatureMap.unwritten(layer.outputShape(for: Source(map: input)))
      layer.forward([Source(map: input)], into: output, workspace)
      #expect(output.tensor(workspace).shape == expected.shape, "\(key)")
      expectClose(output.tensor(workspace).values, expected.values, rtol: 1e-5, "\(key).y")
      #expect(output.arePaddingLanesZero, "\(key)")

      let gradient = FeatureMap(try reference.tensor("\(key).g"), workspace)
      let dx = FeatureMap.unwritten(input.shape)
      layer.backward([Source(map: input)], gradient, into: [Destination(map: dx)], workspace)
      expectClose(dx.tensor(workspace).values, try reference.floats("\(key).dx"), rtol: 1e-5, "\(key).dx")
      #expect(dx.arePaddingLanesZero, "\(key)")
      expectClose(layer.weight.gradients.values, try reference.floats("\(key).dweight"), rtol: 1e-5, "\(key).dweight")
      layer.backward([Source(map: input)], gradient, into: [Destination(map: dx, accumulates: true)], workspace)
      expectClose(dx.tensor(workspace).values.map { $0 / 2 }, try reference.floats("\(key).dx"), rtol: 1e-5, "\(key).dx added")
    }
  }

  @Test(arguments: [3, 5], [1, 2]) func `derivatives agree with differences`(kernel: Int, stride: Int) throws {
    let workspace = Workspace()
    let layer = DepthwiseConvolution(name: "differences", channels: 3, kernel: kernel, stride: stride)
    layer.weight.values.values = noise(layer.weight.count, seed: 5)
    let x = Tensor(shape: [1, 3, 7, 6], values: noise(126, seed: 6))
    let input = FeatureMap(x, workspace)
    let shape = layer.outputShape(for: Source(map: input))
    let direction = Tensor(shape: [1, 3, shape.height, shape.width], values: noise(3 * shape.pixels, seed: 7))
    func loss() -> Double {
      let output = FeatureMap(shape)
      layer.forward([Source(map: input)], into: output, workspace)
      return zip(output.tensor(workspace).values, direction.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let dx = FeatureMap(input.shape)
    layer.backward([Source(map: input)], FeatureMap(direction, workspace), into: [Destination(map: dx)], workspace)
    let before = loss()
    // The loss is linear in either, so a wide step has no error but rounding.
    for index in Swift.stride(from: 0, to: layer.weight.count, by: 7) {
      layer.weight.values.values[index] += 1
      #expect(abs(loss() - before - Double(layer.weight.gradients.values[index])) < 1e-3)
      layer.weight.values.values[index] -= 1
    }
    let gradient = dx.tensor(workspace)
    for index in Swift.stride(from: 0, to: x.count, by: 11) {
      var moved = x
      moved.withUnsafeMutableBufferPointer { $0[index] += 1 }
      input.load(moved, workspace)
      #expect(abs(loss() - before - Double(gradient.values[index])) < 1e-3)
    }
  }

  /// More rows than a task takes, and every number of threads.
  @Test func `large images go band by band to the same bits`() throws {
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    let workspace = Workspace()
    let layer = DepthwiseConvolution(name: "large", channels: 17, kernel: 5, stride: 2)
    layer.weight.values.values = noise(layer.weight.count, seed: 4)
    let x = Tensor(shape: [2, 17, 131, 126], values: noise(2 * 17 * 131 * 126, seed: 3))
    let input = FeatureMap(x, workspace)
    let shape = layer.outputShape(for: Source(map: input))
    let gradient = FeatureMap(Tensor(shape: [2, 17, shape.height, shape.width], values: noise(34 * shape.pixels, seed: 8)), workspace)
    var results: [[Float]] = []
    for threads in [1, 3] {
      Parallel.threadCount = threads
      let output = FeatureMap.unwritten(shape)
      let dx = FeatureMap.unwritten(input.shape)
      layer.forward([Source(map: input)], into: output, workspace)
      layer.backward([Source(map: input)], gradient, into: [Destination(map: dx)], workspace)
      results.append(output.tensor(workspace).values + dx.tensor(workspace).values + layer.weight.gradients.values)
    }
    #expect(results[0] == results[1])
    let found = FeatureMap(shape)
    layer.forward([Source(map: input)], into: found, workspace)
    let output = found.tensor(workspace)
    let weight = layer.weight.values.values
    for (image, channel, row, column) in [(0, 0, 0, 0), (1, 16, 65, 62), (0, 3, 30, 31), (1, 9, 17, 0), (0, 12, 64, 40)] {
      var sum = 0.0
      for tap in 0..<25 {
        let (y, z) = (2 * row + tap / 5 - 2, 2 * column + tap % 5 - 2)
        guard (0..<131).contains(y), (0..<126).contains(z) else { continue }
        sum += Double(x[image, channel, y, z]) * Double(weight[channel * 25 + tap])
      }
      #expect(abs(Double(output[image, channel, row, column]) - sum) < 1e-4)
    }
  }

  @Test(arguments: InstructionSet.available) func `batch norm with ReLU6 agrees with PyTorch`(_ set: InstructionSet) throws {
    let reference = try Reference("depthwise")
    let workspace = Workspace(set)
    let layer = BatchNorm(name: "norm", channels: 19, setting: BatchNorm.Setting(epsilon: 1e-3, momentum: 0.05))
    layer.weight.values.values = try reference.floats("norm.weight")
    layer.bias.values.values = try reference.floats("norm.bias")
    let x = FeatureMap(try reference.tensor("norm.x"), workspace)
    let out = FeatureMap.unwritten(x.shape)
    layer.forward(x, residual: nil, rectifier: .relu6, training: true, into: out, workspace)
    expectClose(out.tensor(workspace).values, try reference.floats("norm.y"), rtol: 1e-5, "y")
    #expect(out.tensor(workspace).values.max() == 6)
    expectClose(layer.runningMean.values.values, try reference.floats("norm.mean"), "running mean")
    expectClose(layer.runningVariance.values.values, try reference.floats("norm.variance"), "running variance")
    let gradient = FeatureMap(try reference.tensor("norm.g"), workspace)
    layer.backward(x, out: out, rectifier: .relu6, gradient: gradient, residual: nil, workspace)
    expectClose(gradient.tensor(workspace).values, try reference.floats("norm.dx"), "dx")
    expectClose(layer.weight.gradients.values, try reference.floats("norm.dweight"), "dweight")
    expectClose(layer.bias.gradients.values, try reference.floats("norm.dbias"), "dbias")
  }

  /// Prediction multiplies by weights with the batch norm folded in; it agrees with the unit in evaluation mode.
  @Test(arguments: InstructionSet.available) func `folded units agree with their layers`(_ set: InstructionSet) throws {
    let workspace = Workspace(set)
    let pool = FeatureMapPool()
    let convolutions: [any ConvolutionLayer] = [
      DepthwiseConvolution(name: "a", channels: 18, kernel: 3, stride: 2),
      DepthwiseConvolution(name: "b", channels: 18, kernel: 5, stride: 1),
      Convolution(name: "c", inputs: [18], outputs: 20, kernel: 1),
    ]
    for (index, convolution) in convolutions.enumerated() {
      let unit = ConvolutionUnit(convolution, norm: BatchNorm(name: "norm", channels: convolution.outputs), rectifier: .relu6)
      let norm = try #require(unit.norm)
      convolution.weight.values.values = noise(convolution.weight.count, seed: 11)
      norm.weight.values.values = noise(convolution.outputs, seed: 12).map { 2 + $0 }
      norm.bias.values.values = noise(convolution.outputs, seed: 13)
      norm.runningMean.values.values = noise(convolution.outputs, seed: 14)
      norm.runningVariance.values.values = noise(convolution.outputs, seed: 15).map { 1 + $0 * $0 }
      let x = FeatureMap(Tensor(shape: [2, 18, 13, 10], values: noise(36 * 130, seed: 16)), workspace)
      let expected = unit.forward([Source(map: x)], residual: nil, training: false, pool, workspace).tensor(workspace)
      let output = FeatureMap.unwritten(convolution.outputShape(for: Source(map: x)))
      unit.folded().apply([Source(map: x)], residual: nil, into: output, workspace)
      expectClose(output.tensor(workspace).values, expected.values, rtol: 1e-5, "unit \(index)")
      #expect(output.arePaddingLanesZero && expected.values.max() == 6 && expected.values.min() == 0)
    }
  }
}
