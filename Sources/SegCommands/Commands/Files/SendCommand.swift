import Basics
import SegLang
import SegServices
import SegValues

/// `send`: DICOM files into an archive.
struct SendCommand: Command {
  static let category = Category.files
  static let summary = "Sends DICOM files to an archive (PACS) by DICOMweb or DIMSE."
  static let discussion = """
    Sends a DICOM file, or those of a folder without its subfolders; other files are skipped and counted. The archive is dicomweb:URL or \
    dimse:AETITLE@host:port, or the one that SEGSH_DICOMWEB_URL or SEGSH_DIMSE_ARCHIVE names. By DICOMweb, a token in SEGSH_DICOMWEB_TOKEN goes \
    to that archive only; otherwise, name and password come from ~/.netrc. DIMSE has neither password nor encryption; segsh then checks that the \
    archive lists each object. A failed request is sent again up to three times. Sending twice is safe: an archive stores each object once, by \
    its UID. An object that the archive refuses is an error with the reason, after all others were sent. DICOM files contain the patient's name, \
    as the archive needs it. Nothing is sent by `segsh replay --verify`.
    """
  static let examples = [
    Example(
      "try { phantom | save p.png; send p.png to=dicomweb:http://127.0.0.1:9/dicom-web } catch problem { print (problem.message) }",
      "Refuses a file that is not DICOM."),
    Example(
      "try { send results/ to=dicomweb:https://pacs.example.org/dicom-web } catch problem { print (problem.message) }",
      "Sends the DICOM files of a folder."),
  ]
  static let seeAlso = ["save", "load", "load-cases"]
  static let keywords = [
    "pacs", "archive", "upload", "store", "stow", "dicomweb", "dimse", "c-store", "transfer", "export", "network", "orthanc",
  ]
  static let traits: CommandTraits = [.readsFiles]

  @Argument("DICOM file, or folder of DICOM files.", extensions: ["dcm"]) var path: Path
  @Option("Archive, as dicomweb:URL or dimse:AETITLE@host:port. Default: SEGSH_DICOMWEB_URL, else SEGSH_DIMSE_ARCHIVE.") var to: Path?

  func run(_ context: Context) throws {
    let (files, skipped) = try ArchiveSending.files(of: path, context)
    if files.count == 1, !FilePaths.isDICOM(try context.existing(files[0])) { throw CommandProblem.notDICOM(files[0].text) }
    let sending = try ArchiveSending(to: to?.text)
    if let warning = sending.warning { context.note(warning) }
    if skipped > 0 { context.note("\(skipped) file\(skipped == 1 ? " is" : "s are") not DICOM and not sent") }
    let counted = "\(NumberFormat.grouped(files.count)) object\(files.count == 1 ? "" : "s")"
    guard context[FileAccessService.self]?.sends != false else {
      return context.note("\(counted) not sent to \(sending.host): a verification sends nothing")
    }
    try sending.send(files, context)
    context.note("sent \(counted) to \(sending.host)")
  }
}
