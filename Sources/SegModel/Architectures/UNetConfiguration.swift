/// The settings of `unet-resnet18`: a U-Net whose encoder is a ResNet-18, as segmentation_models_pytorch builds it.
///
/// Encoder widths are w, w, 2w, 4w, 8w at strides 2, 4, 8, 16, 32; decoder widths 4w, 2w, w, w/2, w/4. With w = 64 it is the standard network
/// (14.3 million parameters); narrower ones have the same names and proportional shapes.
public struct UNetConfiguration: Hashable, Sendable {
  /// Name of the architecture in weight files.
  public static let architecture = "unet-resnet18"

  /// Channels of the input picture, 1...64.
  public let inChannels: Int
  /// Channels of the output (logits), 1...1024.
  public let classes: Int
  /// w: a multiple of 4 in 8...256.
  public let width: Int

  /// - Throws: `NetworkError.invalidConfiguration`.
  public init(inChannels: Int = 1, classes: Int, width: Int = 64) throws {
    func check(_ setting: String, _ value: Int, _ holds: Bool, _ allowed: String) throws {
      guard holds else { throw NetworkError.invalidConfiguration(setting: setting, value: value, allowed: allowed) }
    }
    try check("inChannels", inChannels, (1...64).contains(inChannels), "in 1...64")
    try check("classes", classes, (1...1024).contains(classes), "in 1...1024")
    try check("width", width, (8...256).contains(width) && width % 4 == 0, "a multiple of 4 in 8...256")
    self.inChannels = inChannels
    self.classes = classes
    self.width = width
  }

  /// The configuration that weights of these shapes belong to.
  /// - Throws: `NetworkError` where the stem or the head is missing or has no sensible shape; the other shapes are checked when a network is built.
  public init(inferredFrom shapes: [String: [Int]]) throws {
    let stem = "encoder.conv1.weight"
    let head = "segmentation_head.0.weight"
    guard let stemShape = shapes[stem] else { throw NetworkError.missingWeight(name: stem) }
    guard let headShape = shapes[head] else { throw NetworkError.missingWeight(name: head) }
    guard stemShape.count == 4 else { throw NetworkError.wrongWeightShape(name: stem, expected: [64, 1, 7, 7], found: stemShape) }
    guard headShape.count == 4 else { throw NetworkError.wrongWeightShape(name: head, expected: [2, 16, 3, 3], found: headShape) }
    try self.init(inChannels: stemShape[1], classes: headShape[0], width: stemShape[0])
  }

  /// Widths of the five encoder stages, from stride 2 to stride 32.
  var encoderWidths: [Int] { [width, width, 2 * width, 4 * width, 8 * width] }
  /// Widths of the five decoder blocks, from stride 16 to stride 1.
  var decoderWidths: [Int] { [4 * width, 2 * width, width, width / 2, width / 4] }
  /// Channels of the skip connections that the decoder blocks take.
  var skipWidths: [Int] { [4 * width, 2 * width, width, width, 0] }

  /// Channels of the pooled bottleneck (`UNetOutput.features`).
  public var featureCount: Int { 8 * width }

  /// Bytes that the feature maps of one forward pass take, channels padded to whole blocks; saturates at `Int.max`.
  func activationBytes(images: Int, height: Int, width: Int) -> Int {
    func floats(_ channels: Int, stride: Int, _ maps: Int) -> Double {
      let lanes = Double(FeatureMap.blocks(of: channels) * FeatureMap.lanes * maps)
      return lanes * Double(height) * Double(width) / Double(stride * stride)
    }
    var total = floats(inChannels, stride: 1, 1) + floats(classes, stride: 1, 1)
    for (index, channels) in encoderWidths.enumerated() { total += floats(channels, stride: 2 << index, index == 0 ? 2 : 9) }
    for (index, channels) in decoderWidths.enumerated() { total += floats(channels, stride: 16 >> index, 4) }
    let bytes = total * Double(images) * 4
    return bytes < 0x1p62 ? Int(bytes) : Int.max / 4
  }
}
