import Archive
import Basics
import ImageOps
import Network
internal import Platform
import SegModel
import SegValues
import Terminal

/// What `segsh doctor` finds out: which parts of the installation work, and how to get those that are missing.
public struct InstallationCheck: Sendable {
  /// One part.
  public struct Finding: Sendable, Equatable {
    public enum State: String, Sendable {
      case ok
      /// Something that extends the program is not installed.
      case missing
      /// Something that the program needs does not work.
      case failed
    }

    public let name: String
    public let state: State
    /// What is there, or what does not work without it.
    public let detail: String
    /// How to get it; nil where nothing is missing.
    public let remedy: String?

    var json: JSON {
      ["name": .string(name), "state": .string(state.rawValue), "detail": .string(detail), "remedy": remedy.map { .string($0) } ?? .null]
    }
  }

  public let findings: [Finding]

  /// Whether everything that the program needs works; what only extends it may be missing.
  public var isHealthy: Bool { !findings.contains { $0.state == .failed } }

  /// Checks the installation. Nothing is left behind; where standard output is a terminal, it is asked what it can show.
  /// - Parameters:
  ///   - browser: the command that opens pages; nil where there is none to be seen.
  ///   - lessons: the names of the lessons that can be read.
  public init(browser: String?, lessons: [String]) {
    findings = [
      Self.processor, Self.model, Self.lessons(lessons), Self.dicom, Self.cache, Self.editor, Self.font, Self.graphics, Self.terminal,
      Self.pdf, Self.results, Self.archives, Self.openBLAS, Self.viewer(browser), Self.text, Self.notebooks,
    ]
  }

  // MARK: What the program needs

  private static func finding(_ name: String, _ detail: String) -> Finding { Finding(name: name, state: .ok, detail: detail, remedy: nil) }

  private static var processor: Finding {
    let memory = MemoryBudget.left.map { ", \(MemoryBudget.text($0)) of memory free" } ?? ""
    let count = Parallel.threadCount
    let threads = "\(count) thread\(count == 1 ? "" : "s")"
    do {
      let choice = try InstructionSet.chosen().map { " (\(InstructionSet.variable)=\($0))" } ?? ""
      return finding("processor", "\(InstructionSet.current.title)\(choice), \(threads)\(memory)")
    } catch {
      return Finding(
        name: "processor", state: .failed, detail: "no command runs: \(error)",
        remedy: "unset \(InstructionSet.variable); the best instruction set is then used")
    }
  }

  private static var model: Finding {
    do {
      let path = try ModelLibrary.path()
      let model = try SegmentationModel(path: path)
      return finding("model", "\(model.configuration.architecture.rawValue), \(model.side) px: \(path)")
    } catch {
      return Finding(
        name: "model", state: .failed, detail: "`segment` does not work: \(error)",
        remedy: "install segsh again, or set SEGSH_MODELS to the folder that contains default.safetensors")
    }
  }

  private static func lessons(_ names: [String]) -> Finding {
    names.isEmpty
      ? Finding(
        name: "lessons", state: .failed, detail: "no lessons found",
        remedy: "install segsh again, or set SEGSH_LESSONS to the folder that contains them")
      : finding("lessons", names.joined(separator: ", "))
  }

  /// The decoder of compressed frames, and whether the system confines it.
  private static var dicom: Finding {
    companion(
      "segsh-dicom", name: "DICOM codecs", does: "JPEG, JPEG-LS, JPEG 2000 and RLE", without: "compressed DICOM images cannot be read",
      absence: .failed, libraries: "install GDCM: apt install libgdcm3.0")
  }

  /// A sandboxed program next to this one.
  private static func companion(
    _ program: String, name: String, does: String, without: String, absence: Finding.State, libraries: String
  ) -> Finding {
    let folder = ResourceFolders.executable.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let places = ["\(folder)/\(program)", "\(folder)/../libexec/segsh/\(program)"]
    guard let path = places.first(where: { access(SystemPath.bytes($0), X_OK) == 0 }) else {
      return Finding(
        name: name, state: absence, detail: "\(without): \(program) is missing from \(folder)",
        remedy: "copy \(program) next to segsh, or build it: swift build -c release --product \(program)")
    }
    do {
      _ = try ExternalProgram.run(path, ["--check"], environment: [], limit: 1 << 16, seconds: 10)
      return finding(name, "\(does) in a sandbox: \(FilePaths.absolute(path))")
    } catch ExternalProgram.Problem.cannotStart {
      return Finding(name: name, state: absence, detail: "\(without): \(path) does not start", remedy: libraries)
    } catch ExternalProgram.Problem.failed(127) {
      return Finding(name: name, state: absence, detail: "\(without): \(path) does not find its libraries", remedy: libraries)
    } catch {
      return Finding(
        name: name, state: .missing, detail: "\(does), but the system does not confine \(program) fully",
        remedy: "use a Linux kernel with seccomp, or do not open files from unknown sources")
    }
  }

  /// Whether packed weights can be kept between runs.
  private static var cache: Finding {
    guard let folder = PackedWeightsCache.folder else {
      return finding("cache", "disabled (SEGSH_CACHE=none), so each start takes longer")
    }
    do throws(FileError) {
      try AtomicFile.makeFolder(folder)
      let probe = "\(folder)/check-\(getpid())"
      try AtomicFile.write([], to: probe, for: .cache)
      unlink(SystemPath.bytes(probe))
      return finding("cache", folder)
    } catch {
      return Finding(
        name: "cache", state: .failed, detail: "each start takes longer, because packed weights cannot be kept: \(error)",
        remedy: "make the folder writable, or set SEGSH_CACHE to another folder, or to none")
    }
  }

