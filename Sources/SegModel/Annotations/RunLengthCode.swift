import Basics
import ImageOps

/// COCO's run-length encoding: columns one after another, each from top to bottom, in alternating runs outside and inside, outside first.
///
/// The text form (pycocotools) writes each length as its difference from the one before the last, in groups of five bits, lowest first, each with a
/// continuation bit, as characters from `0` on.
public enum RunLengthCode {
  /// Returns the run lengths of a mask. O(pixels).
  public static func counts(of mask: Mask) -> [Int] {
    var counts: [Int] = []
    var (current, run) = (false, 0)
    for column in 0..<mask.size.width {
      for row in 0..<mask.size.height {
        if mask[row, column] == current {
          run += 1
        } else {
          counts.append(run)
          (current, run) = (!current, 1)
        }
      }
    }
    counts.append(run)
    return counts
  }

  /// Decodes run lengths to a mask.
  /// - Throws: `AnnotationError.damaged` if the lengths do not fill the image, before any pixel is set; `CancellationError`.
  public static func mask(_ counts: [Int], size: Size) throws -> Mask {
    let cancellation = Cancellation.current
    var left = size.count
    for count in counts {
      guard count >= 0, count <= left else { throw AnnotationError.damaged("run lengths that do not fill an image of \(size)") }
      left -= count
    }
    guard left == 0 else { throw AnnotationError.damaged("run lengths that do not fill an image of \(size)") }
    var mask = Mask(size: size)
    var place = 0
    for (index, count) in counts.enumerated() {
      if index & 1023 == 0 { try cancellation.check() }
      if index & 1 == 1 { for pixel in place..<place + count { mask[pixel % size.height, pixel / size.height] = true } }
      place += count
    }
    return mask
  }

  /// Encodes run lengths as text.
  public static func text(of counts: [Int]) -> String {
    var bytes: [UInt8] = []
    for (index, count) in counts.enumerated() {
      var rest = index > 2 ? count - counts[index - 2] : count
      var isOpen = true
      while isOpen {
        var group = rest & 31
        rest >>= 5
        // The sign is that of the last group's highest bit.
        isOpen = group & 16 != 0 ? rest != -1 : rest != 0
        if isOpen { group |= 32 }
        bytes.append(UInt8(group + 48))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Decodes run lengths from text.
  /// - Throws: `AnnotationError.damaged`.
  public static func counts(of text: String) throws(AnnotationError) -> [Int] {
    var counts: [Int] = []
    var (value, shift) = (0, 0)
    for byte in text.utf8 {
      guard (48..<112).contains(byte), shift <= 35 else { throw .damaged("text that does not encode run lengths") }
      let group = Int(byte) - 48
      value |= (group & 31) << shift
      shift += 5
      if group & 32 != 0 { continue }
      if group & 16 != 0 { value |= -1 << shift }
      let count = counts.count > 2 ? value + counts[counts.count - 2] : value
      guard (0...Size.maximumCount).contains(count) else { throw .damaged("a run of \(count) pixels") }
      counts.append(count)
      (value, shift) = (0, 0)
    }
    guard shift == 0 else { throw .damaged("truncated run lengths") }
    return counts
  }
}
