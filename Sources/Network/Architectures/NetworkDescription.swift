/// What a network is: its layers, what each reads, and the names of its weights. Training, prediction, the layers of a file, tiling and memory
/// estimates follow this one list, so a new architecture is a new list.
struct NetworkDescription: Sendable {
  /// What a step computes.
  enum Operation: Sendable, Equatable {
    /// Over all channels, padding kernel / 2.
    case convolution(kernel: Int, stride: Int)
    /// Each channel by itself, padding kernel / 2.
    case depthwise(kernel: Int, stride: Int)
    /// The largest value under a window, padding kernel / 2.
    case maximum(kernel: Int, stride: Int)
    /// Bilinear enlargement by 2.
    case enlargement

    var kernel: Int {
      switch self {
      case .convolution(let kernel, _), .depthwise(let kernel, _), .maximum(let kernel, _): kernel
      case .enlargement: 1
      }
    }
    var stride: Int {
      switch self {
      case .convolution(_, let stride), .depthwise(_, let stride), .maximum(_, let stride): stride
      case .enlargement: 1
      }
    }
  }

  /// The output of a step, or the image, as another step reads it. Several inputs are concatenated.
  struct Input: Sendable, Equatable {
    /// Index of the step; nil for the image.
    let step: Int?
    /// Enlarged by 2, nearest neighbor.
    var isEnlarged = false

    static let image = Input(step: nil)
  }

  struct Step: Sendable {
    let operation: Operation
    /// Name of the convolution in files; empty for a step without weights.
    var name = ""
    /// Name of the batch norm in files; nil for none, and then the convolution has a bias.
    var norm: String?
    let inputs: [Input]
    /// Index of the step whose output is added before the rectifier.
    var residual: Int?
    /// Channels of the output.
    let channels: Int
    var rectifier = Rectifier.none
  }

  let inChannels: Int
  let normalization: BatchNorm.Setting
  /// In the order of parameters in files and for the optimizer. A step may read a later one.
  let steps: [Step]
  /// The step whose output, averaged over its pixels, is `UNetOutput.features`.
  let features: Int
  /// The step that computes the logits.
  let logits: Int
  /// Indices of the steps in an order in which they can run: each after those that it reads.
  let order: [Int]
  /// How many times as large as the output of each step the image is.
  let strides: [Int]
  /// The largest stride, that of the step whose output becomes the features; the sides of the image are padded to multiples of it.
  let stride: Int

  init(inChannels: Int, normalization: BatchNorm.Setting = BatchNorm.Setting(), steps: [Step], features: Int, logits: Int) {
    self.inChannels = inChannels
    self.normalization = normalization
    self.steps = steps
    self.features = features
    self.logits = logits
    var order: [Int] = []
    var strides = [Int](repeating: 0, count: steps.count)
    func visit(_ index: Int) {
      guard strides[index] == 0 else { return }
      let step = steps[index]
      for input in step.inputs { if let own = input.step { visit(own) } }
      if let residual = step.residual { visit(residual) }
      let first = step.inputs[0]
      let scale = (first.step.map { strides[$0] } ?? 1) * step.operation.stride
      strides[index] = first.isEnlarged || step.operation == .enlargement ? scale / 2 : scale
      order.append(index)
    }
    visit(logits)
    precondition(order.count == steps.count, "every step leads to the logits")
    self.order = order
    self.strides = strides
    stride = strides[features]
    precondition(stride == strides.max(), "the features come from the smallest map")
  }

  var classes: Int { steps[logits].channels }
  var featureCount: Int { steps[features].channels }
  /// Name of the weight that reads the image: its shape states the input channels and the width.
  var stem: String { weightName(of: steps.first { $0.inputs == [.image] }) }
  /// Name of the last weight, whose shape states the classes.
  var head: String { weightName(of: order.reversed().map { steps[$0] }.first { !$0.name.isEmpty }) }
  private func weightName(of step: Step?) -> String { (step?.name ?? "") + ".weight" }

  /// `length` rounded up to a multiple of the largest stride.
  func padded(_ length: Int) -> Int { (length + stride - 1) / stride * stride }

  /// Channels of each input of a step.
  func channels(of step: Step) -> [Int] { step.inputs.map { $0.step.map { steps[$0].channels } ?? inChannels } }

  /// Bytes that the feature maps of one forward pass take, channels padded to whole blocks; saturates at `Int.max`.
  func activationBytes(images: Int, height: Int, width: Int) -> Int {
    func floats(_ channels: Int, stride: Int, maps: Int) -> Double {
      Double(FeatureMap.blocks(of: channels) * FeatureMap.lanes * maps) * Double(height) * Double(width) / Double(stride * stride)
    }
    var total = floats(inChannels, stride: 1, maps: 1)
    for (step, stride) in zip(steps, strides) {
      // A unit keeps its convolution's output beside what the rectifier makes of it.
      total += floats(step.channels, stride: stride, maps: step.rectifier == .none ? 1 : 2)
    }
    let bytes = total * Double(images) * 4
    return bytes < 0x1p62 ? Int(bytes) : Int.max / 4
  }

  /// How far the input reaches that a pixel of the bottleneck's place in the output depends on, in px: before its first row or column, and behind its
  /// last. The layers' windows counted backwards.
  var reach: (before: Int, after: Int) {
    let side = stride
    var reach = (before: 0, after: 0)
    var needed = [ClosedRange<Int>?](repeating: nil, count: steps.count)
    needed[logits] = 0...side - 1
    func need(_ range: ClosedRange<Int>, of input: Input) {
      guard let index = input.step else {
        reach = (max(reach.before, -range.lowerBound), max(reach.after, range.upperBound - side + 1))
        return
      }
      let own = input.isEnlarged ? range.lowerBound >> 1...range.upperBound >> 1 : range
      let known = needed[index] ?? own
      needed[index] = min(known.lowerBound, own.lowerBound)...max(known.upperBound, own.upperBound)
    }
    for index in order.reversed() {
      guard let range = needed[index] else { continue }
      let step = steps[index]
      let (kernel, stride) = (step.operation.kernel, step.operation.stride)
      let read =
        step.operation == .enlargement
        ? (range.lowerBound - 1) >> 1...(range.upperBound + 1) >> 1
        : range.lowerBound * stride - kernel / 2...range.upperBound * stride - kernel / 2 + kernel - 1
      for input in step.inputs { need(read, of: input) }
      if let residual = step.residual { need(range, of: Input(step: residual)) }
    }
    return reach
  }
}
