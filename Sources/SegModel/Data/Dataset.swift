import Basics
internal import Platform

/// An error in a data folder.
public enum DatasetError: Error, Equatable {
  /// The folder contains no cases.
  case noCases(path: String)
  /// No folder was given.
  case noFolders
  /// Two folders contain the same case.
  case sameCase(id: String, path: String)
  /// A set in `cases.csv` has an unknown name.
  case unknownSet(path: String, line: Int, name: String)
  /// A file name in `cases.csv` leads out of the data folder or is empty.
  case invalidFileName(path: String, line: Int, name: String)
  /// A field that must be `Y`, `N` or empty is not.
  case invalidAnswer(path: String, line: Int, column: String, text: String)
  /// A file that `cases.csv` names does not exist.
  case missingFile(path: String, table: String, line: Int)
  /// The fold holds out no case.
  case unknownFold(Int, known: [Int])
  /// A mask has another size than its X-ray.
  case sizeMismatch(mask: String, found: String, expected: String)
  /// No case has the structure drawn.
  case notDrawn(StructureName, path: String)
  /// No case has masks to train on.
  case nothingToTrainOn(path: String)
  /// An annotation file without an X-ray of the same name, which does not embed one either.
  case noXRay(path: String)
  /// An annotation file is invalid.
  case badAnnotations(path: String, AnnotationError)
}

extension DatasetError: CustomStringConvertible {
  /// The error with its path and, for `cases.csv`, its line.
  public var description: String {
    switch self {
    case .noCases(let path):
      "\(path) contains no cases; it needs a `cases.csv`, or the folders `images`, `lungs` and (for opacity) `opacity` with matching file names, or X-rays with annotation files of the same names"
    case .unknownSet(let path, let line, let name):
      "\(path):\(line): unknown set `\(name)`; expected \(CaseRecord.Kind.allCases.map(\.rawValue).joined(separator: ", ")), pneumonia or bedside"
    case .noFolders: "no data folder was given; use --data DIR"
    case .sameCase(let id, let path): "\(path): the case `\(id)` is also in another data folder; give each folder only once"
    case .invalidFileName(let path, let line, let name): "\(path):\(line): `\(name)` is not a file in the data folder"
    case .invalidAnswer(let path, let line, let column, let text): "\(path):\(line): `\(text)` in column `\(column)` is neither Y nor N"
    case .missingFile(let path, let table, let line): "\(table):\(line): there is no file \(path)"
    case .unknownFold(let fold, let known):
      "fold \(fold) holds out no case; "
        + (known.isEmpty ? "the data set has no folds" : "the data set has folds \(known.map(String.init).joined(separator: " "))")
    case .sizeMismatch(let mask, let found, let expected): "\(mask) is \(found), but its X-ray is \(expected)"
    case .noXRay(let path): "\(path): there is no X-ray of the same name in its folder, and none inside the file"
    case .badAnnotations(let path, let error): "\(path): \(error)"
    case .notDrawn(let name, let path):
      "\(path) contains no X-ray on which `\(name)` is drawn; draw it under this label in annotation files, or as masks in a folder `\(name)`"
    case .nothingToTrainOn(let path): "\(path) contains no X-ray with masks to train on"
    }
  }
}

/// The cases of a data folder.
///
/// Either a folder with `cases.csv` (columns `set`, `file`, `patient`, `fold` and what is known of the case) and one subfolder per set, or a plain
/// folder with `images/`, `lungs/` and, for opacity, `opacity/`, whose files have the same names, or X-rays with annotation files of the same name,
/// next to them or in `annotations/`. Without a table, scores, patients and folds are unknown.
public struct Dataset: Sendable {
  /// The path of the folder; of several, the first.
  public let path: String
  /// The cases, in the order of the table or by name.
  public let cases: [CaseRecord]

  /// Reads the cases of a data folder; images and masks are not opened.
  /// - Parameter structures: Structures whose folders of masks make a case of an image that has no lungs.
  /// - Throws: `DatasetError`, `CSVError`, `FileError`.
  public init(path: String, structures: [StructureName] = []) throws {
    let root = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    self.path = root
    let table = "\(root)/cases.csv"
    if Self.exists(table) {
      cases = try Self.cases(inTable: table, root: root)
    } else {
      let annotated = try AnnotationFolder.cases(in: root)
      let masked = try Self.cases(inFolder: root, structures: structures)
      let known = Set(annotated.map(\.imagePath))
      cases = annotated + masked.filter { !known.contains($0.imagePath) }
    }
    if cases.isEmpty { throw DatasetError.noCases(path: root) }
  }