  private static var editor: Finding { finding("line editor", "GNU readline \(ReadlineEditor.version)") }

  // MARK: What extends it

  private static func missing(_ name: String, _ consequence: String, _ remedy: String) -> Finding {
    Finding(name: name, state: .missing, detail: consequence, remedy: remedy)
  }

  private static var font: Finding {
    TextBitmap.fontPath.map { finding("font", $0) }
      ?? missing(
        "font", "PNG plots, legends and labels have no text, because FreeType or a font is not installed",
        "apt install libfreetype6 fonts-dejavu-core, or set SEGSH_FONT to a font file")
  }

  private static var graphics: Finding {
    TerminalImage.isAvailable
      ? finding("graphics", "Chafa draws images in the terminal")
      : missing("graphics", "`show` describes images in words, because Chafa is not installed", "apt install libchafa0")
  }

  private static var terminal: Finding {
    guard var screen = ImageScreen.current else {
      return finding("terminal", "the output is not a terminal, so it gets text without images")
    }
    let display = screen.bestDisplay { false }
    let colors = screen.isColored ? screen.hasAllColors ? "all colors" : "256 colors" : "no colors"
    let text = "\(display.rawValue), \(colors), \(screen.isUnicode ? "Unicode" : "ASCII"), \(screen.columns)×\(screen.rows)"
    return display.drawsPixels
      ? finding("terminal", text)
      : missing(
        "terminal", "\(text): images are drawn with characters, which only give orientation",
        "use a terminal with graphics, such as kitty, WezTerm, foot or Konsole, or the browser (`view`)")
  }

  private static var pdf: Finding {
    if let browser = PDFPrinter.browser { return finding("PDF", browser + (PDFDocument.isAvailable ? ", or cairo (pdf=cairo)" : "")) }
    if PDFDocument.isAvailable { return finding("PDF", "cairo writes reports as PDF, since Chromium is not installed") }
    return missing(
      "PDF", "reports cannot be saved as PDF, because neither cairo nor Chromium is installed; HTML works",
      "apt install libcairo2 or chromium, or set SEGSH_CHROMIUM to the path of a browser")
  }

  private static var results: Finding {
    companion(
      "segsh-dicom-write", name: "DICOM results", does: "reports, presentation states and captures",
      without: "`dicom-results` does not work", absence: .missing, libraries: "install DCMTK: apt install libdcmtk17")
  }

  private static var archives: Finding {
    guard DICOMwebClient.isAvailable else {
      return missing("archives", "`dicomweb:` addresses do not work, because libcurl is not installed", "apt install libcurl4")
    }
    if let program = DIMSEClient.missingProgram {
      return missing(
        "archives", "libcurl reaches DICOM archives (DICOMweb), but not by DIMSE: \(program) is not installed", "apt install dcmtk")
    }
    return finding("archives", "libcurl (DICOMweb) and DCMTK's echoscu, storescu, findscu, getscu, movescu (DIMSE) reach DICOM archives")
  }

  private static var openBLAS: Finding {
    LinearAlgebra.isAvailable
      ? finding("OpenBLAS", "fits models (`train`, `calibrate`)")
      : missing("OpenBLAS", "`train` and `calibrate` do not work, because OpenBLAS is not installed", "apt install libopenblas0")
  }

  private static func viewer(_ browser: String?) -> Finding {
    browser.map { finding("browser", $0) }
      ?? missing(
        "browser", "`view` shows an address instead of opening a browser, because no desktop is found",
        "open the address yourself, or name a browser: `:set browser=firefox` at the prompt")
  }

  private static var text: Finding {
    TextSearch.installed.map { finding("text search", $0.program) }
      ?? missing(
        "text search", "names that are burned into pixels are not found, because Tesseract is not installed",
        "apt install tesseract-ocr, or set SEGSH_TESSERACT to its path")
  }

  private static var notebooks: Finding {
    guard NotebookKernel.isAvailable else {
      return missing("notebooks", "`segsh kernel` does not work, because ZeroMQ is not installed", "apt install libzmq5")
    }
    guard let file = (try? KernelInstallation(prefix: nil))?.file, FilePaths.exists(file) else {
      return missing("notebooks", "Jupyter does not offer segsh yet (for this user)", "segsh kernel install")
    }
    return finding("notebooks", file)
  }

  // MARK: The report

  /// A line for each part, what is missing with the way to get it below, and a sentence at the end.
  public var text: String {
    let width = (findings.map(\.name.count).max() ?? 0) + 2
    let indent = String(repeating: " ", count: 9 + width)
    let lines = findings.flatMap { finding in
      ["\(finding.state.rawValue.padded(to: 9))\(finding.name.padded(to: width))\(finding.detail)"]
        + (finding.remedy.map { ["\(indent)-> \($0)"] } ?? [])
    }
    let failed = findings.count { $0.state == .failed }
    let missing = findings.count { $0.state == .missing }
    let rest = missing == 0 ? "nothing is missing" : "\(missing) optional part\(missing == 1 ? " is" : "s are") missing"
    let summary = failed == 0 ? "segsh works; \(rest)." : "\(failed) part\(failed == 1 ? "" : "s") that segsh needs failed; \(rest)."
    return TerminalText.cleaned(
      (["segsh \(ProgramVersion.text): \(ResourceFolders.executable)", ""] + lines + ["", summary]).joined(separator: "\n") + "\n")
  }

  /// The same as data.
  public var json: JSON {
    [
      "program": .string(ResourceFolders.executable), "version": .string(ProgramVersion.text), "healthy": .bool(isHealthy),
      "findings": .array(findings.map(\.json)),
    ]
  }
}
