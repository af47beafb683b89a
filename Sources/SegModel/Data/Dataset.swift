import Glibc

/// Why a folder of X-rays cannot be used.
public enum DatasetError: Error, Equatable {
  case noCases(path: String)
  case noFolders
  case sameCase(id: String, path: String)
  case unknownSet(path: String, line: Int, name: String)
  case invalidFileName(path: String, line: Int, name: String)
  case invalidAnswer(path: String, line: Int, column: String, text: String)
  case missingFile(path: String, table: String, line: Int)
  case unknownFold(Int, known: [Int])
  case sizeMismatch(mask: String, found: String, expected: String)
  case nothingToTrainOn(path: String)
  /// A case without an image file whose annotations hold none either.
  case noXRay(path: String)
  case badAnnotations(path: String, AnnotationError)
}

extension DatasetError: CustomStringConvertible {
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
    case .nothingToTrainOn(let path): "\(path) contains no X-ray with masks to train on"
    }
  }
}

/// The cases of a data folder.
///
/// Either a folder with `cases.csv` (columns `set`, `file`, `patient`, `fold` and what is known of the case) and one folder a set, or a plain folder
/// with `images/`, `lungs/` and, where opacity was drawn, `opacity/`, whose files share their names, or X-rays with files of annotations (see
/// ``AnnotationFolder``); scores, patients and folds are then unknown.
public struct Dataset: Sendable {
  public let path: String
  public let cases: [CaseRecord]

  /// - Throws: `DatasetError`, `CSVError`, `FileError`.
  public init(path: String) throws {
    let root = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    self.path = root
    let table = "\(root)/cases.csv"
    if Self.exists(table) {
      cases = try Self.cases(inTable: table, root: root)
    } else {
      let annotated = try AnnotationFolder.cases(in: root)
      let masked = try Self.cases(inFolder: root)
      let known = Set(annotated.map(\.imagePath))
      cases = annotated + masked.filter { !known.contains($0.imagePath) }
    }
    if cases.isEmpty { throw DatasetError.noCases(path: root) }
  }

  /// The cases of several folders as one data set. Folds of the same number are held out together; a patient is known by name, whatever the folder.
  /// - Throws: as `init(path:)`; `DatasetError.noFolders`, `.sameCase`.
  public init(paths: [String]) throws {
    guard let first = paths.first else { throw DatasetError.noFolders }
    var cases: [CaseRecord] = []
    var known: Set<String> = []
    for path in paths {
      for record in try Dataset(path: path).cases {
        guard known.insert(record.id).inserted else { throw DatasetError.sameCase(id: record.id, path: path) }
        cases.append(record)
      }
    }
    (self.path, self.cases) = (first, cases)
  }

  /// The folds that hold out at least one case with opacity masks.
  public var folds: [Int] { Set(cases.filter { $0.kind == .opacity }.compactMap(\.fold)).sorted() }

  /// The cases of one kind that a fold holds out.
  /// - Throws: `DatasetError.unknownFold`.
  public func heldOut(fold: Int, kind: CaseRecord.Kind = .opacity) throws(DatasetError) -> [CaseRecord] {
    let folds = Set(cases.filter { $0.kind == kind }.compactMap(\.fold)).sorted()
    guard folds.contains(fold) else { throw .unknownFold(fold, known: folds) }
    return cases.filter { $0.kind == kind && $0.fold == fold }
  }

  /// Everything that may be learned from when a fold is held out: no case of that fold, and none of its patients in any set. All cases for nil.
  /// - Parameter unmaskedFold: a fold that is held out of the sets without masks or scores (clear, unlabeled, not frontal) alone.
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

  /// The fold in which what readers said of a case is held out: the patient's own fold, or one that follows from the patient's name alone.
  ///
  /// Scored cases without a fold of their own lend a fold's training their lungs, but not their scores, so that every score can be told by a model that has not
  /// learned from it.
  /// - Returns: nil for a case without scores, or without folds.
  public func scoreFold(of record: CaseRecord) -> Int? {
    if let fold = record.fold { return fold }
    let folds = folds
    guard record.hasScores, !folds.isEmpty else { return nil }
    return folds[Int((Self.digest(of: record.patient) >> 32) % UInt64(folds.count))]
  }

  /// The fold whose model tells a case's opacity without having learned it: that of its scores, or, where only the course is known, one that follows from the
  /// patient's name in the same way. Of the latter cases every fold learns the lungs, and none the opacity.
  public func judgingFold(of record: CaseRecord) -> Int? {
    if let fold = scoreFold(of: record) { return fold }
    let folds = folds
    guard ClinicalOutcome.Outcome.allCases.contains(where: { $0.happened(to: record) != nil }), !folds.isEmpty else { return nil }
    return folds[Int((Self.digest(of: record.patient) >> 32) % UInt64(folds.count))]
  }

  /// The 64-bit FNV-1a hash of a patient's name, whose upper half parts patients at random but always alike.
  static func digest(of patient: String) -> UInt64 {
    patient.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private static func exists(_ path: String) -> Bool {
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

  private static func cases(inFolder root: String) throws(FileError) -> [CaseRecord] {
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
      if !name.hasPrefix("."), exists("\(root)/lungs/\(name)") { names.append(name) }
    }
    return names.sorted().map { CaseRecord(file: $0, root: root, hasOpacity: exists("\(root)/opacity/\($0)")) }
  }
}
