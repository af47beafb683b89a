import Basics

/// NRRD files (`.nrrd`) of one slice with their pixels attached; see ``VolumeSlice`` for the orientation.
enum NRRDCodec {
  /// The key of the provenance of the spacing.
  private static let provenance = "segsh_pixel_spacing"
  private static let headerLimit = 1 << 20

  /// The fields and keys of a header.
  struct Header {
    /// Values of fields by name in lowercase.
    var fields: [String: String] = [:]
    /// Values of keys, which programs choose themselves.
    var keys: [String: String] = [:]
    /// Where the data starts.
    var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) throws(CodecProblem) {
      var start = 0
      var isFirst = true
      while true {
        let rest = bytes[start..<min(bytes.count, headerLimit)]
        guard let end = rest.firstIndex(of: 10) else { throw .truncated(.nrrd, reason: "its header has no end") }
        let line = String(decoding: bytes[start..<end], as: UTF8.self).trimmed()
        start = end + 1
        if line.isEmpty { break }
        defer { isFirst = false }
        if isFirst || line.hasPrefix("#") { continue }
        if let mark = line.firstRange(of: ":=") {
          keys[String(line[..<mark.lowerBound])] = String(line[mark.upperBound...])
        } else if let mark = line.firstRange(of: ":") {
          fields[line[..<mark.lowerBound].lowercased().trimmed()] = String(line[mark.upperBound...]).trimmed()
        }
      }
      offset = start
    }

    /// The length of each axis, the fastest first.
    func sizes() throws(CodecProblem) -> [Int] {
      let sizes = (fields["sizes"] ?? "").split(separator: " ").map { Int($0) ?? 0 }
      guard !sizes.isEmpty, sizes.count <= 16, sizes.allSatisfy({ $0 > 0 }) else {
        throw .damaged(.nrrd, reason: "its sizes are not stated")
      }
      return sizes
    }

    /// The direction of each axis, nil for one without; nil if the file does not state them.
    func directions() -> [[Double]?]? {
      guard let text = fields["space directions"] else { return nil }
      return text.replacing("none", with: "()").split(separator: ")").map { part in
        guard let open = part.firstIndex(of: "(") else { return nil }
        let numbers = part[part.index(after: open)...].split(separator: ",").compactMap { Double($0.trimmed()) }
        return numbers.isEmpty ? nil : numbers
      }
    }

