import Basics
import ImageOps
import SegLang

/// What a command cannot do. Each case carries what was asked for.
/// A region that a point missed, by its number in the table of `regions`, and how far in px.
package struct NearestRegion: Hashable {
  package let number: Int
  package let distance: Double
  package init(number: Int, distance: Double) { (self.number, self.distance) = (number, distance) }
}

package enum CommandProblem: Error, Hashable, CustomStringConvertible {
  /// A length or area in mm, and an image that does not say how large its pixels are.
  case spacingUnknown(String)
  case outOfRange(String, String, String)
  /// Values that exclude each other or of which one is wanted.
  case wantsOneOf([String])
  case tooMany([String])
  /// The first option has no meaning without the second.
  case wantsAlso(String, String)
  /// The value has no form that the file's ending stands for.
  case cannotSave(String, ending: String, hint: String)
  /// A YOLO class file of other names is in the folder; its path.
  case otherClasses(String)
  /// A file that would distort the intensities, and which ones.
  case cannotHoldIntensities(String, String)
  case wouldReplaceInput(String)
  case noSuchFile(String, near: [String])
  case noSuchFolder(String)
  case noSuchModel(String, known: [String])
  /// A window that the file does not propose, and those that it proposes.
  case noSuchPreset(String, known: [String])
  case noLungs
  /// Lungs that reach behind the heart: those of a model, or the ratio that they give.
  case heartHidden(Double?)
  /// The heart has no pixels.
  case emptyHeart
  /// What is wrong with the image.
  case doubted(String)
  case emptyRegion(String)
  case sizesDiffer(String, Size, String, Size)
  /// A checkpoint, with what is wrong.
  case notReached(String)
  /// A case of a batch, its number from 1, how many there are, and what was wrong.
  case caseFailed(String, number: Int, count: Int, message: String)
  /// The pattern, and how many files it found that are no images.
  case noImages(String, skipped: Int)
  case brokenLink(String, target: String)
  case linkLoop(String)
  case noSuchCase(Int, count: Int)
  case noSuchColumn(String, columns: [String])
  /// Several columns have this name.
  case ambiguousColumn(String)
  /// Columns that may each be meant, and the option that says which.
  case severalSeverities([String], option: String)
  /// A histogram is of one column.
  case oneColumn
  /// A kind of plot, and the type that has none of that kind.
  case noSuchPlot(String, String, has: [String])
  case notACondition(String)
  case emptyTrial
  case noContactSheet
  case notOfOneKind(String, String)
  /// A value that holds no figure.
  case noFigure(String)
  /// The item with this number, from 1, is no point.
  case notAPoint(Int, String)
  case tooManyPoints(Int, limit: Int)
  case wrongPointCount(String, wanted: String, given: Int)
  /// A mask has one layer alone.
  case noSuchLayer(String)
  /// A structure that the segmentation does not have, and those that it has.
  case noSuchStructure(String, known: [String])
  /// A click to fill where there is neither region nor gap: which of both, and of what; the nearest region where one was to be removed.
  case nothingToFill(String, String, nearest: NearestRegion? = nil)
  /// A click to grow a region from that lies on no pixel which can be added to this.
  case nothingToGrow(String)
  /// The number of a region of something that has `count`.
  case noSuchRegion(Int, String, count: Int)
  case noLungsForZone
  case meetsNoPixel(String, Size)
  /// A gap to fill that is open to the border of the image.
  case openGap
  case noXRay(String)
  /// A value of this type that has no pixels to look at.
  case notAnImage(String)
  case notAPrior(String)
  case notAFollowUp(String)
  case badAnnotations(String, String)
  /// What refers to a DICOM X-ray, and the format of the file that the X-ray was read from; nil where it was read from none.
  case noDICOM(String, String?)
  case notDICOM(String)
  /// What refers to the X-ray's file, and the command that moved pixels since.
  case movedPixels(String, String)
  /// A severity without lungs.
  case noMeasurements
  /// The type of a value that has no drawing.
  case cannotPlot(String)
  case cannotReport(String)
  case notYesOrNo(String)
  /// More memory than there is, in bytes, for an image of this size.
  case needsMemory(Int, left: Int, Size?)
  case oneOutcome(String)
  case tooFewRows(Int, Int)

  /// The columns that a name may have meant, those that end in it first; all where there are none.
  private static func candidates(for name: String, in columns: [String]) -> String {
    let nested = columns.filter { $0.hasSuffix("." + name) }
    let near = nested.isEmpty ? nearNames(to: name, in: columns) : nested
    if !near.isEmpty { return "did you mean \(near.prefix(8).map { "`\($0)`" }.alternatives)?" }
    return "the columns are: \(columns.joined(separator: ", "))"
  }

  package var description: String {
    switch self {
    case .spacingUnknown(let quantity):
      "\(quantity) needs the pixel spacing, which is unknown: give the length in px, or state the spacing (load FILE spacing=0.14mm"
        + " or calibrate 0.14mm)"
    case .needsMemory(let bytes, let left, let size?):
      "\(size) needs up to \(MemoryBudget.text(bytes)) of additional memory, but only \(MemoryBudget.text(left)) is free:"
        + " reduce the image first (resize scale=0.5), or crop it to the relevant part (crop)"
    case .needsMemory(let bytes, let left, nil): "\(MemoryShortage(bytes: bytes, left: left))"
    case .outOfRange(let name, let value, let allowed): "\(name) is \(value) but must be \(allowed)"
    case .wantsOneOf(let names): "one of these options is needed: \(names.joined(separator: "; "))"
    case .tooMany(let names): "only one of these options can be given: \(names.joined(separator: "; "))"
    case .wantsAlso(let given, let missing): "`\(given)` also needs `\(missing)`"
    case .cannotSave(let value, let ending, let hint):
      "\(value) cannot be saved as \(ending.isEmpty ? "a file without an extension" : "." + ending): \(hint)"
    case .otherClasses(let path):
      "`\(path)` lists other classes, so the class numbers of its label files would change their meaning: save to another folder, or remove it"
    case .cannotHoldIntensities(let path, let what):
      "`\(path)` cannot hold \(what): save as .npy or .tif, which keep them, or rescale them first: rescale-intensity out_high=65535 | save \(path)"
    case .wouldReplaceInput(let path): "`\(path)` is an input of this result: choose another name, or add overwrite=true"
    case .noSuchFile(let path, let near):
      "there is no file `\(path)`" + (near.isEmpty ? "" : "; did you mean \(near.map { "`\($0)`" }.alternatives)?")
    case .noSuchFolder(let path): "there is no folder `\(path)`"
    case .noSuchModel(let name, let known):
      "there is no model `\(name)`; "
        + (known.isEmpty
          ? "no models are installed (set SEGSH_MODELS to a folder of models)" : "available: \(known.joined(separator: ", "))")
    case .noSuchPreset(let name, let known):
      known.isEmpty
        ? "the image has no stored display window: give center and width, or omit preset= to use the 0.5th to 99.5th percentile"
        : "the image has no window `\(name)`; available: \(known.joined(separator: ", "))"
    case .doubted(let finding): "\(finding), so --strict refuses to segment it"
    case .heartHidden(let ratio):
      (ratio.map { "the ratio would be \(NumberFormat.short($0)), too small for a heart: these lung masks extend behind the heart" }
        ?? "the heart border cannot be measured, because the model's lung masks extend behind the heart")
        + "; segment the heart (`segment structures=heart`), draw it (`include … layer=heart`), or correct the inner borders of the lungs"
    case .emptyHeart: "the heart has no pixels; draw it (`include … layer=heart`), or give its mask as heart="
    case .noLungs:
      "the lungs are unknown, because this was not made from a segmentation; specify them (lungs=seg.lungs), or run `segment` on the image first"
    case .caseFailed(let name, let number, let count, let message): "case \(name) (\(number) of \(count)): \(message)"
    case .noImages(let pattern, let skipped):
      "no image in `\(pattern)`" + (skipped > 0 ? ", which matches \(skipped) other file\(skipped == 1 ? "" : "s") or folders" : "")
    case .linkLoop(let path): "`\(path)` is a symbolic link to itself; link it to the intended file"
    case .brokenLink(let path, let target): "`\(path)` is a link to `\(target)`, which does not exist"
    case .noSuchCase(let index, let count): "index \(index) is out of range: \(count) item\(count == 1 ? "" : "s"), counted from 0"
    case .noSuchColumn(let name, let columns):
      columns.isEmpty ? "the input has no columns to sort by" : "there is no column `\(name)`; \(Self.candidates(for: name, in: columns))"
    case .ambiguousColumn(let name): "several columns are named `\(name)`; rename them first"
    case .severalSeverities(let columns, let option):
      "the table has several severity columns; choose one with \(columns.map { "\(option)=\($0)" }.alternatives)"
    case .oneColumn: "a histogram needs one column: give x= or y=, not both"
    case .noSuchPlot(let kind, let type, let kinds):
      "kind=\(kind) does not apply to a \(type): use \(kinds.map { "kind=\($0)" }.joined(separator: ", "))"
    case .notACondition(let found): "the block must return true or false, not \(found)"
    case .emptyTrial: "the block returns nothing"
    case .noContactSheet: "the results are not images, so there is no contact sheet"
    case .emptyRegion(let what): "\(what) has no pixels"
    case .notOfOneKind(let first, let second):
      "the first value is a \(first) and the second a \(second): only values of the same type can be compared"
    case .noFigure(let type): "\(type.withArticle) has no numeric value to analyze; use a number, such as score.percent or mask.area"
    case .sizesDiffer(let first, let size, let second, let other):
      "\(first) is \(size) and \(second) is \(other): they belong to different images"
    case .notAPoint(let number, let found):
      "point \(number) is \(found), but a point must be [row, column] in pixels, within ±200,000"
    case .tooManyPoints(let count, let limit):
      "\(NumberFormat.grouped(count)) points are too many; the limit is \(NumberFormat.grouped(limit))"
    case .wrongPointCount(let shape, let wanted, let given): "\(shape) takes \(wanted), not \(given)"
    case .noSuchLayer(let layer): "a mask has no layer `\(layer)`: omit layer=, or correct the segmentation instead"
    case .noSuchStructure(let name, let known):
      "the segmentation has no structure `\(name)`"
        + (known.isEmpty ? "" : ", only \(known.joined(separator: ", "))")
        + "; `segment structures=MODEL` segments one, `include … layer=\(name)` draws one"
    case .nothingToFill(let what, let layer, let nearest):
      "no point is inside a \(what) of \(layer)"
        + (nearest.map { "; the nearest is region \($0.number), \(NumberFormat.short($0.distance)) px away: use region=\($0.number)" } ?? "")
    case .nothingToGrow(let layer):
      "no point is on a pixel that can be added to \(layer): choose one that is not part of it yet; opacity grows inside the lungs only"
    case .noSuchRegion(let number, let layer, let count):
      "there is no region \(number): \(layer) has \(count == 0 ? "no regions" : count == 1 ? "1 region" : "regions 1 to \(NumberFormat.grouped(count))"), see `regions`"
    case .noLungsForZone: "zone= needs the lungs, but this mask was not made from a segmentation"
    case .meetsNoPixel(let what, let size): "\(what) covers no pixel of the \(size) image"
    case .openGap: "the gap is open to the image border; close it first, or draw the region (include polygon …)"
    case .notAPrior(let type): "prior= must be an X-ray, a mask or a segmentation, not a \(type)"
    case .notAFollowUp(let type): "follow-up compares X-rays and segmentations, not a \(type)"
    case .notAnImage(let type): "\(type.withArticle) has no pixels to show"
    case .noXRay(let option): "`\(option)` needs the X-ray, but this value was not made from one"
    case .badAnnotations(let file, let what): "cannot read annotations from `\(file)`: \(what)"
    case .noDICOM(let use, let format):
      "\(use) must refer to a DICOM X-ray, but this was made from \(format.map { "a \($0) file" } ?? "no file"): load the X-ray from its DICOM file,"
        + " or save as .json or .png, or write a report"
    case .notDICOM(let path): "`\(path)` is not a DICOM file, so an archive cannot store it"
    case .movedPixels(let use, let command):
      "\(use) must lie over the X-ray as its file holds it, but `\(command)` moved its pixels: segment the X-ray without `\(command)`"
    case .noMeasurements: "no lungs were found, so there are no values to write: review the X-ray and the segmentation"
    case .cannotPlot(let what):
      "\(what.withArticle) cannot be plotted; plot an image, a probability map, a threshold mask, a severity, a table or numbers"
    case .cannotReport(let what):
      "\(what.withArticle) cannot be reported; report a severity, a segmentation, a follow-up, or a table of severities"
    case .notYesOrNo(let column): "the column `\(column)` must contain only yes and no (or true and false, or 1 and 0)"
    case .oneOutcome(let column): "the column `\(column)` has the same outcome in all rows with a score; a ROC curve needs both outcomes"
    case .tooFewRows(let count, let wanted): "\(count) rows with numbers are too few; at least \(wanted) are needed"
    case .notReached(let fault): "checkpoint not reached: \(fault)"
    }
  }
}
