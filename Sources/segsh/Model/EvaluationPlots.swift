import Basics
import ImageOps
import Plotting
import SegModel

/// The curves of an evaluation as files.
enum EvaluationPlots {
  /// Writes each curve as SVG and PNG, with the set before its name.
  /// - Throws: what making the folder or writing throws.
  static func write(_ evaluation: Evaluation, of kind: CaseRecord.Kind, to folder: String) throws {
    try AtomicFile.makeFolder(folder)
    for (name, figure) in evaluation.curves {
      let path = "\(folder)/\(kind.rawValue)-\(name)"
      try FileBytes.write(Array(try figure.svg().utf8), to: path + ".svg")
      try FileBytes.write(try figure.png(), to: path + ".png")
    }
  }
}
