/// How a DICOM file wants its image to be shown (PS3.3, C.11.2), and what of that is not followed.
enum DICOMPresentation {
  /// The windows, then the VOI tables, in units of intensity before any inversion.
  static func voi(
    _ dataSet: DICOMDataSet, _ format: DICOMPixelFormat, _ range: ClosedRange<Float>, _ remarks: inout [ReadingRemark]
  ) -> [VOI] {
    let group = dataSet.attributes(in: DICOMDataSet.frameVOI)
    guard format.isMonochrome else {
      if group.has(0x0028_1050) { remarks.append(.notUsed("WindowCenter", "the image is not MONOCHROME")) }
      return []
    }
    return windows(group, &remarks) + tables(group, isSigned: range.lowerBound < 0, &remarks)
  }

  private static func windows(_ group: DICOMAttributes, _ remarks: inout [ReadingRemark]) -> [VOI] {
    let (centers, widths) = (group.decimals(0x0028_1050), group.decimals(0x0028_1051))
    let names = group.texts(0x0028_1055)
    var function = GrayImage.Window.Function.linear
    if let named = group.text(0x0028_1056) {
      if let known = GrayImage.Window.Function(rawValue: named) {
        function = known
      } else {
        remarks.append(.notUsed("VOILUTFunction", "it is not a function of the standard; LINEAR is used"))
      }
    }
    return (0..<max(centers.count, widths.count)).compactMap { index in
      let what = "window \(index + 1)"
      guard index < centers.count, index < widths.count, let center = centers[index], let width = widths[index],
        Float(center).isFinite, Float(width).isFinite
      else {
        remarks.append(.notUsed(what, "its center or width is not a number with a decimal point"))
        return nil
      }
      guard Float(width) > 0 else {
        remarks.append(.notUsed(what, "its width is not positive"))
        return nil
      }
      var exact = function
      if function == .linear, width < 1 {
        exact = .linearExact
        remarks.append(.notUsed("VOILUTFunction LINEAR", "the width of \(what) is below 1; LINEAR_EXACT is used"))
      }
      let name = index < names.count && !names[index].isEmpty ? names[index] : nil
      return .window(GrayImage.Window(center: Float(center), width: Float(width), function: exact, name: name))
    }
  }

  private static func tables(_ group: DICOMAttributes, isSigned: Bool, _ remarks: inout [ReadingRemark]) -> [VOI] {
    group.items(DICOMDataSet.voiTables).enumerated().compactMap { index, item in
      do throws(CodecProblem) {
        let table = try DICOMLookupTable(item, descriptor: 0x0028_3002, data: 0x0028_3006, isSigned: isSigned, "a VOI table")
        let name = item.text(0x0028_3003)
        return .table(
          GrayImage.VOITable(
            first: Float(table.first), levels: table.entries.map { Float($0) / table.top }, name: name.flatMap { $0.isEmpty ? nil : $0 }))
      } catch {
        remarks.append(.notUsed("VOI table \(index + 1)", "\(error)"))
        return nil
      }
    }
  }

  /// Remarks on attributes that change what is seen elsewhere and are not followed here.
  static func remarkOnUnused(_ dataSet: DICOMDataSet, _ format: DICOMPixelFormat, _ remarks: inout [ReadingRemark]) {
    let root = dataSet.root
    if root.item.keys.contains(where: { $0 >> 24 == 0x60 && $0 & 0xFFFF == 0x3000 }) {
      remarks.append(.notUsed("the overlay", "overlay graphics are not drawn"))
    }
    if root.has(0x0018_1600) { remarks.append(.notUsed("the display shutter", "pixels outside it are kept as stored")) }
    if root.has(0x2050_0010) { remarks.append(.notUsed("the presentation table", "only the shapes IDENTITY and INVERSE are supported")) }
    if root.has(0x0028_9422) { remarks.append(.notUsed("the pixel intensity relationship table", "intensities stay as stored")) }
    if format.isMonochrome, root.has(0x0028_1101) {
      remarks.append(.notUsed("the palette", "PhotometricInterpretation is \(format.photometric)"))
    }
    switch (format.photometric, root.text(0x2050_0020)) {
    case ("MONOCHROME2", "INVERSE"?), ("MONOCHROME1", "IDENTITY"?):
      remarks.append(
        .contradiction(
          "PresentationLUTShape contradicts PhotometricInterpretation \(format.photometric), which is used; check that bone is bright"))
    default: break
    }
    if root.has(0x0040_9096) { remarks.append(.notUsed("the real world value mapping", "intensities stay as stored")) }
    if root.text(0x0028_0301) == "YES" { remarks.append(.burnedIn) }
    if root.text(0x0008_0068) == "FOR PROCESSING" { remarks.append(.forProcessing) }
    let orientation = root.texts(0x0020_0020)
    if orientation.count >= 2, let row = orientation[0].first, let column = orientation[1].first {
      let value = "\(row)\\\(column)"
      if row == "R" && column == "F" || row == "R" && column == "H" {
        remarks.append(.orientation(value, "rows run toward the patient's right, so left and right are swapped"))
      }
      if column == "H" { remarks.append(.orientation(value, "columns run toward the head, so the image is upside down")) }
      if row == "F" || row == "H" { remarks.append(.orientation(value, "rows run along the body, so the image is rotated by 90 degrees")) }
    }
  }
}
