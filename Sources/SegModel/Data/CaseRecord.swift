import ImageOps

/// One X-ray of a data set: where its image and masks are, whose it is, and what is known of the case.
public struct CaseRecord: Sendable, Identifiable {
  /// Which truth a case has.
  public enum Kind: String, Sendable, CaseIterable {
    /// Right and left lung, and opacity.
    case opacity
    /// One mask of both lungs.
    case lungs
    /// Readers' scores only.
    case scored
    /// No masks, but readers found no opacity.
    case clear
    /// Nothing but the image; a teacher's masks may stand in.
    case unlabeled
    /// No frontal chest X-ray: a lateral view or a CT slice, which has to raise a doubt.
    case notFrontal = "not-frontal"

    /// The kind of the cases of a set: the set has the name of the kind, digits may follow (`clear224`), or it is `pneumonia` or `bedside`, which are unlabeled.
    init?(set: String) {
      let name = set.reversed().drop { $0.isASCII && $0.isNumber }.reversed()
      switch String(name) {
      case "pneumonia", "bedside": self = .unlabeled
      case let name: self.init(rawValue: name)
      }
    }

    /// Whether neither masks nor readers' scores come with it.
    var isUnmasked: Bool { self == .clear || self == .unlabeled || self == .notFrontal }

    /// What a model can be judged on.
    public static let judged: [Kind] = [.opacity, .lungs, .scored, .clear]
  }

  /// The six zones of a Brixia score: upper, middle and lower third of the right lung (A-C) and of the left (D-F).
  public enum Zone: String, Sendable, CaseIterable {
    case a = "A"
    case b = "B"
    case c = "C"
    case d = "D"
    case e = "E"
    case f = "F"
  }

  /// Set and file name: `opacity/p01.png`.
  public let id: String
  public internal(set) var kind: Kind
  public let imagePath: String
  public let lungsPath: String?
  public let opacityPath: String?
  /// A file of annotations in place of both; may be the X-ray's own path where a LabelMe file holds the image too.
  public let annotationPath: String?
  public let patient: String
  /// The fold in which the patient is held out; nil for a case that is never held out by itself.
  public let fold: Int?
  public internal(set) var finding: String
  public internal(set) var view: String
  public let sex: String
  /// In years.
  public let age: Double?
  /// Mean of three readers, 0-8.
  public let geographicExtent: Double?
  /// Senior reader, 0-18.
  public let brixia: Double?
  /// Senior reader, 0-3 each; only where all six are known.
  public let brixiaZones: [Double]?
  public let survived: Bool?
  public let intubated: Bool?
  public let wentToICU: Bool?
  /// Whether the patient may also be a patient of another collection of the data, under another name, so that no fold can keep the two apart.
  public let mayBeKnownElsewhere: Bool
  /// Whether readers drew a box around opacity (the column `boxes`), whose outline is not known.
  public internal(set) var hasBoxes = false
}

extension CaseRecord {
  /// The first 12 digits of the SHA-256 of the image's file, as ``SegmentationModel/learnedFrom`` holds them; nil for a file that cannot be read. Reads the file.
  public var imageDigest: String? {
    (try? FileBytes.read(imagePath)).map { String(SHA256.hexDigest(of: $0).prefix(12)) }
  }
}

extension CaseRecord {
  init(_ row: CSVTable.Row, kind: Kind, root: String, exists: (String) -> Bool, tablePath: String) throws {
    let file = row["file"]
    guard !file.isEmpty, !file.hasPrefix("/"), !file.split(separator: "/").contains("..") else {
      throw DatasetError.invalidFileName(path: tablePath, line: row.line, name: file)
    }
    let set = row["set"]
    func path(_ folder: String) -> String { "\(root)/\(set)/\(folder)/\(file)" }
    func required(_ path: String) throws -> String {
      guard exists(path) else { throw DatasetError.missingFile(path: path, table: tablePath, line: row.line) }
      return path
    }
    id = "\(set)/\(file)"
    self.kind = kind
    imagePath = try required(path("images"))
    lungsPath = kind == .opacity || kind == .lungs ? try required(path("lungs")) : nil
    opacityPath = kind == .opacity ? try required(path("opacity")) : nil
    annotationPath = nil
    patient = row["patient"].isEmpty ? id : row["patient"]
    fold = try row.number("fold").map { number throws in
      guard let fold = Int(exactly: number), (0...99).contains(fold) else {
        throw CSVError.notANumber(path: tablePath, line: row.line, column: "fold", text: row["fold"])
      }
      return fold
    }
    finding = row["finding"]
    view = row["view"]
    sex = row["sex"]
    age = try row.number("age")
    if kind == .clear {
      // What readers would score of a lung without opacity.
      (geographicExtent, brixia, brixiaZones) = (0, 0, Zone.allCases.map { _ in 0 })
    } else {
      geographicExtent = try row.number("geographic_extent")
      brixia = try row.number("brixia_senior")
      let zones = try Zone.allCases.map { try row.number("brixia_\($0.rawValue)") }
      brixiaZones = zones.contains(nil) ? nil : zones.compactMap { $0 }
    }
    mayBeKnownElsewhere = row["note"].contains("patient also in")
    hasBoxes = !["", "[]"].contains(row["boxes"])
    survived = try Self.answer(row, "survival", tablePath)
    intubated = try Self.answer(row, "intubated", tablePath)
    wentToICU = try Self.answer(row, "went_icu", tablePath)
  }

  /// A case of a folder without a table.
  init(file: String, root: String, hasOpacity: Bool) {
    id = file
    kind = hasOpacity ? .opacity : .lungs
    imagePath = "\(root)/images/\(file)"
    lungsPath = "\(root)/lungs/\(file)"
    opacityPath = hasOpacity ? "\(root)/opacity/\(file)" : nil
    annotationPath = nil
    patient = file
    (fold, age, geographicExtent, brixia, brixiaZones) = (nil, nil, nil, nil, nil)
    (finding, view, sex) = ("", "", "")
    (survived, intubated, wentToICU, mayBeKnownElsewhere, hasBoxes) = (nil, nil, nil, false, false)
  }

  /// A case of a folder of annotations.
  init(annotated file: String, imagePath: String, annotationPath: String) {
    id = file
    kind = .opacity
    self.imagePath = imagePath
    self.annotationPath = annotationPath
    (lungsPath, opacityPath) = (nil, nil)
    patient = file
    (fold, age, geographicExtent, brixia, brixiaZones) = (nil, nil, nil, nil, nil)
    (finding, view, sex) = ("", "", "")
    (survived, intubated, wentToICU, mayBeKnownElsewhere, hasBoxes) = (nil, nil, nil, false, false)
  }

  /// A case of which only scores are told.
  init(id: String, patient: String, fold: Int?, geographicExtent: Double?, brixia: Double?) {
    self.id = id
    self.patient = patient
    self.fold = fold
    self.geographicExtent = geographicExtent
    self.brixia = brixia
    kind = .scored
    imagePath = id
    (lungsPath, opacityPath, annotationPath, brixiaZones, age) = (nil, nil, nil, nil, nil)
    (finding, view, sex) = ("", "", "")
    (survived, intubated, wentToICU, mayBeKnownElsewhere, hasBoxes) = (nil, nil, nil, false, false)
  }

  private static func answer(_ row: CSVTable.Row, _ column: String, _ path: String) throws -> Bool? {
    switch row[column] {
    case "": nil
    case "Y": true
    case "N": false
    case let text: throw DatasetError.invalidAnswer(path: path, line: row.line, column: column, text: text)
    }
  }
}
