import Basics
import ImageOps

/// ROI sets of ImageJ (`.zip` of `.roi` files; ImageJ's RoiEncoder and RoiDecoder, version 228).
///
/// One ROI per region (4-connected): a traced polygon, or a composite if the region has holes. Coordinates are x and y in pixels from the upper left
/// corner of the image, along pixel edges, as ImageJ's wand traces them, so ImageJ selects the same pixels.
public enum ImageJROIFile {
  private static let sizeLimit = 64 << 20

  /// Encodes masks as a ROI set; empty masks have no ROI.
  /// - Throws: `AnnotationError.nothingToWrite` if every mask is empty, `.notRepresentable`; `CancellationError`.
  public static func encoded(_ masks: LabeledMasks) throws -> [UInt8] {
    guard max(masks.size.width, masks.size.height) <= Int16.max else {
      throw AnnotationError.notRepresentable("ImageJ ROIs reach up to 32,767 pixels per side")
    }
    var files: [(name: String, bytes: [UInt8])] = []
    for (_, structure) in masks.all {
      let regions = try structure.mask.regionPolygons()
      for (index, region) in regions.enumerated() {
        let label = structure.label.replacing("/", with: "_")
        let name = regions.count == 1 ? label : "\(label)-\(index + 1)"
        files.append(("\(name).roi", encoded(region, name: name, color: structure.color)))
      }
    }
    guard !files.isEmpty else { throw AnnotationError.nothingToWrite }
    guard files.count < 65_535 else { throw AnnotationError.notRepresentable("a ROI set can have 65,534 regions, not \(files.count)") }
    return try ZIPArchive.encoded(files)
  }

  private static func encoded(_ region: RegionPolygon, name: String, color: RGB) -> [UInt8] {
    func big<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
    let (rows, columns) = (region.outline.map(\.row), region.outline.map(\.column))
    let (top, left) = (rows.min() ?? 0, columns.min() ?? 0)
    var data: [UInt8] = []
    let isComposite = !region.holes.isEmpty
    if isComposite {
      for ring in [region.outline] + region.holes {
        for (index, corner) in ring.enumerated() {
          for number in [index == 0 ? 0 : 1, Float(corner.column), Float(corner.row)] { data += big(number.bitPattern) }
        }
        data += big(Float(4).bitPattern)
      }
    } else {
      data = columns.flatMap { big(Int16(truncatingIfNeeded: $0 - left)) } + rows.flatMap { big(Int16(truncatingIfNeeded: $0 - top)) }
    }
    let count = region.outline.count
    var header = Array("Iout".utf8) + big(Int16(228)) + [isComposite ? 1 : 8, 0]
    for edge in [top, left, rows.max() ?? 0, columns.max() ?? 0] { header += big(Int16(truncatingIfNeeded: edge)) }
    header += big(UInt16(isComposite || count > 65_535 ? 0 : count))
    // Where the number of points does not fit into 16 bits, it is here.
    header += big(Int32(!isComposite && count > 65_535 ? count : 0)) + [UInt8](repeating: 0, count: 14)
    header += big(Int32(isComposite ? data.count / 4 : 0))
    header += [255, color.red, color.green, color.blue] + [UInt8](repeating: 0, count: 16)
    header += big(Int32(64 + data.count))
    let characters = Array(name.utf16)
    let names = big(Int32(64 + data.count + 64)) + big(Int32(characters.count))
    let second = [UInt8](repeating: 0, count: 16) + names + [UInt8](repeating: 0, count: 40)
    return header + data + second + characters.flatMap { big($0) }
  }

  /// Whether bytes are a ROI, or an archive that starts with one.
  static func isEncoded(in bytes: [UInt8]) -> Bool {
    if bytes.starts(with: Array("Iout".utf8)) { return true }
    guard bytes.starts(with: [0x50, 0x4B, 3, 4]), bytes.count > 30 else { return false }
    let count = Int(bytes[26]) | Int(bytes[27]) << 8
    return bytes[30...].prefix(count).suffix(4).elementsEqual(Array(".roi".utf8))
  }

  /// - Throws: `AnnotationError`, `CancellationError`.
  static func decode(_ bytes: [UInt8], size: Size?, labels: LabelMapping) throws -> Annotation {
    let cancellation = Cancellation.current
    guard let size else { throw AnnotationError.noSize }
    var files: [(name: String, bytes: [UInt8])] = []
    if bytes.starts(with: Array("Iout".utf8)) {
      files = [("ROI", bytes)]
    } else {
      do {
        var total = 0
        for entry in try ZIPArchive(bytes).entries where entry.name.lowercased().hasSuffix(".roi") {
          files.append((String(entry.name.dropLast(4)), try entry.content(limit: sizeLimit - total)))
          total += files[files.count - 1].bytes.count
          try cancellation.check()
        }
      } catch let problem as ZIPArchive.Problem { throw AnnotationError.damaged(problem.description) }
    }
    var annotation = Annotation(size: size)
    var bothLungs: Mask?
    for file in files {
      try cancellation.check()
      try AnnotationError.within(file.name) {
        let roi = try ImageJROI(file.bytes)
        let label = Self.label(of: roi.name ?? file.name, labels)
        guard labels.layers(labeled: label) != nil else { return annotation.remarks.add(unknownLabel: label) }
        guard let mask = try roi.mask(size) else {
          annotation.remarks.notRegions += 1
          return
        }
        guard annotation.remarks.use(mask, isClipped: roi.isOutside(size)) else { return }
        try annotation.add(mask, labeled: label, labels, &bothLungs)
      }
    }
    try annotation.split(bothLungs)
    return annotation
  }