    /// The numbers' type and size.
    func type() throws(CodecProblem) -> (kind: ArrayLayout.Kind, itemSize: Int) {
      switch (fields["type"] ?? "").lowercased() {
      case "uchar", "unsigned char", "uint8", "uint8_t": (.unsigned, 1)
      case "signed char", "int8", "int8_t": (.signed, 1)
      case "ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t": (.unsigned, 2)
      case "short", "short int", "signed short", "signed short int", "int16", "int16_t": (.signed, 2)
      case "uint", "unsigned int", "uint32", "uint32_t": (.unsigned, 4)
      case "int", "signed int", "int32", "int32_t": (.signed, 4)
      case "ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t": (.unsigned, 8)
      case "longlong", "long long", "long long int", "signed long long", "int64", "int64_t": (.signed, 8)
      case "float": (.float, 4)
      case "double": (.float, 8)
      case let name: throw .unsupported(.nrrd, feature: "type `\(name)`")
      }
    }
  }

  /// Runs `body` on the header of a file and its data, decompressed if it was compressed.
  static func opened<Result>(
    _ bytes: UnsafeRawBufferPointer, _ body: (Header, UnsafeRawBufferPointer) throws(CodecProblem) -> Result
  ) throws(CodecProblem) -> Result {
    let header = try Header(bytes)
    for field in ["data file", "datafile"] where header.fields[field] != nil {
      throw .unsupported(.nrrd, feature: "pixels in a second file")
    }
    for field in ["line skip", "lineskip", "byte skip", "byteskip"] where (header.fields[field] ?? "0") != "0" {
      throw .unsupported(.nrrd, feature: "`\(field)`")
    }
    let data = UnsafeRawBufferPointer(rebasing: bytes[header.offset...])
    switch (header.fields["encoding"] ?? "").lowercased() {
    case "raw": return try body(header, data)
    case "gzip", "gz": return try NIfTICodec.inflated(data, .nrrd).pixels { bytes throws(CodecProblem) in try body(header, bytes) }
    case let name: throw .unsupported(.nrrd, feature: "encoding `\(name)`; raw and gzip are")
    }
  }

  /// Runs `body` on the slice of a file and the bytes that hold its numbers.
  static func slice<Result>(
    of bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, VolumeSlice) throws(CodecProblem) -> Result
  ) throws(CodecProblem) -> Result {
    try opened(bytes) { header, data throws(CodecProblem) in
      let sizes = try header.sizes()
      guard sizes.count >= 2, sizes.dropFirst(2).allSatisfy({ $0 == 1 }) else {
        throw .unsupported(.nrrd, feature: "the sizes \(sizes.map(String.init).joined(separator: " x ")); an image has one slice")
      }
      let size = Size(width: sizes[0], height: sizes[1])
      guard size.isValid else { throw .invalidSize(.nrrd, width: size.width, height: size.height) }
      let (kind, itemSize) = try header.type()
      let layout = try ArrayLayout(
        .nrrd, kind, itemSize: itemSize, isBigEndian: header.fields["endian"]?.lowercased() == "big", shape: [size.height, size.width],
        offset: 0, byteCount: data.count)
      var slice = VolumeSlice(layout: layout)
      (slice.spacing, slice.axes) = geometry(header, firstAxis: 0)
      return try body(data, slice)
    }
  }

  /// The spacing of the axis of columns and the one after it, and where they run.
  static func geometry(_ header: Header, firstAxis: Int) -> (Spacing, (column: VolumeSlice.Direction, row: VolumeSlice.Direction)?) {
    let provenance = header.keys[provenance]
    if let directions = header.directions(), directions.count > firstAxis + 1, let column = directions[firstAxis],
      let row = directions[firstAxis + 1]
    {
      func length(_ direction: [Double]) -> Double {
        let used = direction.filter { $0 != 0 }
        return used.count == 1 ? abs(used[0]) : direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
      let spacing = VolumeSlice.spacing(row: length(row), column: length(column), provenance: provenance)
      let space = (header.fields["space"] ?? "").lowercased()
      let signs: (left: Double, back: Double)? =
        switch space {
        case "left-posterior-superior", "lps": (1, 1)
        case "right-anterior-superior", "ras": (-1, -1)
        case "left-anterior-superior", "las": (1, -1)
        default: nil
        }
      guard let signs, column.count == 3, row.count == 3 else { return (spacing, nil) }
      func direction(_ numbers: [Double]) -> VolumeSlice.Direction {
        VolumeSlice.Direction(left: signs.left * numbers[0], back: signs.back * numbers[1], head: numbers[2])
      }
      return (spacing, (direction(column), direction(row)))
    }
    let spacings = (header.fields["spacings"] ?? "").split(separator: " ").map { Double($0) ?? .nan }
    guard spacings.count > firstAxis + 1 else { return (.unknown, nil) }
    return (VolumeSlice.spacing(row: spacings[firstAxis + 1], column: spacings[firstAxis], provenance: provenance), nil)
  }

  static func encoded(_ samples: ImageSamples, spacing: Spacing) throws(Deflate.Problem) -> [UInt8] {
    let type =
      switch samples.values {
      case .bytes: "uint8"
      case .words: "uint16"
      case .integers: "uint32"
      case .floats: "float"
      }
    return try encoded(samples.littleEndianBytes, type: type, layers: nil, size: samples.size, spacing: spacing, keys: [])
  }

  /// - Parameter layers: The number of layers, whose numbers alternate; nil for one slice without this axis.
  static func encoded(
    _ data: [UInt8], type: String, layers: Int?, size: Size, spacing: Spacing, keys: [(name: String, value: String)]
  ) throws(Deflate.Problem) -> [UInt8] {
    let millimeters = spacing.millimeters ?? (row: 1, column: 1)
    let (column, row) = (NumberFormat.exact(millimeters.column), NumberFormat.exact(millimeters.row))
    var lines = [
      "NRRD0005", "type: \(type)", "dimension: \(layers == nil ? 3 : 4)", "space: left-posterior-superior",
      "sizes: \(layers.map { "\($0) " } ?? "")\(size.width) \(size.height) 1",
      "space directions: \(layers == nil ? "" : "none ")(\(column),0,0) (0,\(row),0) (0,0,1)",
      "kinds: \(layers == nil ? "" : "list ")domain domain domain", "endian: little", "encoding: gzip", "space origin: (0,0,0)",
    ]
    if spacing != .unknown { lines.append("space units: \"mm\" \"mm\" \"mm\"") }
    lines.append("\(provenance):=\(VolumeSlice.provenance(of: spacing))")
    lines += keys.map { "\($0.name):=\($0.value)" }
    return Array((lines.joined(separator: "\n") + "\n\n").utf8) + (try Deflate.deflated(data, .gzip))
  }
}
