import Basics
import ImageOps
import Plotting

/// Pascal VOC annotations (VOC2007 development kit): one object per region (4-connected) with its bounding box.
///
/// Boxes are in pixels with 1-based, inclusive coordinates: the upper left pixel is (1, 1), and `xmax` and `ymax` are the last pixels inside.
public enum PascalVOCFile {
  /// Encodes the boxes of masks; empty masks have no object.
  /// - Parameter fileName: The image's name in the file.
  /// - Throws: `CancellationError`.
  public static func encoded(_ masks: LabeledMasks, fileName: String) throws -> [UInt8] {
    var text = """
      <annotation>
        <folder></folder>
        <filename>\(Markup.escaped(fileName))</filename>
        <source><database>segsh</database></source>
        <size><width>\(masks.size.width)</width><height>\(masks.size.height)</height><depth>1</depth></size>
        <segmented>0</segmented>

      """
    for (_, structure) in masks.all {
      for box in try structure.mask.regionBoxes() {
        text += """
            <object>
              <name>\(Markup.escaped(structure.label))</name>
              <pose>Unspecified</pose>
              <truncated>0</truncated>
              <difficult>0</difficult>
              <bndbox>
                <xmin>\(box.columns.lowerBound + 1)</xmin>
                <ymin>\(box.rows.lowerBound + 1)</ymin>
                <xmax>\(box.columns.upperBound)</xmax>
                <ymax>\(box.rows.upperBound)</ymax>
              </bndbox>
            </object>

          """
      }
    }
    return Array((text + "</annotation>\n").utf8)
  }
}
