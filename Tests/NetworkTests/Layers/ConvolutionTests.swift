import Basics
import Testing

@testable import Network

@Suite struct ConvolutionTests {
  static let sets = InstructionSet.available

  @Test(arguments: sets) func `agrees with PyTorch forward and backward`(_ set: InstructionSet) throws {
    let reference = try Reference("layers")
    let workspace = Workspace(set)
    let cases = reference.cases(of: "convolution")
    #expect(cases.count == 10)
    for name in cases {
      let key = "convolution.\(name)"
      let setting = try reference.floats("\(key).setting").map(Int.init)
      let x = try reference.tensor("\(key).x")
      let weight = try reference.tensor("\(key).weight")
      let layer = Convolution(
        name: name, inputs: [x.shape[1]], outputs: weight.shape[0], kernel: setting[0], stride: setting[1], padding: setting[2],
        hasBias: reference.has("\(key).bias"))
      layer.weight.values.values = weight.values
      if let bias = layer.bias { bias.values.values = try reference.floats("\(key).bias") }

      let input = FeatureMap(x, workspace)
      let expected = try reference.tensor("\(key).y")
      let output = FeatureMap.unwritten(layer.outputShape(for: Source(map: input)))
      layer.forward([Source(map: input)], into: output, workspace)
      expectClose(output.tensor(workspace).values, expected.values, "\(key).y")
      #expect(output.tensor(workspace).shape == expected.shape)
      #expect(output.arePaddingLanesZero, "\(key)")

      let gradient = FeatureMap(try reference.tensor("\(key).g"), workspace)
      let dx = FeatureMap.unwritten(input.shape)
      layer.backward([Source(map: input)], gradient, into: [Destination(map: dx)], workspace)
      expectClose(dx.tensor(workspace).values, try reference.floats("\(key).dx"), "\(key).dx")
      #expect(dx.arePaddingLanesZero, "\(key)")
      expectClose(layer.weight.gradients.values, try reference.floats("\(key).dweight"), "\(key).dweight")
      if let bias = layer.bias { expectClose(bias.gradients.values, try reference.floats("\(key).dbias"), "\(key).dbias") }

      // Added to what is there: twice the same.
      layer.backward([Source(map: input)], gradient, into: [Destination(map: dx, accumulates: true)], workspace)
      expectClose(dx.tensor(workspace).values.map { $0 / 2 }, try reference.floats("\(key).dx"), "\(key).dx added")
    }
  }

  @Test(arguments: sets) func `reads an enlarged map joined with another`(_ set: InstructionSet) throws {
    let reference = try Reference("layers")
    let workspace = Workspace(set)
    let x = FeatureMap(try reference.tensor("joined.x"), workspace)
    let skip = FeatureMap(try reference.tensor("joined.skip"), workspace)
    let layer = Convolution(name: "joined", inputs: [18, 3], outputs: 6, kernel: 3)
    layer.weight.values.values = try reference.floats("joined.weight")
    let sources = [Source(map: x, isEnlarged: true), Source(map: skip)]
    let output = FeatureMap.unwritten(layer.outputShape(for: sources[0]))
    layer.forward(sources, into: output, workspace)
    expectClose(output.tensor(workspace).values, try reference.floats("joined.y"), "y")

    let gradient = FeatureMap(try reference.tensor("joined.g"), workspace)
    let (dx, dskip) = (FeatureMap.unwritten(x.shape), FeatureMap.unwritten(skip.shape))
    layer.backward(sources, gradient, into: [Destination(map: dx, isEnlarged: true), Destination(map: dskip)], workspace)
    expectClose(dx.tensor(workspace).values, try reference.floats("joined.dx"), "dx")
    expectClose(dskip.tensor(workspace).values, try reference.floats("joined.dskip"), "dskip")
    expectClose(layer.weight.gradients.values, try reference.floats("joined.dweight"), "dweight")
  }

  /// The definition, in double precision.
  private func direct(_ x: Tensor, _ weight: [Float], outputs: Int) -> [Float] {
    let (images, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let values = x.values
    var result: [Float] = []
    for image in 0..<images {
      for output in 0..<outputs {
        for row in 0..<height {
          for column in 0..<width {
            var sum = 0.0
            for channel in 0..<channels {
              for tap in 0..<9 {
                let (y, x) = (row + tap / 3 - 1, column + tap % 3 - 1)
                guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
                let value = values[((image * channels + channel) * height + y) * width + x]
                sum += Double(value) * Double(weight[(output * channels + channel) * 9 + tap])
              }
            }
            result.append(Float(sum))
          }
        }
      }
    }
    return result
  }

  @Test func `large pictures go block by block to the same result`() throws {
    // More tiles than are transformed at once, and sides that are no multiples of a tile.
    let workspace = Workspace()
    let x = Tensor(shape: [1, 2, 131, 126], values: noise(2 * 131 * 126, seed: 3))
    let layer = Convolution(name: "large", inputs: [2], outputs: 3, kernel: 3)
    layer.weight.values.values = noise(layer.weight.count, seed: 4)
    let input = FeatureMap(x, workspace)
    let output = FeatureMap.unwritten(layer.outputShape(for: Source(map: input)))
    layer.forward([Source(map: input)], into: output, workspace)
    expectClose(output.tensor(workspace).values, direct(x, layer.weight.values.values, outputs: 3), rtol: 1e-5, "y")
  }

  @Test(arguments: [3, 5]) func `derivatives agree with differences`(kernel: Int) throws {
    let workspace = Workspace()
    let layer = Convolution(name: "differences", inputs: [3], outputs: 4, kernel: kernel, stride: kernel == 3 ? 1 : 2)
    layer.weight.values.values = noise(layer.weight.count, seed: 5)
    let x = Tensor(shape: [1, 3, 7, 6], values: noise(126, seed: 6))
    let input = FeatureMap(x, workspace)
    let shape = layer.outputShape(for: Source(map: input))
    let direction = Tensor(shape: [1, 4, shape.height, shape.width], values: noise(4 * shape.pixels, seed: 7))

    func loss() -> Double {
      let output = FeatureMap(shape)
      layer.forward([Source(map: input)], into: output, workspace)
      return zip(output.tensor(workspace).values, direction.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let dx = FeatureMap(input.shape)
    layer.backward([Source(map: input)], FeatureMap(direction, workspace), into: [Destination(map: dx)], workspace)
    // The loss is linear in either, so a wide step has no error but rounding.
    for index in stride(from: 0, to: layer.weight.count, by: 17) {
      let before = loss()
      layer.weight.values.values[index] += 1
      #expect(abs(loss() - before - Double(layer.weight.gradients.values[index])) < 1e-3)
      layer.weight.values.values[index] -= 1
    }
    let gradient = dx.tensor(workspace)
    for index in stride(from: 0, to: x.count, by: 11) {
      var moved = x
      let before = loss()
      moved.withUnsafeMutableBufferPointer { $0[index] += 1 }
      input.load(moved, workspace)
      #expect(abs(loss() - before - Double(gradient.values[index])) < 1e-3)
      input.load(x, workspace)
    }
  }
}