  /// Reads the cases of several folders as one data set. Folds of the same number are held out together; patients with the same identifier are the
  /// same.
  /// - Throws: As `init(path:)`; `DatasetError.noFolders`, `.sameCase`.
  public init(paths: [String], structures: [StructureName] = []) throws {
    guard let first = paths.first else { throw DatasetError.noFolders }
    var cases: [CaseRecord] = []
    var known: Set<String> = []
    for path in paths {
      for record in try Dataset(path: path, structures: structures).cases {
        guard known.insert(record.id).inserted else { throw DatasetError.sameCase(id: record.id, path: path) }
        cases.append(record)
      }
    }
    (self.path, self.cases) = (first, cases)
  }

  /// Cases from different places as one data set.
  init(cases: [CaseRecord], path: String) { (self.cases, self.path) = (cases, path) }

  /// The folds that hold out at least one case with opacity masks, ascending.
  public var folds: [Int] { Set(cases.filter { $0.kind == .opacity }.compactMap(\.fold)).sorted() }

  /// Returns the cases of one kind that a fold holds out.
  /// - Throws: `DatasetError.unknownFold`.
  public func heldOut(fold: Int, kind: CaseRecord.Kind = .opacity) throws(DatasetError) -> [CaseRecord] {
    let folds = Set(cases.filter { $0.kind == kind }.compactMap(\.fold)).sorted()
    guard folds.contains(fold) else { throw .unknownFold(fold, known: folds) }
    return cases.filter { $0.kind == kind && $0.fold == fold }
  }

  /// Returns the cases to train on when a fold is held out: none of that fold, and none of its patients in any set; all cases for nil.
  /// - Parameter unmaskedFold: A fold that is held out only of the sets without masks or scores (clear, unlabeled, not frontal).
  /// - Throws: `DatasetError.unknownFold`.
  public func training(without fold: Int?, unmaskedFold: Int? = nil) throws(DatasetError) -> [CaseRecord] {
    var cases = cases
    if let unmaskedFold {
      let unmasked = cases.filter { $0.kind.isUnmasked }
      let folds = Set(unmasked.compactMap(\.fold)).sorted()
      guard folds.contains(unmaskedFold) else { throw .unknownFold(unmaskedFold, known: folds) }
      let patients = Set(unmasked.filter { $0.fold == unmaskedFold }.map(\.patient))
      cases.removeAll { $0.kind.isUnmasked && patients.contains($0.patient) }
    }
    guard let fold else { return cases }
    guard folds.contains(fold) else { throw .unknownFold(fold, known: folds) }
    let patients = Set(cases.filter { $0.fold == fold }.map(\.patient))
    return cases.filter { !patients.contains($0.patient) && !$0.mayBeKnownElsewhere }
  }

  /// Returns the fold that holds out the reader scores of a case: the patient's own fold, or one derived from the patient's identifier.
  ///
  /// Scored cases without a fold lend a fold's training their lungs, but not their scores, so that every score can be predicted by a model that has
  /// not learned from it.
  /// - Returns: nil for a case without fold and scores, or in a data set without folds.
  public func scoreFold(of record: CaseRecord) -> Int? {
    if let fold = record.fold { return fold }
    let folds = folds
    guard record.hasScores, !folds.isEmpty else { return nil }
    return folds[Int((Self.digest(of: record.patient) >> 32) % UInt64(folds.count))]
  }

  /// Returns the fold whose model predicts a case's opacity without having learned it: that of its scores or, if only the outcome is known, one
  /// derived from the patient's identifier in the same way; nil otherwise. Every fold learns the lungs of the latter cases, and none the opacity.
  public func judgingFold(of record: CaseRecord) -> Int? {
    if let fold = scoreFold(of: record) { return fold }
    let folds = folds
    guard CaseOutcome.allCases.contains(where: { $0.happened(to: record) != nil }), !folds.isEmpty else { return nil }
    return folds[Int((Self.digest(of: record.patient) >> 32) % UInt64(folds.count))]
  }

  /// The 64-bit FNV-1a hash of a patient's name, whose upper half parts patients at random but always alike.
  static func digest(of patient: String) -> UInt64 {
    patient.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  private static func cases(inTable table: String, root: String) throws -> [CaseRecord] {
    try CSVTable(path: table, requiring: ["set", "file"]).rows.map { row in
      guard let kind = CaseRecord.Kind(set: row["set"]) else {
        throw DatasetError.unknownSet(path: table, line: row.line, name: row["set"])
      }
      return try CaseRecord(row, kind: kind, root: root, exists: exists, tablePath: table)
    }
  }

  private static func cases(inFolder root: String, structures: [StructureName]) throws(FileError) -> [CaseRecord] {
    guard let folder = opendir("\(root)/images") else {
      guard errno == ENOENT else { throw .cannotOpen(path: "\(root)/images", code: errno) }
      return []
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let folders = ["lungs"] + structures.map(\.description)
      if !name.hasPrefix("."), folders.contains(where: { exists("\(root)/\($0)/\(name)") }) { names.append(name) }
    }
    return names.sorted().map { CaseRecord(file: $0, root: root, hasOpacity: exists("\(root)/opacity/\($0)")) }
  }
}
