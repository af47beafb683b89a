import Basics
import ImageOps
internal import Platform

/// X-rays with files of annotations: `corrected/p01.png` with `corrected/p01.json`, or `images/p01.png` with `annotations/p01.json`.
///
/// An annotation has the X-ray's name without its ending and one of the endings `.json`, `.coco.json`, `.labels.png` or `.seg.dcm`; in `annotations/` also
/// `.png`, `.tif`, `.npy` and `.dcm`. One COCO file `annotations.coco.json` beside the folders may stand for many X-rays. A LabelMe file that holds its image needs no X-ray.
enum AnnotationFolder {
  private static let endings = [".coco.json", ".json", ".labels.png", ".seg.dcm"]
  private static let separateEndings = endings + [".png", ".tif", ".tiff", ".npy", ".dcm"]
  private static let imageEndings = [".png", ".jpg", ".jpeg", ".tif", ".tiff", ".npy", ".dcm"]
  private static let common = "annotations.coco.json"

  /// - Throws: `FileError` for a folder or file that cannot be opened, none for one that is not there; `DatasetError.badAnnotations`.
  static func cases(in root: String) throws -> [CaseRecord] {
    let separate = try names("\(root)/annotations")
    let beside = try names(root)
    let (folder, annotations, endings) =
      separate.isEmpty ? (root, beside, endings) : ("\(root)/annotations", separate, separateEndings)
    let ownImages = try names("\(root)/images")
    let imageFolder = separate.isEmpty && ownImages.isEmpty ? root : "\(root)/images"
    let excluded = imageFolder == root ? Self.endings : []
    var images: [String: String] = [:]
    for name in try names(imageFolder).sorted() {
      if let stem = stem(name, imageEndings, excluding: excluded), images[stem] == nil { images[stem] = name }
    }
    var records: [CaseRecord] = []
    var seen: Set<String> = []
    for name in annotations.sorted() where name != common {
      guard let stem = stem(name, endings), seen.insert(stem).inserted else { continue }
      let path = "\(folder)/\(name)"
      if let image = images[stem] {
        records.append(CaseRecord(annotated: image, imagePath: "\(imageFolder)/\(image)", annotationPath: path))
      } else if folder != root || imageFolder == root, name.lowercased().hasSuffix(".json"), !name.lowercased().hasSuffix(".coco.json") {
        records.append(CaseRecord(annotated: name, imagePath: path, annotationPath: path))
      }
    }
    let candidates: [String] = [folder, root].map { "\($0)/\(common)" }
    if let shared = candidates.first(where: { access($0, F_OK) == 0 }) {
      for name in try imageNames(shared) {
        let file = String(name.split(separator: "/").last ?? "")
        guard let stem = stem(file, imageEndings), let image = images[stem], seen.insert(stem).inserted else { continue }
        records.append(CaseRecord(annotated: image, imagePath: "\(imageFolder)/\(image)", annotationPath: shared))
      }
    }
    return records.sorted { $0.id < $1.id }
  }

  /// The images that a COCO file is about.
  private static func imageNames(_ path: String) throws -> [String] {
    let json: JSON
    do {
      json = try JSON(parsing: FileBytes.read(path, limit: AnnotationFile.jsonLimit))
    } catch let error as JSONError { throw DatasetError.badAnnotations(path: path, .json(error)) }
    guard let names = COCOFile.imageNames(json) else { throw DatasetError.badAnnotations(path: path, .unknownForm) }
    return names
  }

  /// The name without the first ending that it has; nil for none.
  private static func stem(_ name: String, _ endings: [String], excluding excluded: [String] = []) -> String? {
    let lower = name.lowercased()
    if excluded.contains(where: lower.hasSuffix) { return nil }
    return endings.first { lower.hasSuffix($0) && lower.count > $0.count }.map { String(name.dropLast($0.count)) }
  }

  /// The files of a folder that are not hidden; none where there is no folder.
  private static func names(_ path: String) throws(FileError) -> [String] {
    guard let folder = opendir(path) else {
      guard errno == ENOENT || errno == ENOTDIR else { throw .cannotOpen(path: path, code: errno) }
      return []
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }
}
