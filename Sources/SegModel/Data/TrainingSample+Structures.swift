import Basics
import ImageOps

extension TrainingSample {
  /// Reads a case's image and the masks of structures, and resamples them to a square.
  ///
  /// A structure that was not drawn is unknown, not absent: it has no part in the loss. It is absent where its mask is empty, or where the annotation
  /// file states so.
  /// - Parameter structures: The structures, in the order of the channels; at most 8.
  /// - Throws: Errors of reading; `DatasetError.sizeMismatch`.
  init(_ record: CaseRecord, structures: [StructureName], side: Int, normalization: InputNormalization) throws {
    let image = try record.image()
    let masks = try record.masks(of: structures, size: image.size)
    try self.init(id: record.id, image: image, masks: masks, side: side, normalization: normalization)
  }

  /// A phantom with its true heart; other structures of it are unknown.
  /// - Throws: `CancellationError`.
  init(phantom number: Int, structures: [StructureName], side: Int, normalization: InputNormalization) throws {
    let seed = Self.phantomSeed(number)
    let phantom = try Phantom.make(seed: seed, size: Size(width: 2 * side, height: 2 * side), opacity: number % 3 == 0 ? 0 : nil)
    try self.init(
      id: "phantom-\(seed)", image: phantom.image, masks: structures.map { $0 == .heart ? phantom.heart : nil }, side: side,
      normalization: normalization, isPhantom: true)
  }

  private init(
    id: String, image: GrayImage, masks: [Mask?], side: Int, normalization: InputNormalization, isPhantom: Bool = false
  ) throws {
    let (pixels, frame) = try normalization.input(of: image, side: side)
    var truth = [UInt8](repeating: 0, count: side * side)
    for (channel, mask) in masks.enumerated() {
      guard let small = try mask.map({ try frame.part(of: $0).resampled(to: Size(width: side, height: side)) }) else { continue }
      for row in 0..<side { for column in 0..<side where small[row, column] { truth[row * side + column] |= 1 << UInt8(channel) } }
    }
    self.init(
      id: id, side: side, kind: .opacity, pixels: pixels, truth: truth, isKnown: masks.map { $0 != nil }, isPhantom: isPhantom,
      isSmall: min(image.size.width, image.size.height) < side, holdsLungs: false)
  }
}