  /// The name, without the number of the region unless it is a label with it.
  private static func label(of name: String, _ labels: LabelMapping) -> String {
    guard labels.certainLayers(labeled: name) == nil, let dash = name.lastIndex(of: "-"),
      name[name.index(after: dash)...].allSatisfy(\.isNumber)
    else { return name }
    return String(name[..<dash])
  }
}

/// One region of interest of ImageJ.
struct ImageJROI {
  private enum Form { case polygons, rectangle, ellipse, none }

  /// The name inside the file; nil if it has no name.
  let name: String?
  private let form: Form
  /// Closed polygons; for a rectangle or an ellipse two opposite corners.
  private let polygons: [[FinePoint]]

  /// - Throws: `AnnotationError.damaged`.
  init(_ bytes: [UInt8]) throws(AnnotationError) {
    let truncated = AnnotationError.damaged("the ROI is truncated")
    func number<Number: FixedWidthInteger>(_ offset: Int, _ type: Number.Type) throws(AnnotationError) -> Number {
      guard offset >= 0, offset <= bytes.count - MemoryLayout<Number>.size else { throw truncated }
      return bytes[offset..<offset + MemoryLayout<Number>.size].reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }
    func float(_ offset: Int) throws(AnnotationError) -> Double { Double(Float(bitPattern: try number(offset, UInt32.self))) }
    guard bytes.count >= 64, bytes.starts(with: Array("Iout".utf8)) else { throw .damaged("it is not an ImageJ ROI") }
    let second = Int(try number(60, Int32.self))
    var name: String?
    if second > 0, second <= bytes.count - 64 {
      let (start, count) = (Int(try number(second + 16, Int32.self)), Int(try number(second + 20, Int32.self)))
      if count > 0, start > 0, count <= 4096, start <= bytes.count - 2 * count {
        var characters: [UInt16] = []
        for index in 0..<count { characters.append(try number(start + 2 * index, UInt16.self)) }
        name = String(decoding: characters, as: UTF16.self)
      }
    }
    self.name = name
    let edges = [try number(8, Int16.self), try number(10, Int16.self), try number(12, Int16.self), try number(14, Int16.self)].map(
      Double.init)
    let composite = Int(try number(36, Int32.self))
    switch bytes[6] {
    case 1 where composite > 0:
      guard composite <= (bytes.count - 64) / 4 else { throw truncated }
      var numbers: [Double] = []
      for index in 0..<composite { numbers.append(try float(64 + 4 * index)) }
      (form, polygons) = (.polygons, try Self.paths(numbers))
    case 1, 2:
      form = bytes[6] == 1 ? .rectangle : .ellipse
      polygons = [try AnnotationNumbers.points([edges[1], edges[0], edges[3], edges[2]])]
    case 0, 7, 8:
      var count = Int(try number(16, UInt16.self))
      if count == 0 { count = Int(try number(18, Int32.self)) }
      guard count >= 0, count <= (bytes.count - 64) / 4 else { throw truncated }
      let (options, version) = (try number(50, Int16.self), try number(4, Int16.self))
      let isFine = options & 128 != 0 && version >= 222 && count <= (bytes.count - 64) / 12
      var flat: [Double] = []
      for index in 0..<count {
        if isFine {
          flat += [try float(64 + 4 * count + 4 * index), try float(64 + 8 * count + 4 * index)]
        } else {
          flat.append(edges[1] + Double(try number(64 + 2 * index, Int16.self)))
          flat.append(edges[0] + Double(try number(64 + 2 * count + 2 * index, Int16.self)))
        }
      }
      (form, polygons) = (.polygons, [try AnnotationNumbers.points(flat)])
    default: (form, polygons) = (.none, [])
    }
  }

  /// The rings of a composite: instructions of java.awt.geom's PathIterator, of which curves are not supported.
  private static func paths(_ numbers: [Double]) throws(AnnotationError) -> [[FinePoint]] {
    var paths: [[FinePoint]] = []
    var flat: [Double] = []
    var index = 0
    while index < numbers.count {
      switch numbers[index] {
      case 0, 1:
        guard index + 2 < numbers.count else { throw .damaged("a composite ROI that ends within a point") }
        if numbers[index] == 0, !flat.isEmpty {
          paths.append(try AnnotationNumbers.points(flat))
          flat = []
        }
        flat += numbers[index + 1...index + 2]
        index += 3
      case 4: index += 1
      default: throw .damaged("a composite ROI with curves, which are not supported; convert it to a polygon in ImageJ")
      }
    }
    if !flat.isEmpty { paths.append(try AnnotationNumbers.points(flat)) }
    return paths
  }

  /// The pixels inside; nil if the ROI has no area.
  func mask(_ size: Size) throws -> Mask? {
    switch form {
    case .polygons:
      let areas = polygons.filter { $0.count > 2 }
      return areas.isEmpty ? nil : try Mask(size: size, polygons: areas)
    case .rectangle: return Mask(size: size, rectangle: polygons[0][0], polygons[0][1])
    case .ellipse: return Mask(size: size, ellipse: polygons[0][0], polygons[0][1])
    case .none: return nil
    }
  }

  func isOutside(_ size: Size) -> Bool { polygons.joined().contains { AnnotationNumbers.isOutside($0, size) } }
}
