// segsh-dicom-write: makes one DICOM object of a description, with DCMTK; CDICOMResults.h says how.
//
// DCMTK reads its data dictionary before the sandbox of CSandbox.h is entered, and nothing else from a file.
#include "../CDICOM/include/CDICOMResults.h"

#include "CSandbox.h"
#include "Deidentification.h"
#include "Request.h"

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcostrmb.h>

#include <cstdlib>
#include <cstring>

#include <unistd.h>

namespace {

void writeFile(DcmFileFormat &file, E_TransferSyntax syntax) {
  std::vector<char> buffer(1 << 20);
  DcmOutputBufferStream stream(buffer.data(), static_cast<offile_off_t>(buffer.size()));
  const auto flush = [&] {
    void *bytes = nullptr;
    offile_off_t count = 0;
    stream.flushBuffer(bytes, count);
    if (csandbox_write(bytes, static_cast<size_t>(count)) != 0) throw Refusal("the object cannot be handed over");
  };
  file.transferInit();
  OFCondition result = EC_StreamNotifyClient;
  while (result == EC_StreamNotifyClient) {
    result = file.write(stream, syntax, EET_ExplicitLength, nullptr, EGL_recalcGL, EPD_withoutPadding);
    flush();
  }
  check(result, "the object cannot be written");
  file.transferEnd();
  stream.flush();
  flush();
}

std::string readText(uint64_t count) {
  std::string text(count, '\0');
  if (csandbox_read(&text[0], count) != 0) throw Refusal("the description is cut short");
  return text;
}

std::vector<char> readBytes(uint64_t count) {
  std::vector<char> bytes(count);
  if (csandbox_read(bytes.data(), count) != 0) throw Refusal("the request is cut short");
  return bytes;
}

// A portable archive brings the dictionary along; otherwise it lies where DCMTK was installed.
void findDictionary() {
  char program[4096];
  const ssize_t length = readlink("/proc/self/exe", program, sizeof program);
  if (length <= 0 || static_cast<size_t>(length) == sizeof program) return;
  const std::string path(program, static_cast<size_t>(length));
  const std::string dictionary = path.substr(0, path.rfind('/')) + "/../../share/segsh/dicom.dic";
  if (access(dictionary.c_str(), R_OK) == 0) setenv("DCMDICTPATH", dictionary.c_str(), 1);
}

void answer(const Request &request) {
  const std::string &kind = request.text("kind");
  if (kind == "xray") {
    const auto xray = deidentified(request);
    writeFile(*xray.file, xray.syntax);
    return;
  }
  DcmFileFormat file;
  DcmDataset &dataset = *file.getDataset();
  if (kind == "report") writeReport(dataset, request);
  else if (kind == "presentation") writePresentation(dataset, request);
  else if (kind == "capture") writeCapture(dataset, request);
  else if (kind == "image") writeImage(dataset, request);
  else if (kind == "document") writeDocument(dataset, request);
  else throw Refusal("unknown kind of object");
  writeFile(file, EXS_LittleEndianExplicit);
}

}  // namespace

int main(int count, char **arguments) {
  if (count == 2 && std::strcmp(arguments[1], "--check") == 0) return csandbox_check();
  OFLog::configure(OFLogger::OFF_LOG_LEVEL);
  findDictionary();
  if (!dcmDataDict.isDictionaryLoaded()) {
    csandbox_write("DCMTK finds no data dictionary", 30);
    return csandbox_refused;
  }
  if (csandbox_enter() != 0) return csandbox_failed;
  const char *reason = nullptr;
  try {
    cdicom_result_request sizes;
    if (csandbox_read(&sizes, sizeof sizes) != 0) throw Refusal("the request is cut short");
    if (sizes.description_count > cdicom_largest_description || sizes.payload_count > cdicom_largest_payload) {
      throw Refusal("the request is too large");
    }
    const std::string description = readText(sizes.description_count);
    answer(Request(description, readBytes(sizes.payload_count)));
    return csandbox_done;
  } catch (const std::bad_alloc &) {
    reason = "writing takes more memory than an object of this size may";
    csandbox_write(reason, std::strlen(reason));
  } catch (const std::exception &error) {
    csandbox_write(error.what(), std::strlen(error.what()));
  }
  return csandbox_refused;
}
