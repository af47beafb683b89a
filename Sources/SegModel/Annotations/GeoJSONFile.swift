import Basics
import ImageOps

/// GeoJSON (RFC 7946) as QuPath reads and writes it: one annotation per structure, its name as the classification.
///
/// Coordinates are x and y in pixels of the full image from its upper left corner. Regions are polygons along pixel edges with their holes, valid by
/// the rules of OGC; the first point of a ring is repeated at its end. The member `segsh` states the size of the image and the structures that are
/// known to be absent; QuPath ignores it.
public enum GeoJSONFile {
  /// Encodes masks as a feature collection.
  /// - Throws: `CancellationError`.
  public static func encoded(_ masks: LabeledMasks) throws -> [UInt8] {
    var features: [JSON] = []
    var absent: [JSON] = []
    for (_, structure) in masks.all {
      let polygons: [JSON] = try structure.mask.regionPolygons().map { polygon in .array(([polygon.outline] + polygon.holes).map(ring)) }
      guard let first = polygons.first else {
        absent.append(.string(structure.label))
        continue
      }
      let color = [structure.color.red, structure.color.green, structure.color.blue].map { JSON.number(Double($0)) }
      features.append([
        "type": "Feature",
        "geometry": [
          "type": polygons.count == 1 ? "Polygon" : "MultiPolygon", "coordinates": polygons.count == 1 ? first : .array(polygons),
        ],
        "properties": ["objectType": "annotation", "classification": ["name": .string(structure.label), "color": .array(color)]],
      ])
    }
    let json: JSON = [
      "type": "FeatureCollection", "features": .array(features),
      "segsh": [
        "width": .number(Double(masks.size.width)), "height": .number(Double(masks.size.height)), "absent": .array(absent),
      ],
    ]
    return Array((json.description + "\n").utf8)
  }

  private static func ring(_ corners: [PixelCorner]) -> JSON {
    .array((corners + corners.prefix(1)).map { .array([.number(Double($0.column)), .number(Double($0.row))]) })
  }

  /// The features of a file; nil if it is not GeoJSON.
  static func features(of json: JSON) -> [JSON]? {
    if json["type"]?.stringValue == "Feature" { return [json] }
    let list = json["type"]?.stringValue == "FeatureCollection" ? json["features"]?.arrayValue : json.arrayValue
    return list.flatMap { features in features.allSatisfy { $0["type"]?.stringValue == "Feature" } ? features : nil }
  }

  /// - Throws: `AnnotationError`, `CancellationError`.
  static func decode(_ features: [JSON], of json: JSON, size known: Size?, labels: LabelMapping) throws -> Annotation {
    let cancellation = Cancellation.current
    let own = try AnnotationNumbers.size(width: json["segsh"]?["width"], height: json["segsh"]?["height"])
    guard let size = own ?? known else { throw AnnotationError.noSize }
    try AnnotationFile.check(size, against: known)
    var annotation = Annotation(size: size)
    var bothLungs: Mask?
    for (index, feature) in features.enumerated() {
      try cancellation.check()
      try AnnotationError.within("feature \(index + 1)") {
        let properties = feature["properties"]
        let label = (properties?["classification"]?["name"] ?? properties?["name"])?.stringValue ?? "unclassified"
        guard labels.layers(labeled: label) != nil else { return annotation.remarks.add(unknownLabel: label) }
        guard let polygons = try polygons(feature["geometry"]) else {
          annotation.remarks.notRegions += 1
          return
        }
        var union: Mask?
        for rings in polygons {
          let mask = try Mask(size: size, polygons: rings)
          let isClipped = rings.joined().contains { AnnotationNumbers.isOutside($0, size) }
          guard annotation.remarks.use(mask, isClipped: isClipped) else { continue }
          union = try union.map { try $0.union(mask) } ?? mask
        }
        if let union { try annotation.add(union, labeled: label, labels, &bothLungs) }
      }
    }
    try annotation.split(bothLungs)
    for label in json["segsh"]?["absent"]?.arrayValue ?? [] {
      for layer in label.stringValue.flatMap({ labels.layers(labeled: $0) }) ?? [] where annotation[layer] == nil {
        annotation[layer] = Mask(size: size)
      }
    }
    return annotation
  }

  /// The rings of each polygon; nil for points and lines.
  private static func polygons(_ geometry: JSON?) throws(AnnotationError) -> [[[FinePoint]]]? {
    let coordinates = geometry?["coordinates"]?.arrayValue ?? []
    switch geometry?["type"]?.stringValue {
    case "Polygon": return [try rings(coordinates)]
    case "MultiPolygon":
      var polygons: [[[FinePoint]]] = []
      for polygon in coordinates { polygons.append(try rings(polygon.arrayValue ?? [])) }
      return polygons
    default: return nil
    }
  }

  private static func rings(_ rings: [JSON]) throws(AnnotationError) -> [[FinePoint]] {
    var result: [[FinePoint]] = []
    for ring in rings {
      guard let points = ring.arrayValue else { throw .damaged("a ring that is not a list of points") }
      var flat: [Double] = []
      for point in points {
        guard let numbers = point.numbersValue, numbers.count >= 2 else { throw .damaged("a point that is not a pair of numbers") }
        flat += numbers.prefix(2)
      }
      result.append(try AnnotationNumbers.points(flat))
    }
    return result
  }
}
