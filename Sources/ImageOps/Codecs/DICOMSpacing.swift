/// Where the pixel spacing of a DICOM radiograph comes from (PS3.3, 10.7.1).
enum DICOMSpacing {
  /// PixelSpacing is calibrated, unless it only repeats ImagerPixelSpacing and names no calibration; ImagerPixelSpacing holds at the detector and
  /// NominalScannedPixelSpacing on the film.
  static func spacing(_ dataSet: DICOMDataSet, _ remarks: inout [ReadingRemark]) -> Spacing {
    let root = dataSet.root
    func pair(_ tag: DICOMDataSet.Tag, _ name: String, _ attributes: DICOMAttributes) -> [Double]? {
      let numbers = attributes.decimals(tag)
      guard !numbers.isEmpty else { return nil }
      if numbers.count >= 2, let row = numbers[0], let column = numbers[1], row > 0, column > 0 { return [row, column] }
      remarks.append(.notUsed(name, "it is \(attributes.spelled(tag)), which is not two positive numbers with a decimal point"))
      return nil
    }
    let calibrated = pair(0x0028_0030, "PixelSpacing", dataSet.attributes(in: DICOMDataSet.pixelMeasures))
    let imager = pair(0x0018_1164, "ImagerPixelSpacing", root)
    let nominal = pair(0x0018_2010, "NominalScannedPixelSpacing", root)
    let namesCalibration = ["GEOMETRY", "FIDUCIAL"].contains(root.text(0x0028_0A02))
    if let calibrated, namesCalibration || calibrated != imager { return .calibrated(row: calibrated[0], column: calibrated[1]) }
    if let plane = imager ?? nominal {
      if imager != nil, let factor = root.decimals(0x0018_1114).first.flatMap({ $0 }), factor > 1 {
        remarks.append(.magnification(factor: text(factor), row: text(plane[0] / factor), column: text(plane[1] / factor)))
      }
      return .detectorPlane(row: plane[0], column: plane[1])
    }
    let ratio = root.decimals(0x0028_0034)
    if ratio.count >= 2, let vertical = ratio[0], let horizontal = ratio[1], vertical != horizontal {
      remarks.append(.aspectRatio("\(text(vertical)):\(text(horizontal))"))
    }
    return .unknown
  }

  private static func text(_ number: Double) -> String {
    let rounded = (number * 10_000).rounded() / 10_000
    return rounded == rounded.rounded() && abs(rounded) < 1e9 ? "\(Int(rounded))" : "\(rounded)"
  }
}
