/// The files that the page is made of, built into the program.
enum ViewPage {
  static let resources: [String: (type: String, bytes: [UInt8])] = {
    let types = ["html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"]
    var resources: [String: (type: String, bytes: [UInt8])] = [:]
    for (name, text) in EmbeddedPage.files {
      let type = types[name.split(separator: ".").last.map(String.init) ?? ""] ?? "text/plain"
      resources[name == "index.html" ? "/" : "/\(name)"] = ("\(type); charset=utf-8", Array(text.utf8))
    }
    return resources
  }()
}
