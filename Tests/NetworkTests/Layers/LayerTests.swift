import Basics
import Testing

@testable import Network

@Suite struct BatchNormTests {
  private func layer(_ reference: Reference) throws -> BatchNorm {
    let layer = BatchNorm(name: "norm", channels: 19)
    layer.weight.values.values = try reference.floats("norm.weight")
    layer.bias.values.values = try reference.floats("norm.bias")
    layer.runningMean.values.values = try reference.floats("norm.mean")
    layer.runningVariance.values.values = try reference.floats("norm.variance")
    return layer
  }

  @Test(arguments: InstructionSet.available) func `agrees with PyTorch`(_ set: InstructionSet) throws {
    let reference = try Reference("layers")
    let workspace = Workspace(set)
    let layer = try layer(reference)
    let x = FeatureMap(try reference.tensor("norm.plain.x"), workspace)
    let out = FeatureMap.unwritten(x.shape)
    layer.forward(x, residual: nil, rectifier: .none, training: false, into: out, workspace)
    expectClose(out.tensor(workspace).values, try reference.floats("norm.evaluated"), "evaluated")
    #expect(out.arePaddingLanesZero)

    layer.forward(x, residual: nil, rectifier: .none, training: true, into: out, workspace)
    expectClose(out.tensor(workspace).values, try reference.floats("norm.plain.y"), "y")
    expectClose(layer.runningMean.values.values, try reference.floats("norm.plain.mean"), "running mean")
    expectClose(layer.runningVariance.values.values, try reference.floats("norm.plain.variance"), "running variance")
    let gradient = FeatureMap(try reference.tensor("norm.plain.g"), workspace)
    layer.backward(x, out: nil, gradient: gradient, residual: nil, workspace)
    expectClose(gradient.tensor(workspace).values, try reference.floats("norm.plain.dx"), "dx")
    expectClose(layer.weight.gradients.values, try reference.floats("norm.plain.dweight"), "dweight")
    expectClose(layer.bias.gradients.values, try reference.floats("norm.plain.dbias"), "dbias")
    #expect(gradient.arePaddingLanesZero)
  }

  @Test(arguments: InstructionSet.available) func `adds a residual and rectifies`(_ set: InstructionSet) throws {
    let reference = try Reference("layers")
    let workspace = Workspace(set)
    let layer = try layer(reference)
    let x = FeatureMap(try reference.tensor("norm.plain.x"), workspace)
    let residual = FeatureMap(try reference.tensor("norm.residual.residual"), workspace)
    let out = FeatureMap.unwritten(x.shape)
    layer.forward(x, residual: residual, rectifier: .relu, training: true, into: out, workspace)
    expectClose(out.tensor(workspace).values, try reference.floats("norm.residual.y"), "y")

    let gradient = FeatureMap(try reference.tensor("norm.residual.g"), workspace)
    let dresidual = FeatureMap.unwritten(x.shape)
    layer.backward(x, out: out, gradient: gradient, residual: Destination(map: dresidual), workspace)
    expectClose(gradient.tensor(workspace).values, try reference.floats("norm.residual.dx"), "dx")
    expectClose(dresidual.tensor(workspace).values, try reference.floats("norm.residual.dresidual"), "dresidual")
    expectClose(layer.weight.gradients.values, try reference.floats("norm.residual.dweight"), "dweight")
    expectClose(layer.bias.gradients.values, try reference.floats("norm.residual.dbias"), "dbias")
  }

  @Test func `keeps its accuracy far from zero`() {
    // A mean 10^4 times the deviation: E[x²] − E[x]² would lose every digit in single precision.
    let workspace = Workspace()
    let values = noise(2 * 600, seed: 8)
    let x = FeatureMap(Tensor(shape: [2, 1, 20, 30], values: values.map { $0 + 10_000 }), workspace)
    let near = FeatureMap(Tensor(shape: [2, 1, 20, 30], values: values), workspace)
    let (a, b) = (FeatureMap(x.shape), FeatureMap(x.shape))
    BatchNorm(name: "far", channels: 1).forward(x, residual: nil, rectifier: .none, training: true, into: a, workspace)
    BatchNorm(name: "near", channels: 1).forward(near, residual: nil, rectifier: .none, training: true, into: b, workspace)
    // 10,000 + x is itself rounded to 1/1024.
    expectClose(a.tensor(workspace).values, b.tensor(workspace).values, rtol: 2e-3, "normalized")
  }
}

@Suite struct PoolingAndUpsamplingTests {
  @Test(arguments: InstructionSet.available) func `pooling agrees with PyTorch`(_ set: InstructionSet) throws {
    let reference = try Reference("layers")
    let workspace = Workspace(set)
    for name in ["three", "two"] {
      let key = "pooling.\(name)"
      let setting = try reference.floats("\(key).setting").map(Int.init)
      let layer = MaxPooling(kernel: setting[0], stride: setting[1], padding: setting[2])
      let x = FeatureMap(try reference.tensor("\(key).x"), workspace)
      let out = FeatureMap.unwritten(layer.outputShape(for: x.shape))
      layer.forward(x, into: out, workspace)
      #expect(out.tensor(workspace) == (try reference.tensor("\(key).y")))
      let dx = FeatureMap.unwritten(x.shape)
      let gradient = FeatureMap(try reference.tensor("\(key).g"), workspace)
      layer.backward(x, out: out, gradient: gradient, into: Destination(map: dx), workspace)
      expectClose(dx.tensor(workspace).values, try reference.floats("\(key).dx"), "\(key).dx")
    }
  }

  @Test(arguments: InstructionSet.available) func `bilinear upsampling agrees with PyTorch`(_ set: InstructionSet) throws {
    let reference = try Reference("layers")
    let workspace = Workspace(set)
    let x = FeatureMap(try reference.tensor("bilinear.x"), workspace)
    let out = FeatureMap.unwritten(BilinearUpsampling.outputShape(for: x.shape))
    BilinearUpsampling.forward(x, into: out, workspace)
    expectClose(out.tensor(workspace).values, try reference.floats("bilinear.y"), "y")
    let dx = FeatureMap.unwritten(x.shape)
    let gradient = FeatureMap(try reference.tensor("bilinear.g"), workspace)
    BilinearUpsampling.backward(gradient, into: Destination(map: dx), workspace)
    expectClose(dx.tensor(workspace).values, try reference.floats("bilinear.dx"), "dx")
    BilinearUpsampling.backward(gradient, into: Destination(map: dx, accumulates: true), workspace)
    expectClose(dx.tensor(workspace).values.map { $0 / 2 }, try reference.floats("bilinear.dx"), "dx added")
  }
}

@Suite struct TensorActivationTests {
  @Test func `sigmoid agrees with PyTorch`() throws {
    let reference = try Reference("layers")
    let x = try reference.tensor("sigmoid.x")
    expectClose(x.sigmoid().values, try reference.floats("sigmoid.y"), "sigmoid")
    expectClose(
      Tensor.sigmoidGradient(x.sigmoid(), try reference.tensor("sigmoid.g")).values, try reference.floats("sigmoid.dx"), "sigmoid.dx")
  }

  @Test func `huge logits do not overflow`() {
    let x = Tensor(shape: [1, 2, 1, 2], values: [1e30, -1e30, -1e30, 1e30])
    #expect(x.sigmoid().values == [1, 0, 0, 1])
  }
}
