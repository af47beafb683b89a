import ImageOps
import SegLang
import SegModel

extension Context {
  /// The segmentation that a value was made from; nil when there is none.
  var segmentation: Segmentation? { latest { $0 as? Segmentation } }

  /// The lungs that a value of this size was made with: those of a segmentation, a phantom, or labels that are named so; the latest of them.
  func lungs(of size: Size) -> LabelImage? {
    latest { value -> LabelImage? in
      switch value {
      case let segmentation as Segmentation: segmentation.lungs
      case let phantom as Phantom: phantom.lungs
      case let labels as LabelImage where labels.names == LabelImage.lungNames: labels
      default: nil
      }
    } where: {
      $0.size == size
    }
  }

  private func latest<T>(_ pick: (any Value) -> T?, where fits: (T) -> Bool = { _ in true }) -> T? {
    if let input, let found = pick(input), fits(found) { return found }
    let steps = origins.flatMap(\.ancestry).sorted { $0.id > $1.id }
    for step in steps {
      if let value = step.value, let found = pick(value), fits(found) { return found }
    }
    return nil
  }
}
