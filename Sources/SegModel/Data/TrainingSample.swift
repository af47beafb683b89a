import Basics
import ImageOps

/// An X-ray and its reference masks at working resolution, for training.
public struct TrainingSample: Sendable {
  /// The case's identifier.
  public let id: String
  /// The side of the square in pixels.
  public let side: Int
  /// Row-major intensities, scaled so that 0 is the 1st and 1 the 99th percentile; not clipped.
  public let pixels: [Float]
  /// Reference bits per pixel: 1 right lung, 2 left lung, 4 opacity; 8, 16, 32 upper, middle, lower third of its lung. Of a sample of structures, bit n
  /// is structure n.
  public let truth: [UInt8]
  /// Whether the reference of each channel is known; an unknown channel has no part in the loss.
  public let isKnown: [Bool]
  /// Whether opacity was drawn pixel by pixel.
  public var hasDrawnOpacity: Bool { kind == .opacity }
  /// Which reference the case has.
  public let kind: CaseRecord.Kind
  /// Whether the image is synthetic.
  public let isPhantom: Bool
  /// The reader scores.
  public let scores: ReaderScores
  /// Whether the image has fewer rows or columns than the network's square, so that it is blurred there.
  public let isSmall: Bool

  /// Creates a sample; the thirds of each lung are added to `truth` if it holds lungs.
  /// - Precondition: `side * side` pixels and reference bits, one flag per channel.
  public init(
    id: String, side: Int, kind: CaseRecord.Kind, pixels: [Float], truth: [UInt8], isKnown: [Bool], isPhantom: Bool = false,
    scores: ReaderScores = ReaderScores(), isSmall: Bool = false, holdsLungs: Bool = true
  ) {
    precondition(pixels.count == side * side && truth.count == side * side, "pixels and truth fill the square")
    precondition(holdsLungs ? isKnown.count == SegmentationChannel.allCases.count : isKnown.count <= 8, "one flag per channel")
    self.id = id
    self.side = side
    self.kind = kind
    self.pixels = pixels
    self.truth = holdsLungs ? Self.divided(truth, side: side) : truth
    self.isKnown = isKnown
    self.isPhantom = isPhantom
    self.scores = scores
    self.isSmall = isSmall
  }

  /// Creates a sample from a phantom with known lungs and opacity; every third is clear.
  ///
  /// Its seeds are beyond those of examples and tests, so that a phantom at the prompt is never one that was learned from.
  /// - Throws: `CancellationError`.
  public init(phantom number: Int, side: Int, normalization: InputNormalization = .film) throws {
    let seed = Self.phantomSeed(number)
    let phantom = try Phantom.make(seed: seed, size: Size(width: 2 * side, height: 2 * side), opacity: number % 3 == 0 ? 0 : nil)
    let target = Size(width: side, height: side)
    let (pixels, frame) = try normalization.input(of: phantom.image, side: side)
    var truth = try frame.part(of: phantom.lungs).resampled(to: target).labels.map { UInt8(truncatingIfNeeded: $0 & 3) }
    let opacity = try frame.part(of: phantom.opacity).resampled(to: target)
    for row in 0..<side {
      for column in 0..<side where opacity[row, column] { truth[row * side + column] |= 4 }
    }
    self.init(
      id: "phantom-\(seed)", side: side, kind: .opacity, pixels: pixels, truth: truth, isKnown: [true, true, true], isPhantom: true)
  }

  /// The seed of a phantom that a training shows.
  static func phantomSeed(_ number: Int) -> UInt64 { 1_000_000 + UInt64(number) }

