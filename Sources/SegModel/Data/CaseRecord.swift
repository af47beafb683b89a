import Basics
import ImageOps

/// An X-ray of a data set: its image and masks, its patient, and what is known of the case.
public struct CaseRecord: Sendable, Identifiable {
  /// Which reference a case has.
  public enum Kind: String, Sendable, CaseIterable {
    /// Masks of right and left lung, and of opacity.
    case opacity
    /// One mask of both lungs.
    case lungs
    /// Reader scores only.
    case scored
    /// No masks, but readers found no opacity.
    case clear
    /// Only the image; a teacher's masks may be used.
    case unlabeled
    /// Not a frontal chest X-ray: a lateral view or a CT slice, for which a model must raise a doubt.
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

    /// The kinds of cases on which a model can be evaluated.
    public static let judged: [Kind] = [.opacity, .lungs, .scored, .clear]
  }

  /// The set and the file name, such as `opacity/p01.png`; the file name alone in a folder without a table.
  public let id: String
  /// Which reference the case has.
  public internal(set) var kind: Kind
  /// The path of the image.
  public let imagePath: String
  /// The path of the lung mask; nil if there is none.
  public let lungsPath: String?
  /// The path of the opacity mask; nil if there is none.
  public let opacityPath: String?
  /// The path of an annotation file in place of both masks; the image's own path if a LabelMe file embeds it.
  public let annotationPath: String?
  /// The patient's identifier; the case's `id` if the table has none.
  public let patient: String
  /// The fold in which the patient is held out; nil if the case is never held out by itself.
  public internal(set) var fold: Int?
  /// The finding as stated in the table; empty if unknown.
  public internal(set) var finding: String
  /// The view as stated in the table; empty if unknown.
  public internal(set) var view: String
  /// The sex as stated in the table; empty if unknown.
  public let sex: String
  /// The age in years; nil if unknown.
  public let age: Double?
  /// The geographic extent, mean of three readers, 0-8; nil if it was not read.
  public let geographicExtent: Double?
  /// The Brixia score of a senior reader, 0-18; nil if it was not read.
  public let brixia: Double?
  /// The Brixia scores of the zones A-F by a senior reader, 0-3 each; nil unless all six are known.
  public let brixiaZones: [Double]?
  /// Whether the patient survived; nil if unknown.
  public let survived: Bool?
  /// Whether the patient was intubated; nil if unknown.
  public let intubated: Bool?
  /// Whether the patient was admitted to intensive care; nil if unknown.
  public let wentToICU: Bool?
  /// Whether the patient may also be in another collection of the data under another identifier, so that no fold can separate the two.
  public let mayBeKnownElsewhere: Bool
  /// Whether readers drew a box around opacity (the column `boxes`) without an outline.
  public internal(set) var hasBoxes = false
  /// The boxes in pixels of the file.
  var boxes: [Box] = []

  /// A box around opacity: its upper left corner and its size.
  struct Box: Sendable, Equatable { let x, y, width, height: Double }
}

extension CaseRecord {
  /// The first 12 digits of the image file's SHA-256, as in ``SegmentationModel/learnedFrom``; nil if the file cannot be read. Reads the file.
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
      (geographicExtent, brixia, brixiaZones) = (0, 0, LungZone.allCases.map { _ in 0 })
    } else {
      geographicExtent = try row.number("geographic_extent")
      brixia = try row.number("brixia_senior")
      let zones = try LungZone.allCases.map { try row.number("brixia_\($0.rawValue)") }
      brixiaZones = zones.contains(nil) ? nil : zones.compactMap { $0 }
    }
    mayBeKnownElsewhere = row["note"].contains("patient also in")
    hasBoxes = !["", "[]"].contains(row["boxes"])
    boxes =
      (try? JSON(parsing: row["boxes"]))?.arrayValue?.compactMap { box in
        guard let values = box.arrayValue, values.count == 5 else { return nil }
        let numbers = values.dropFirst().compactMap(\.numberValue)
        return numbers.count == 4 ? Box(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3]) : nil
      } ?? []
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
  /// - Parameter patient: The patient's identifier; nil: the file's name.
  package init(annotated file: String, imagePath: String, annotationPath: String, patient: String? = nil) {
    id = file
    kind = .opacity
    self.imagePath = imagePath
    self.annotationPath = annotationPath
    (lungsPath, opacityPath) = (nil, nil)
    self.patient = patient ?? file
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
