import Basics
import ImageOps

/// What was drawn over an X-ray, whatever files it lies in; nil for what was not drawn.
struct CaseTruth {
  /// 1 the patient's right lung, 2 the left.
  let lungs: LabelImage?
  /// Empty where it is known that there is none.
  let opacity: Mask?
}

extension CaseRecord {
  /// The X-ray: an image file, or the image inside a LabelMe file.
  /// - Throws: what reading throws.
  func image() throws -> GrayImage {
    guard imagePath == annotationPath else { return try GrayImage.read(from: imagePath) }
    let bytes = try FileBytes.read(imagePath, limit: AnnotationFile.jsonLimit)
    guard let picture = try LabelMeFile.picture(in: bytes, name: imagePath) else { throw DatasetError.noXRay(path: imagePath) }
    return picture
  }

  /// - Throws: what reading throws; `DatasetError.sizeMismatch`.
  func truth(size: Size) throws -> CaseTruth {
    if let annotation = try annotation(size: size) {
      let hasLungs = annotation.rightLung != nil || annotation.leftLung != nil
      return CaseTruth(lungs: hasLungs ? annotation.lungs : nil, opacity: annotation.opacity)
    }
    let opacity = try opacityPath.map { try Self.mask(at: $0, size: size) }
    return CaseTruth(lungs: try lungsPath.map { try lungLabels(path: $0, size: size) }, opacity: opacity)
  }

  /// The drawn masks of structures: from the annotation file, or from a folder with the structure's name next to that of the image, such as `heart/`.
  /// - Returns: One mask per structure; nil for one that was not drawn.
  /// - Throws: what reading throws; `DatasetError.sizeMismatch`.
  func masks(of structures: [StructureName], size: Size) throws -> [Mask?] {
    let annotation = try annotation(size: size, structures: .named(Set(structures)))
    return try structures.map { structure in
      if let mask = annotation?.structures[structure] { return mask }
      let path = maskPath(of: structure)
      return Dataset.exists(path) ? try Self.mask(at: path, size: size) : nil
    }
  }

  /// Where the mask of a structure is expected.
  func maskPath(of structure: StructureName) -> String {
    let parts = imagePath.split(separator: "/", omittingEmptySubsequences: false)
    return (parts.dropLast(2).map(String.init) + [structure.description, String(parts.last ?? "")]).joined(separator: "/")
  }

  private func annotation(size: Size, structures: LabelMapping.Structures = .none) throws -> Annotation? {
    guard let annotationPath else { return nil }
    let name = imagePath.split(separator: "/").last.map(String.init)
    do {
      return try AnnotationFile.decode(
        try FileBytes.read(annotationPath), name: annotationPath, image: name, size: size, labels: LabelMapping([:], structures: structures)
      )
    } catch let error as AnnotationError { throw DatasetError.badAnnotations(path: annotationPath, error) }
  }

  private static func mask(at path: String, size: Size) throws -> Mask {
    let labels = try LabelImage.read(from: path)
    try TrainingSample.check(labels.size, is: size, path: path)
    return labels.foreground
  }
}
