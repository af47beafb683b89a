#include "Deidentification.h"

#include <dcmtk/dcmdata/dcistrmb.h>

#include <set>

namespace {

// Attributes that PS3.15, table E.1-1, leaves as they are, as far as they say what the image is and how it was taken.
const std::set<uint32_t> &kept() {
  static const std::set<uint32_t> kept = {
      // Image type, SOP class, modality, conversion, intent; codes.
      0x00080005, 0x00080008, 0x00080016, 0x00080060, 0x00080064, 0x00080068, 0x00080100, 0x00080102, 0x00080103, 0x00080104, 0x00082218,
      // Body part, exposure, geometry, detector, view.
      0x00180015, 0x00180060, 0x00181110, 0x00181111, 0x00181114, 0x00181147, 0x00181149, 0x00181150, 0x00181151, 0x00181152, 0x00181153,
      0x00181155, 0x0018115E, 0x00181164, 0x00181166, 0x00181190, 0x00181191, 0x00181405, 0x00181411, 0x00181412, 0x00181413, 0x00181508,
      0x00181600, 0x00181602, 0x00181604, 0x00181606, 0x00181608, 0x00181610, 0x00181612, 0x00181620, 0x00181622, 0x00182010, 0x00185101,
      0x00186000, 0x00187004, 0x0018701A, 0x00187020, 0x00187022, 0x00187024, 0x00187026, 0x00187030, 0x00187032, 0x00187034, 0x00187050,
      0x00187060, 0x00187062,
      // Orientation and side.
      0x00200013, 0x00200020, 0x00200060, 0x00200062, 0x00280301,
      // View and shape of the display; groups of frames.
      0x00540220, 0x00540222, 0x20500010, 0x20500020, 0x52009229, 0x52009230,
      // Pixels and their offset tables.
      0x7FE00001, 0x7FE00002, 0x7FE00008, 0x7FE00009, 0x7FE00010,
  };
  return kept;
}

bool isKept(const DcmTag &tag) {
  // Image pixels, windows and tables; without comments, and without unique identifiers such as that of a palette.
  if (tag.getGroup() == 0x0028) return tag.getElement() != 0x4000 && tag.getElement() != 0x0303 && tag.getEVR() != EVR_UI;
  return kept().count(static_cast<uint32_t>(tag.getGroup()) << 16 | tag.getElement()) != 0;
}

void strip(DcmItem &item, int depth) {
  if (depth > 16) throw Refusal("sequences are nested too deeply");
  for (unsigned long index = item.card(); index > 0; index--) {
    DcmElement *element = item.getElement(index - 1);
    if (!element || !isKept(element->getTag())) {
      delete item.remove(index - 1);
      continue;
    }
    if (element->ident() != EVR_SQ) continue;
    auto *sequence = static_cast<DcmSequenceOfItems *>(element);
    for (unsigned long place = 0; place < sequence->card(); place++) {
      if (DcmItem *inner = sequence->getItem(place)) strip(*inner, depth + 1);
    }
  }
}

}  // namespace

DeidentifiedXRay deidentified(const Request &request) {
  const auto &bytes = request.payload();
  DcmInputBufferStream stream;
  stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  stream.setEos();
  DcmFileFormat read;
  read.transferInit();
  check(read.read(stream, EXS_Unknown, EGL_noChange), "DCMTK cannot read the X-ray");
  read.transferEnd();
  DcmDataset *dataset = read.getAndRemoveDataset();
  if (!dataset) throw Refusal("DCMTK cannot read the X-ray");
  // The preamble and the meta information of the file are left behind.
  DeidentifiedXRay result{std::unique_ptr<DcmFileFormat>(new DcmFileFormat(dataset, OFFalse)), dataset->getOriginalXfer()};
  if (result.syntax == EXS_DeflatedLittleEndianExplicit) result.syntax = EXS_LittleEndianExplicit;
  const bool isDigital = dataset->tagExists(DCM_AcquisitionContextSequence);
  strip(*dataset, 0);

  for (const auto &tag : {DCM_StudyDate, DCM_StudyTime, DCM_AccessionNumber, DCM_ReferringPhysicianName, DCM_PatientBirthDate, DCM_PatientSex,
                          DCM_StudyID, DCM_Manufacturer, DCM_SeriesNumber}) {
    put(*dataset, tag, "");
  }
  if (isDigital) check(dataset->insertEmptyElement(DCM_AcquisitionContextSequence), "the acquisition context");
  put(*dataset, DCM_PatientName, request.text("title"));
  put(*dataset, DCM_PatientID, request.text("label"));
  for (const auto &line : request.lines()) {
    if (line.key != "identifier") continue;
    const std::string &tag = line.text(0);
    const auto target = tag == "instance" ? DCM_SOPInstanceUID : tag == "study" ? DCM_StudyInstanceUID : tag == "series" ? DCM_SeriesInstanceUID
        : tag == "frame" ? DCM_FrameOfReferenceUID : throw Refusal("unknown identifier");
    put(*dataset, target, line.text(1));
    // Asked for beside a frame of reference.
    if (tag == "frame") put(*dataset, DCM_PositionReferenceIndicator, "");
  }
  put(*dataset, DCM_PatientIdentityRemoved, "YES");
  put(*dataset, DCM_DeidentificationMethod, request.text("deidentified"));
  putCode(*dataset, DCM_DeidentificationMethodCodeSequence, {"113100", "DCM", "Basic Application Confidentiality Profile"});
  put(*dataset, DCM_LongitudinalTemporalInformationModified, "REMOVED");
  return result;
}
