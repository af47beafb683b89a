import Basics
import ImageOps
import SegLang

/// Places in an image as a short text: `Points`. `"120,88.5 +20+3.5 -1+0"`: row and column with a comma stand for themselves; with signs they are
/// counted from the point before.
package struct Points: Value, Hashable {
  package let points: [FinePoint]

  /// The greatest number of points that one correction holds.
  package static let countLimit = 100_000

  package static let typeName = "Points"
  package static let typeHelp = "Points in an image: row,column in pixels, or ±rows±columns relative to the previous point."
  package static var literalHint: String? { "points such as [[120, 88.5], [140, 92]] or \"120,88.5 +20+3.5\"" }

  package static func read(_ literal: Literal) throws(LiteralProblem) -> Points {
    // A word without quotes may be a variable.
    let problem = literal.isQuoted ? LiteralProblem.malformed : .notALiteral
    var points: [FinePoint] = []
    for word in literal.text.utf8.split(separator: UInt8(ascii: " ")) {
      guard let point = point(word, after: points.last), points.count < countLimit else { throw problem }
      points.append(point)
    }
    if points.isEmpty { throw problem }
    return Points(points: points)
  }

  /// `row,column`, or `+rows-columns` from a point.
  private static func point(_ word: Substring.UTF8View, after previous: FinePoint?) -> FinePoint? {
    func number(_ text: Substring.UTF8View) -> Double? {
      guard text.allSatisfy({ (48...57).contains($0) || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+")].contains($0) }) else {
        return nil
      }
      return Double(String(Substring(text)))
    }
    if let comma = word.firstIndex(of: UInt8(ascii: ",")) {
      guard let row = number(word[..<comma]), let column = number(word[word.index(after: comma)...]) else { return nil }
      return FinePoint(row: row, column: column)
    }
    func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") }
    guard let previous, let first = word.first, isSign(first), let second = word.dropFirst().firstIndex(where: isSign),
      let rows = number(word[..<second]), let columns = number(word[second...]), let step = FinePoint(row: rows, column: columns)
    else { return nil }
    let place = FinePoint(hundredths: previous.row + step.row, previous.column + step.column)
    return FinePoint(row: place.pixelPoint.row, column: place.pixelPoint.column)
  }

  /// The first point by itself, each other one from the point before.
  private var text: String {
    var words: [String] = []
    words.reserveCapacity(points.count)
    var previous: FinePoint?
    for point in points {
      if let previous {
        words.append(Self.signed(point.row - previous.row) + Self.signed(point.column - previous.column))
      } else {
        words.append("\(Self.decimal(point.row)),\(Self.decimal(point.column))")
      }
      previous = point
    }
    return words.joined(separator: " ")
  }

  private static func signed(_ hundredths: Int) -> String { (hundredths < 0 ? "" : "+") + decimal(hundredths) }

  /// 1250 as `12.5`.
  private static func decimal(_ hundredths: Int) -> String {
    let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
    let fraction = rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)"
    return "\(hundredths < 0 ? "-" : "")\(whole)\(fraction)"
  }

  package var oneLine: String { points.count == 1 ? text : "\(NumberFormat.grouped(points.count)) points" }
  package var literal: String? { "\"\(text)\"" }
  package var json: JSON {
    .array(points.map { .array([.number($0.pixelPoint.row), .number($0.pixelPoint.column)]) })
  }
}

/// Points as a list of `[row, column]` or as a text.
package enum Places: Union {
  case points(Points)
  case list(List)

  package static let unionCases = [UnionCase(Self.points), UnionCase(Self.list)]

  /// The places, rounded to hundredths of a pixel. `[row, column]` by itself is one place.
  /// - Throws: `CommandProblem.notAPoint`, `CommandProblem.tooManyPoints`.
  package var finePoints: [FinePoint] {
    get throws {
      switch self {
      case .points(let points): return points.points
      case .list(let list):
        guard list.items.count <= Points.countLimit else { throw CommandProblem.tooManyPoints(list.items.count, limit: Points.countLimit) }
        if list.items.count == 2, list.items.allSatisfy({ $0 is Double }) { return [try Self.point(list, number: 1)] }
        return try list.items.enumerated().map { try Self.point($1, number: $0 + 1) }
      }
    }
  }

  private static func point(_ value: any Value, number: Int) throws -> FinePoint {
    guard let pair = value as? List, pair.items.count == 2, let row = pair.items[0] as? Double, let column = pair.items[1] as? Double,
      let point = FinePoint(row: row, column: column)
    else { throw CommandProblem.notAPoint(number, value.oneLine) }
    return point
  }
}
