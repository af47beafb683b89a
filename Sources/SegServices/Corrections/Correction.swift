import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// Something drawn by a person that adds to a region or takes away from it.
package struct Correction {
  package let region: SegmentationOrMask
  package let layer: CorrectionLayer
  package let removes: Bool
  package let context: Context

  package init(_ region: SegmentationOrMask, _ layer: CorrectionLayer, removes: Bool, _ context: Context) throws {
    if case .mask = region, layer != .opacity { throw CommandProblem.noSuchLayer(layer.oneLine) }
    if removes, case .segmentation(let segmentation) = region, case .structure(let name) = layer, segmentation.structures[name] == nil {
      throw CommandProblem.noSuchStructure(name.description, known: segmentation.structureNames)
    }
    (self.region, self.layer, self.removes, self.context) = (region, layer, removes, context)
  }

  package var size: Size { region.size }

  package var spacing: Spacing { region.spacing }

  /// What is there now.
  package var current: Mask { region.mask(of: layer) }

  /// The region or the gap under each point.
  /// - Throws: `CommandProblem.openGap` for a gap that runs out over the border of the image.
  package func filled(at points: [FinePoint]) throws -> Mask {
    if removes { return try current.regions(at: points) }
    var field: Mask?
    if case .segmentation(let segmentation) = region, layer == .opacity {
      let lungs = segmentation.lungs.foreground
      if !lungs.isEmpty { field = lungs }
    }
    let gap = try current.gaps(at: points, within: field)
    if field == nil, gap.touchesBorder { throw CommandProblem.openGap }
    return gap
  }

  /// The region corrected by a target; a note reports the effect.
  /// - Throws: `CommandProblem` for a target that does not exist or covers no pixel.
  package func applied(_ target: CorrectionTarget) throws -> SegmentationOrMask {
    switch target {
    case .shape(let shape, let points):
      let what = "the \(shape.rawValue)"
      if let drawn = try shape.mask(points, on: size, spacing: spacing) { return try applied(drawn, what) }
      let filled = try filled(at: points)
      guard !filled.isEmpty else {
        throw CommandProblem.nothingToFill(removes ? "region" : "gap", name, nearest: try nearestRegion(to: points))
      }
      return try applied(filled, what)
    case .clicks(let inside, let outside):
      let growth = RegionGrowth(region, layer, removes: removes, origins: context.origins)
      let grown = try growth.pixels(at: inside, without: outside)
      guard !grown.isEmpty else {
        throw removes ? CommandProblem.nothingToFill("region", name, nearest: try nearestRegion(to: inside)) : .nothingToGrow(name)
      }
      return try applied(grown, "the region")
    case .region(let number):
      let labels = try current.labeled()
      let found = labels.mask(of: UInt32(clamping: number))
      guard !found.isEmpty else { throw CommandProblem.noSuchRegion(number, name, count: try labels.regions().count) }
      return try applied(found, "region \(number)")
    case .zone(let zone):
      guard let lungs else { throw CommandProblem.noLungsForZone }
      return try applied(lungs.lungZones().mask(of: zone.label), "zone \(zone.rawValue)")
    case .mask(let mask):
      guard mask.size == size else { throw CommandProblem.sizesDiffer("the mask", mask.size, name, size) }
      return try applied(mask, "the mask")
    }
  }

  private var lungs: LabelImage? {
    switch region {
    case .segmentation(let segmentation): segmentation.lungs
    case .mask: context.lungs(of: size)
    }
  }

  /// The region to remove that is nearest to the first point; nil without regions, or if gaps are filled.
  private func nearestRegion(to points: [FinePoint]) throws -> NearestRegion? {
    guard removes, let point = points.first, let nearest = try current.labeled().nearest(to: point) else { return nil }
    return NearestRegion(number: Int(nearest.label), distance: nearest.distance)
  }

  /// The corrected region; a note reports the effect.
  /// - Parameter what: what was drawn, for the message where it meets no pixel.
  package func applied(_ shape: Mask, _ what: String) throws -> SegmentationOrMask {
    guard !shape.isEmpty else { throw CommandProblem.meetsNoPixel(what, size) }
    try context.checkCancellation()
    switch region {
    case .mask(let mask):
      let corrected = try removes ? mask.subtracting(shape) : mask.union(shape)
      tell(abs(corrected.count - mask.count))
      return .mask(corrected)
    case .segmentation(let segmentation):
      if case .structure(let name) = layer, segmentation.structures[name] == nil { context.note("new structure \(name)") }
      let (corrected, effect) = try removes ? segmentation.removing(shape, from: layer.layer) : segmentation.adding(shape, to: layer.layer)
      tell(effect.changed)
      if effect.outsideLungs > 0 {
        context.note(
          "\(NumberFormat.grouped(effect.outsideLungs)) of \(NumberFormat.grouped(shape.count)) px are outside the lungs and are ignored;"
            + " use layer=right-lung or layer=left-lung to extend a lung")
      }
      if effect.fromOtherLung > 0 {
        context.note("\(NumberFormat.grouped(effect.fromOtherLung)) px were moved from the other lung")
      }
      if effect.lostOpacity > 0 {
        context.note("\(NumberFormat.grouped(effect.lostOpacity)) px of opacity were removed with it")
      }
      return .segmentation(corrected)
    }
  }

  private func tell(_ changed: Int) {
    if changed == 0 {
      context.note("nothing changed: the drawn pixels do not change \(name)")
    } else {
      context.note("\(NumberFormat.grouped(changed)) px \(removes ? "removed from" : "added to") \(name)")
    }
  }

  /// What is corrected: "the opacity".
  private var name: String {
    switch region {
    case .segmentation: "the \(layer.layer.name)"
    case .mask: "the mask"
    }
  }

  /// What a correction gives: what it was given.
  package static func outputType(for input: ValueType?) -> ValueType {
    guard let input else { return SegmentationOrMask.valueType }
    for type in [Segmentation.self, Mask.self] as [any Value.Type] where input == .of(type) { return .of(type) }
    return input.fit(.of(Mask.self)) == .converted ? .of(Mask.self) : SegmentationOrMask.valueType
  }
}
