import Basics
import ImageOps
internal import Platform
import SegLang
import SegModel
import SegValues
import Synchronization

/// A line of letters that a text recognition found in an image.
package struct TextPlace: Hashable, Sendable {
  package let rows: Range<Int>
  package let columns: Range<Int>
  /// The least certain word of the line, 0 to 100.
  package let confidence: Double
  package let text: String
}

/// Finds text that is burned into the pixels, by Tesseract, a program that may be installed. It reads a black-and-white image of thin strokes, not the X-ray.
public struct TextSearch: Sendable {
  package enum Problem: Error, Hashable, CustomStringConvertible {
    case notInstalled
    case failed
    case tooSlow(Int)

    package var description: String {
      switch self {
      case .notInstalled:
        "burned-in text cannot be detected: Tesseract is not installed. Install it (apt-get install tesseract-ocr), or set SEGSH_TESSERACT to its path"
      case .failed: "Tesseract failed, so the image was not checked for burned-in text: review it before you share it"
      case .tooSlow(let seconds):
        "Tesseract did not finish within \(seconds) s, so the image was not checked for burned-in text: review it before you share it"
      }
    }
  }

  package let program: String
  /// Longest time for one image.
  package var seconds = 15.0

  /// The program that `SEGSH_TESSERACT` names, or else the one in `PATH`; nil where there is none.
  public static var installed: TextSearch? {
    if let named = Environment["SEGSH_TESSERACT"] {
      return named.hasPrefix("/") && access(named, X_OK) == 0 ? TextSearch(program: named) : nil
    }
    return ExternalProgram.installed("tesseract").map { TextSearch(program: $0) }
  }

  package init(program: String) { self.program = program }

  // MARK: The search

  /// Lines of text from top to bottom. Markers of side, view and position (L, AP, SUPINE) are none, nor are lines of fewer than three letters and digits.
  /// - Throws: `Problem`; `CancellationError`.
  package func places(in image: GrayImage) throws -> [TextPlace] {
    guard max(image.size.width, image.size.height) >= Self.leastSide else { return [] }
    let key = image.contentHash ?? ""
    if let known = Self.found.withLock({ $0[key] }) { return known }
    let sheet = try Sheet(of: image)
    let output: [UInt8]
    do {
      output = try ExternalProgram.run(
        program, ["stdin", "stdout", "--psm", "11", "--dpi", "150", "-l", "eng", "tsv"],
        environment: ["PATH=/usr/bin:/bin", "LANG=C.UTF-8", "OMP_THREAD_LIMIT=1"], input: sheet.png, limit: 1 << 20, seconds: seconds)
    } catch let problem as ExternalProgram.Problem {
      throw problem == .tooSlow ? Problem.tooSlow(Int(seconds)) : Problem.failed
    }
    let places = sheet.places(inTable: String(decoding: output, as: UTF8.self))
    Self.found.withLock {
      if $0.count >= 64 { $0.removeAll() }
      $0[key] = places
    }
    return places
  }

  private static let leastSide = 48
  /// What was found in the last images, by the digest of its pixels: one image is often saved in several forms.
  private static let found = Mutex<[String: [TextPlace]]>([:])

  // MARK: Markers

  private static let markers: Set<String> = [
    "R", "L", "RT", "LT", "RIGHT", "LEFT", "RE", "LI", "RECHTS", "LINKS", "AP", "PA", "LAT", "LATERAL", "LL", "RL", "PORT", "PORTABLE",
    "MOBILE",
    "SUPINE", "PRONE", "ERECT", "SEMIERECT", "SEMI", "UPRIGHT", "SEMIUPRIGHT", "SITTING", "STANDING", "LIEGEND", "SITZEND", "STEHEND",
    "DECUBITUS", "INSP", "EXSP", "CHEST", "THORAX", "ICU", "BED", "BEDSIDE", "BETTAUFNAHME",
  ]

  /// The letters and digits of a word that are no marker.
  fileprivate static func letters(of word: String) -> Int {
    let pieces = word.unicodeScalars.split { !$0.properties.isAlphabetic && $0.properties.numericType == nil }
    return pieces.filter { !isMarker(String($0).uppercased()) }.reduce(0) { $0 + $1.count }
  }

  /// One letter of a long marker may have been misread.
  private static func isMarker(_ word: String) -> Bool {
    markers.contains { marker in
      marker == word || (marker.count >= 5 && marker.count == word.count && zip(marker, word).count { $0 != $1 } <= 1)
    }
  }
}

/// The image that is read: bright strokes of the X-ray above, dark ones below, black on white.
private struct Sheet {
  let png: [UInt8]
  private let size: Size
  private let read: Size
  private let gap = 48

  init(of image: GrayImage) throws {
    size = image.size
    let longest = Double(max(size.width, size.height))
    // Letters of 10 px are too small to be read, and a large image takes seconds.
    let scale = longest > 2400 ? 2400 / longest : max(1, min(4, 1600 / longest))
    read = Size(width: max(1, Int(Double(size.width) * scale)), height: max(1, Int(Double(size.height) * scale)))
    let bounds = try image.percentiles([0.1, 99.9])
    let (low, span) = (bounds[0], bounds[1] > bounds[0] ? bounds[1] - bounds[0] : 1)
    // Whole numbers of 8 bits: morphology is then exact and fast.
    let gray = try GrayImage(size: size, pixels: image.pixels.map { ((min(max(($0 - low) / span, 0), 1)) * 255).rounded() })
      .resampled(to: read, using: scale > 1 ? .bicubic : .area)
    let bytes = gray.with(pixels: gray.pixels.map { min(max($0, 0), 255).rounded() })
    let stroke = Footprint.square(radius: max(3, longest * scale * 0.006))
    let bright = try bytes.topHat(by: stroke).pixels
    let dark = try bytes.blackHat(by: stroke).pixels
    let area = read
    // Grain of the film: thousands of specks take Tesseract a minute.
    func ink(_ values: [Float]) throws -> [Float] {
      let strokes = try Mask(size: area) { values[$0] > 60 }.removingSmall(below: 24)
      return values.indices.map { strokes[$0 / area.width, $0 % area.width] ? 0 : 255 }
    }
    let sheet = Size(width: read.width, height: 2 * read.height + gap)
    let pixels = try ink(bright) + [Float](repeating: 255, count: gap * read.width) + ink(dark)
    png = try GrayImage(size: sheet, pixels: pixels).encoded(as: .png)
  }

