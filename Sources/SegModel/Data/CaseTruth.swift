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
    if let annotationPath {
      let name = imagePath.split(separator: "/").last.map(String.init)
      do {
        let annotation = try AnnotationFile.decode(try FileBytes.read(annotationPath), name: annotationPath, image: name, size: size)
        let hasLungs = annotation.rightLung != nil || annotation.leftLung != nil
        return CaseTruth(lungs: hasLungs ? annotation.lungs : nil, opacity: annotation.opacity)
      } catch let error as AnnotationError { throw DatasetError.badAnnotations(path: annotationPath, error) }
    }
    let opacity = try opacityPath.map { path in
      let labels = try LabelImage.read(from: path)
      try TrainingSample.check(labels.size, is: size, path: path)
      return labels.foreground
    }
    return CaseTruth(lungs: try lungsPath.map { try lungLabels(path: $0, size: size) }, opacity: opacity)
  }
}
