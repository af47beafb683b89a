import ImageOps

extension Annotation {
  /// Creates an annotation from a segmentation. Lungs that were not found become nil; opacity is kept even if empty.
  public init(_ segmentation: Segmentation) {
    func drawn(_ mask: Mask) -> Mask? { mask.isEmpty ? nil : mask }
    self.init(
      size: segmentation.size, rightLung: drawn(segmentation.mask(of: .rightLung)), leftLung: drawn(segmentation.mask(of: .leftLung)),
      opacity: segmentation.opacity, structures: segmentation.structures)
  }

  /// Returns a reader-drawn segmentation with opacity limited to the lungs, and the number of opacity pixels outside them.
  ///
  /// If no lung was annotated, opacity is not limited.
  public func segmentation(spacing: Spacing) throws -> (segmentation: Segmentation, outsideLungs: Int) {
    var lungs = lungs
    lungs.spacing = spacing
    var opacity = opacity ?? Mask(size: size)
    opacity.spacing = spacing
    let field = lungs.foreground
    let inside = field.isEmpty ? opacity : try opacity.intersection(field)
    let structures = structures.mapValues { mask in
      var mask = mask
      mask.spacing = spacing
      return mask
    }
    return (Segmentation(lungs: lungs, opacity: inside, structures: structures), opacity.count - inside.count)
  }
}