  /// Reads a case's image and masks and resamples them to a square: area means for the image, nearest neighbors for the masks.
  ///
  /// A lung that was not drawn is unknown, not absent. Opacity is known to be absent if a reader scored 0 or found nothing. An unlabeled case takes
  /// its opacity from the teacher.
  /// - Parameters:
  ///   - normalization: How the image is prepared for the network.
  ///   - knowsScores: Whether to use the reader scores.
  ///   - teacher: A model that labels what nobody drew; without one the opacity of an unlabeled case is unknown.
  /// - Throws: Errors of reading; `DatasetError.sizeMismatch`.
  public init(
    _ record: CaseRecord, side: Int, normalization: InputNormalization = .film, knowsScores: Bool = true, teacher: Teacher? = nil
  ) throws {
    let target = Size(width: side, height: side)
    let image = try record.image()
    let (pixels, frame) = try normalization.input(of: image, side: side)
    var drawn = try record.truth(size: image.size)
    if record.kind == .unlabeled, let teacher {
      drawn = CaseTruth(lungs: nil, opacity: try teacher.opacity(in: image, of: record))
    }
    var truth = [UInt8](repeating: 0, count: target.count)
    var isKnown = [false, false, false]
    if let lungs = drawn.lungs {
      let labels = try frame.part(of: lungs).resampled(to: target).labels
      for index in labels.indices where labels[index] == 1 || labels[index] == 2 { truth[index] = UInt8(labels[index]) }
      isKnown[0] = labels.contains(1)
      isKnown[1] = labels.contains(2)
    }
    if let opacity = drawn.opacity {
      let small = try frame.part(of: opacity).resampled(to: target)
      for row in 0..<side {
        for column in 0..<side where small[row, column] { truth[row * side + column] |= 4 }
      }
      isKnown[2] = true
    } else if knowsScores, record.isKnownToBeClear {
      isKnown[2] = true
    }
    self.init(
      id: record.id, side: side, kind: record.kind, pixels: pixels, truth: truth, isKnown: isKnown,
      scores: knowsScores ? ReaderScores(extent: record.geographicExtent, zones: record.brixiaZones) : ReaderScores(),
      isSmall: min(image.size.width, image.size.height) < side)
  }

  /// The truth with the thirds of each lung, by its own first and last row.
  private static func divided(_ truth: [UInt8], side: Int) -> [UInt8] {
    var divided = truth
    for label in Lung.allCases.map({ UInt8($0.label) }) {
      let rows = (0..<side).filter { row in truth[row * side..<(row + 1) * side].contains { $0 & 3 == label } }
      guard let top = rows.first, let bottom = rows.last else { continue }
      let thirds = LungThirds(rows: top..<bottom + 1)
      for row in thirds.rows {
        let third: UInt8 = 8 << UInt8(thirds.number(ofRow: row))
        for index in row * side..<(row + 1) * side where truth[index] & 3 == label { divided[index] = truth[index] & 7 | third }
      }
    }
    return divided
  }

  /// The place in `LungZone.allCases` of the zone that truth bits stand for; nil outside the lungs.
  @inline(__always)
  static func zone(_ bits: UInt8) -> Int? {
    guard bits & 3 != 0, bits & 56 != 0 else { return nil }
    return LungZone.index(bits & 1 != 0 ? .right : .left, bits & 8 != 0 ? 0 : bits & 16 != 0 ? 1 : 2)
  }

  static func check(_ found: Size, is expected: Size, path: String) throws(DatasetError) {
    guard found == expected else { throw .sizeMismatch(mask: path, found: found.description, expected: expected.description) }
  }
}

extension CaseRecord {
  /// Whether readers scored the case.
  public var hasScores: Bool { brixia != nil || geographicExtent != nil }

  /// Whether the case is known, without a mask, to have no opacity.
  public var isKnownToBeClear: Bool { kind == .clear || brixia == 0 || finding == "No Finding" }

  /// The drawn lungs as labels, 1 the patient's right and 2 the left; a mask of both lungs is split.
  func lungLabels(path: String, size: Size) throws -> LabelImage {
    let drawn = try LabelImage.read(from: path)
    try TrainingSample.check(drawn.size, is: size, path: path)
    return kind == .lungs ? try drawn.foreground.splitIntoLungs() : drawn
  }
}
