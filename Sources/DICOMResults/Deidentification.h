// The X-ray without what identifies a person (PS3.15, annex E).
#pragma once
#include "Request.h"

#include <memory>

struct DeidentifiedXRay {
  std::unique_ptr<DcmFileFormat> file;
  // That of the X-ray, except that a deflated file is not deflated again.
  E_TransferSyntax syntax;
};

// A copy of the payload, a DICOM file, with what the image and its acquisition are and nothing else: only attributes of a list are kept, so that one
// which the standard does not know yet, or a private one, cannot slip through.
DeidentifiedXRay deidentified(const Request &request);
