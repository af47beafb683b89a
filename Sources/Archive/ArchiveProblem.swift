import Basics

/// What went wrong with an archive. None holds a name, a password or a token.
package enum ArchiveProblem: Error, Hashable, CustomStringConvertible {
  case badAddress(String, String)
  /// An environment variable, and what is wrong with it.
  case badSetting(String, String)
  /// An address without an archive, and no setting that names one.
  case noArchive(ArchiveAddress.Kind)
  case noLibrary
  /// A program of DCMTK is not installed.
  case noProgram(String)
  /// The host, and why.
  case unreachable(String, String)
  case timedOut(String, seconds: Int)
  case notTrusted(String, String)
  case badCertificates(String)
  case refused(String, status: Int)
  case notFound(String)
  /// The archive answered, and has nothing of this study, series or instance.
  case noObject(String)
  case failed(String, status: Int)
  case redirected(String, to: String)
  /// What the archive sent is not what the standard asks for.
  case badAnswer(String, String)
  case tooLarge(String, limit: Int)
  case noMemory(MemoryShortage)
  /// Nothing of this study or series is a radiograph; the modalities that there are.
  case noRadiograph(String, [String])
  /// The addresses of several, and how many there are.
  case severalRadiographs([String], count: Int)
  case tooManyRadiographs(Int, limit: Int)
  case noInstance(String)
  /// The archive refused the association, and why.
  case rejected(String, String)
  /// The archive does not offer a service, such as `C-GET`.
  case noService(String, String)
  /// The archive reported that a service failed: the service, its words for the reason, and what to do.
  case serviceFailed(String, String, String)
  /// The archive reported an instance as stored, but does not list it.
  case notListed(String)
  /// The temporary folder is full.
  case noSpace
  /// The archive sent another instance than was asked for.
  case otherInstance(String)

  package var description: String {
    switch self {
    case .badAddress(let text, let reason): "`\(text)` is not the address of an archive: \(reason)"
    case .badSetting(let name, let reason): "\(name) cannot be used: \(reason)"
    case .noArchive(.dicomweb): "no archive is named: write dicomweb:https://…, or set SEGSH_DICOMWEB_URL"
    case .noArchive(.dimse): "no archive is named: write dimse:AETITLE@host:port, or set SEGSH_DIMSE_ARCHIVE"
    case .noLibrary: "archives cannot be reached: libcurl is not installed. Install it (apt-get install libcurl4)"
    case .noProgram(let name): "`dimse:` addresses do not work: \(name) is not installed. Install DCMTK (apt-get install dcmtk)"
    case .unreachable(let host, let reason): "cannot reach \(host): \(reason)"
    case .timedOut(let host, let seconds):
      "\(host) did not answer within \(seconds) s; try again, or allow more time (SEGSH_ARCHIVE_TIMEOUT in s)"
    case .notTrusted(let host, let reason):
      "the connection to \(host) is not trusted: \(reason). If your hospital signs its own certificates, name its CA file in SEGSH_DICOMWEB_CA"
    case .badCertificates(let path): "the CA file `\(path)` cannot be read (SEGSH_DICOMWEB_CA)"
    case .refused(let host, let status):
      "\(host) refused access (status \(status)): check the entry of this host in ~/.netrc, or SEGSH_DICOMWEB_TOKEN"
    case .notFound(let host): "\(host) has no such study, series or instance, or is no DICOMweb archive at this path (status 404)"
    case .noObject(let host): "\(host) has no such study, series or instance"
    case .rejected(let host, let reason): "\(host) refused the connection: \(reason)"
    case .noService(let host, let service): "\(host) does not offer \(service)"
    case .serviceFailed(let host, let service, let reason): "\(host) reported that \(service) failed: \(reason)"
    case .notListed(let host):
      "\(host) reported the object as stored but does not list it; ask the administrator of the archive where it is"
    case .failed(let host, let status): "\(host) answered with status \(status)"
    case .redirected(let host, let other):
      "\(host) sent the request on to \(other), which is not followed; use that address if you trust it"
    case .badAnswer(let host, let what): "\(host) sent an answer that cannot be used: \(what)"
    case .tooLarge(let host, let limit): "\(host) sent more than \(MemoryBudget.text(limit)), the limit for this answer"
    case .noMemory(let shortage): "\(shortage)"
    case .noRadiograph(let host, let modalities):
      "\(host) has no CR or DX image in this study or series"
        + (modalities.isEmpty ? "" : "; it contains \(modalities.joined(separator: ", "))")
    case .severalRadiographs(let addresses, let count):
      "the study or series has \(count) CR or DX images; choose one (or open all with load-cases): \(addresses.joined(separator: ", "))"
        + (count > addresses.count ? ", …" : "")
    case .tooManyRadiographs(let count, let limit):
      "the study or series has \(count) CR or DX images; at most \(limit) can be opened together: open its series one by one"
    case .noSpace: "the temporary folder is full, so the image cannot be kept while it is read; free some space, or set TMPDIR"
    case .noInstance(let text): "`\(text)` is the address of an archive; add /studies/UID, or the series and instance too"
    case .otherInstance(let host): "\(host) sent another instance than the one asked for; the image is not used"
    }
  }
}