  /// The lines of text in Tesseract's table; rows that make no sense are passed over.
  func places(inTable table: String) -> [TextPlace] {
    var lines: [String: [(place: TextPlace, letters: Int)]] = [:]
    for row in table.split(whereSeparator: \.isNewline).dropFirst() {
      let cells = row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard cells.count == 12, cells[0] == "5", let confidence = Double(cells[10]), (60...100).contains(confidence) else { continue }
      let numbers = cells[6...9].compactMap { Int($0) }
      let word = String(String.UnicodeScalarView(cells[11].unicodeScalars.filter { $0.properties.generalCategory != .control }))
      guard numbers.count == 4, word.utf8.count <= 200, let place = place(numbers, confidence, word) else { continue }
      let letters = TextSearch.letters(of: word)
      // One or two letters are often a vessel or a rib.
      if letters >= 3 || (letters > 0 && confidence >= 85) {
        lines[cells[1...4].joined(separator: " "), default: []].append((place, letters))
      }
    }
    let found = lines.values.filter { $0.reduce(0) { $0 + $1.letters } >= 3 }.map { words in
      let places = words.map(\.place)
      return TextPlace(
        rows: (places.map(\.rows.lowerBound).min() ?? 0)..<(places.map(\.rows.upperBound).max() ?? 0),
        columns: (places.map(\.columns.lowerBound).min() ?? 0)..<(places.map(\.columns.upperBound).max() ?? 0),
        confidence: places.map(\.confidence).min() ?? 0, text: places.map(\.text).joined(separator: " "))
    }
    return found.sorted { ($0.rows.lowerBound, $0.columns.lowerBound) < ($1.rows.lowerBound, $1.columns.lowerBound) }
  }

  /// A word's box in the X-ray: left, top, width and height in the sheet.
  private func place(_ box: [Int], _ confidence: Double, _ text: String) -> TextPlace? {
    let limit = 1 << 20
    guard box.allSatisfy({ (0...limit).contains($0) }) else { return nil }
    let top = box[1] >= read.height + gap ? box[1] - read.height - gap : box[1]
    let scale = Double(size.width) / Double(read.width)
    // A margin, since the box is that of the strokes alone.
    func range(_ start: Int, _ count: Int, _ end: Int) -> Range<Int>? {
      let first = max(0, Int((Double(start - 3) * scale).rounded(.down)))
      let last = min(end, Int((Double(start + count + 3) * scale).rounded(.up)))
      return first < last ? first..<last : nil
    }
    guard let rows = range(top, box[3], size.height), let columns = range(box[0], box[2], size.width) else { return nil }
    return TextPlace(rows: rows, columns: columns, confidence: confidence, text: text)
  }
}

/// The search for text that the program lends; nil: none is made.
public enum TextSearchService: ServiceKey {
  public static var fallback: TextSearch? { nil }
}

extension Context {
  /// Notes where an image that is about to be written may hold text, as a doubt. Nothing is searched while phi=show, or for what was made from no file.
  /// - Parameters:
  ///   - name: what the image is called; nil: the image.
  ///   - path: the file that is written.
  package func noteBurnedInText(in images: [GrayImage], of name: String? = nil, writtenTo path: Path) throws {
    guard hidesNames, let search = self[TextSearchService.self], !images.isEmpty else { return }
    guard origins.contains(where: { $0.ancestry.contains { $0.files.contains { $0.role == .input } } }) else { return }
    for image in images {
      let places: [TextPlace]
      do { places = try search.places(in: image) } catch let problem as TextSearch.Problem {
        note(problem.description, about: path.name)
        return
      }
      guard let first = places.first else { continue }
      let others = places.count == 1 ? "one line" : "\(places.count) lines, the first"
      noteOfCase(
        "doubt: the image\(name.map { " of \($0)" } ?? "") may contain burned-in text: \(others) at rows \(first.rows.lowerBound) to \(first.rows.upperBound - 1), columns"
          + " \(first.columns.lowerBound) to \(first.columns.upperBound - 1). Before you share \(path.text), redact the text"
          + " (img | redact (img | find-text)) or crop the image")
      return
    }
  }

  /// The X-rays whose pixels are seen in a value: itself, or those that an overlay or a sheet was made from; masks and plots show none.
  package func shownImages(of value: any Value) -> [GrayImage] {
    switch value {
    case let image as GrayImage: [image]
    case is ColorImage, is Segmentation, is Sweep, is Difference:
      Dictionary(
        origins.flatMap { $0.value is GrayImage ? [$0] : $0.ancestry(upTo: { $0.value is GrayImage }) }.map { ($0.id, $0) },
        uniquingKeysWith: { first, _ in first }
      ).sorted { $0.key < $1.key }.prefix(8).compactMap { $0.value.value as? GrayImage }
    default: []
    }
  }
}
