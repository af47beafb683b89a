import ImageOps
import SegLang
import SegModel

/// The lungs, and what a model saw, that a mask belongs to. The one rule for all who ask: of what the mask was made from, along the first input of each step
/// before any other, the first segmentation or labeled lungs of its size, and only without these the phantom's.
package struct ChestOrigin {
  package let lungs: LabelImage?
  /// The segmentation that the lungs are from; for lungs that were given as labels, the first that there is.
  package let segmentation: Segmentation?
  /// Whether other lungs, not an earlier state of these, were used to make the mask too.
  package let isAmbiguous: Bool

  package init(of value: (any Value)?, from origins: [Step], size: Size) {
    var seen = Set<Int>()
    let steps = origins.flatMap(\.originsInOrder).filter { seen.insert($0.id).inserted }
    let candidates: [(value: any Value, step: Step?)] =
      (value.map { [($0, nil)] } ?? [])
      + steps.compactMap { step in
        step.value.map { (value: $0, step: step) }
      }
    let found = candidates.compactMap { value, step in Self.lungs(in: value, size).map { (lungs: $0, value: value, step: step) } }
    let chosen =
      found.first
      ?? candidates.lazy.compactMap { value, step in
        (value as? any PixelValue)?.lungLabels.flatMap { $0.size == size ? (lungs: $0, value: value, step: step) : nil }
      }.first
    lungs = chosen?.lungs
    segmentation =
      chosen?.value as? Segmentation
      ?? candidates.lazy.compactMap { $0.value as? Segmentation }.first { $0.size == size }
      ?? candidates.lazy.compactMap { $0.value as? Segmentation }.first
    let earlier = Set((chosen?.step?.ancestry ?? []).map(\.id))
    isAmbiguous = found.contains { other in
      guard let step = other.step, !earlier.contains(step.id) else { return false }
      return other.lungs.labels != chosen?.lungs.labels
    }
  }

  private static func lungs(in value: any Value, _ size: Size) -> LabelImage? {
    guard let pixels = value as? any PixelValue, !pixels.isTruth, pixels.size == size else { return nil }
    return pixels.lungLabels
  }
}

extension Context {
  /// The lungs that a value of this size was made with; nil where none are known. See ``ChestOrigin``.
  package func lungs(of size: Size) -> LabelImage? { ChestOrigin(of: input, from: origins, size: size).lungs }

  /// Labels that were given as lungs; a note says what their numbers are taken for where they do not say it themselves.
  package func sided(_ labels: LabelImage) -> LabelImage {
    if !labels.areLungs {
      note("these labels are not named as lungs: label 1 is used as the patient's right lung, 2 as the left; others are ignored")
    }
    return labels
  }
}

extension Step {
  /// The steps along which a value was worked on: itself, its first input, the first input of that, …
  package var mainLine: [Step] { Array(sequence(first: self) { $0.parents.first }) }

  /// The X-ray that masks of a size lie on: the earliest image of that size on the main line, but not before the last command that moved pixels.
  /// Without one, the earliest image of that size among everything the value was made from.
  package func xray(of size: Size) -> (image: GrayImage, step: Step)? {
    func images(_ steps: some Sequence<Step>) -> [(image: GrayImage, step: Step)] {
      steps.compactMap { step in
        step.grayImage.flatMap { $0.size == size ? (image: $0, step: step) : nil }
      }
    }
    let line = mainLine
    let moved = line.firstIndex { $0.movesPixels } ?? line.count - 1
    return images(line[...moved]).last ?? images(originsInOrder).last
  }

  /// Whether the step moved pixels, so that its result lies elsewhere than what it was made from.
  package var movesPixels: Bool { command != CommandWord.calibrate && call?.signature.category == .geometry }
}

extension LabelImage {
  /// Whether the labels are the right and the left lung; those of plain regions have no sides.
  package var areLungs: Bool { names == LabelImage.lungNames }
}
