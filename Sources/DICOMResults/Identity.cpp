// The modules that every result object shares, copied from the X-ray or made from the request.
#include "Request.h"

void put(DcmItem &item, const DcmTagKey &tag, const std::string &text) {
  check(item.putAndInsertString(tag, text.c_str()), DcmTag(tag).getTagName());
}

void put(DcmItem &item, const DcmTagKey &tag, Uint16 number) { check(item.putAndInsertUint16(tag, number), DcmTag(tag).getTagName()); }

DcmItem &append(DcmItem &item, const DcmTagKey &sequence) {
  DcmItem *added = nullptr;
  check(item.findOrCreateSequenceItem(sequence, added, -2), DcmTag(sequence).getTagName());
  return *added;
}

void putCode(DcmItem &item, const DcmTagKey &sequence, const Code &code) {
  DcmItem &entry = append(item, sequence);
  put(entry, DCM_CodeValue, code.value);
  put(entry, DCM_CodingSchemeDesignator, code.scheme);
  put(entry, DCM_CodeMeaning, code.meaning);
}

namespace {

DcmTagKey key(uint32_t tag) { return DcmTagKey(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF)); }

// Patient and study: required, possibly empty.
constexpr uint32_t shared[] = {0x00080020, 0x00080030, 0x00080050, 0x00100010, 0x00100020, 0x00100030, 0x00100040, 0x0020000D, 0x00200010};

}  // namespace

void putIdentity(DcmItem &item, const Request &request, const char *sopClass, const char *modality) {
  const std::string characters = request.attribute(0x00080005);
  put(item, DCM_SpecificCharacterSet, characters.empty() ? "ISO_IR 192" : characters);
  for (const uint32_t tag : shared) put(item, key(tag), request.attribute(tag));
  put(item, DCM_ReferringPhysicianName, "");
  put(item, DCM_SOPClassUID, sopClass);
  put(item, DCM_SOPInstanceUID, request.text("instance"));
  put(item, DCM_SeriesInstanceUID, request.text("series"));
  put(item, DCM_SeriesNumber, request.text("series-number"));
  put(item, DCM_SeriesDescription, request.text("description"));
  put(item, DCM_InstanceNumber, "1");
  put(item, DCM_Modality, modality);
  put(item, DCM_Manufacturer, "segsh");
  put(item, DCM_ManufacturerModelName, "segsh");
  put(item, DCM_DeviceSerialNumber, "0");
  put(item, DCM_SoftwareVersions, request.text("version"));
  if (const Line *line = request.optional("deidentified")) {
    put(item, DCM_PatientIdentityRemoved, "YES");
    put(item, DCM_DeidentificationMethod, line->text(0));
    put(item, DCM_LongitudinalTemporalInformationModified, "REMOVED");
  }
}

void putReferenceToXRay(DcmItem &item, const Request &request) {
  put(item, DCM_ReferencedSOPClassUID, request.attribute(0x00080016));
  put(item, DCM_ReferencedSOPInstanceUID, request.attribute(0x00080018));
}

void putReferencedSeries(DcmItem &item, const Request &request) {
  DcmItem &series = append(item, DCM_ReferencedSeriesSequence);
  put(series, DCM_SeriesInstanceUID, request.attribute(0x0020000E));
  putReferenceToXRay(append(series, DCM_ReferencedImageSequence), request);
}

void putBodyPart(DcmItem &item, const Request &request) {
  const std::string part = request.attribute(0x00180015);
  put(item, DCM_BodyPartExamined, part.empty() ? "CHEST" : part);
}
