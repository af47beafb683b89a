/// Lists the steps of a network, block by block.
struct NetworkBuilder {
  private(set) var steps: [NetworkDescription.Step] = []

  /// Index of the next step.
  var next: Int { steps.count }

  private mutating func add(_ step: NetworkDescription.Step) -> Int {
    steps.append(step)
    return steps.count - 1
  }

  /// Convolution, batch norm, residual sum, rectifier.
  mutating func unit(
    _ name: String, norm: String, from inputs: [NetworkDescription.Input], channels: Int, kernel: Int, stride: Int = 1,
    residual: Int? = nil,
    rectifier: Rectifier = .relu
  ) -> Int {
    add(
      NetworkDescription.Step(
        operation: .convolution(kernel: kernel, stride: stride), name: name, norm: norm, inputs: inputs, residual: residual,
        channels: channels, rectifier: rectifier))
  }

  mutating func pooling(of step: Int, kernel: Int, stride: Int) -> Int {
    add(
      NetworkDescription.Step(
        operation: .maximum(kernel: kernel, stride: stride), inputs: [.init(step: step)], channels: steps[step].channels))
  }

  /// The convolution with bias that computes the logits, and their enlargement where it runs at half the image's size.
  mutating func head(from step: Int, classes: Int, kernel: Int, isEnlarged: Bool) -> Int {
    let head = add(
      NetworkDescription.Step(
        operation: .convolution(kernel: kernel, stride: 1), name: "segmentation_head.0", inputs: [.init(step: step)], channels: classes))
    guard isEnlarged else { return head }
    return add(NetworkDescription.Step(operation: .enlargement, inputs: [.init(step: head)], channels: classes))
  }

  /// ResNet's basic block (He et al. 2016): two 3×3 units and a sum with the input, which a 1×1 unit adapts where shapes differ.
  mutating func basicBlock(_ name: String, from input: Int, channels: Int, stride: Int) -> Int {
    let isPlain = stride == 1 && steps[input].channels == channels
    let first = unit(
      name + ".conv1", norm: name + ".bn1", from: [.init(step: input)], channels: channels, kernel: 3, stride: stride)
    let second = unit(
      name + ".conv2", norm: name + ".bn2", from: [.init(step: first)], channels: channels, kernel: 3, residual: isPlain ? input : next + 1)
    if !isPlain {
      _ = unit(
        name + ".downsample.0", norm: name + ".downsample.1", from: [.init(step: input)], channels: channels, kernel: 1, stride: stride,
        rectifier: .none)
    }
    return second
  }

  /// MobileNetV2's inverted residual (Sandler et al. 2018), named as in the EfficientNet packages: 1×1 to more channels, a depthwise window, 1×1 back
  /// without a rectifier, and a sum with the input where shapes agree.
  mutating func invertedResidual(_ name: String, from input: Int, expansion: Int, channels: Int, kernel: Int, stride: Int) -> Int {
    let inputs = steps[input].channels
    let wide =
      expansion == 1
      ? input
      : unit(
        name + "._expand_conv", norm: name + "._bn0", from: [.init(step: input)], channels: inputs * expansion, kernel: 1, rectifier: .relu6
      )
    let windowed = add(
      NetworkDescription.Step(
        operation: .depthwise(kernel: kernel, stride: stride), name: name + "._depthwise_conv", norm: name + "._bn1",
        inputs: [.init(step: wide)], channels: inputs * expansion, rectifier: .relu6))
    return unit(
      name + "._project_conv", norm: name + "._bn2", from: [.init(step: windowed)], channels: channels, kernel: 1,
      residual: stride == 1 && inputs == channels ? input : nil, rectifier: .none)
  }

  /// U-Net's decoder: at each step the map enlarged twice, joined with the encoder's map of that size, then two 3×3 units.
  /// - Parameter skips: the encoder's maps, deepest first; where they end the map alone is read.
  mutating func decoder(from bottleneck: Int, skips: [Int], widths: [Int]) -> Int {
    var current = bottleneck
    for (index, width) in widths.enumerated() {
      let name = "decoder.blocks.\(index)"
      var inputs = [NetworkDescription.Input(step: current, isEnlarged: true)]
      if index < skips.count { inputs.append(.init(step: skips[index])) }
      current = unit(name + ".conv1.0", norm: name + ".conv1.1", from: inputs, channels: width, kernel: 3)
      current = unit(name + ".conv2.0", norm: name + ".conv2.1", from: [.init(step: current)], channels: width, kernel: 3)
    }
    return current
  }
}
