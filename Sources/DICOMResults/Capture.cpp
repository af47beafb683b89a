// Secondary captures (PS3.3, A.8.1), in color or gray, and the encapsulated PDF (A.45.1): what was made elsewhere, in a DICOM file.
#include "Request.h"

#include <cstring>

namespace {

void putContentDate(DcmItem &item, const Request &request) {
  const Line &date = request.one("date");
  put(item, DCM_ContentDate, date.text(0));
  put(item, DCM_ContentTime, date.text(1));
}

void putFormat(DcmItem &item, size_t width, size_t height, int samples, const char *photometric, size_t bits) {
  put(item, DCM_SamplesPerPixel, static_cast<Uint16>(samples));
  put(item, DCM_PhotometricInterpretation, photometric);
  put(item, DCM_Columns, static_cast<Uint16>(width));
  put(item, DCM_Rows, static_cast<Uint16>(height));
  put(item, DCM_BitsAllocated, static_cast<Uint16>(bits));
  put(item, DCM_BitsStored, static_cast<Uint16>(bits));
  put(item, DCM_HighBit, static_cast<Uint16>(bits - 1));
  put(item, DCM_PixelRepresentation, Uint16(0));
}

// Samples of one byte, or of two in the order of this machine.
void putPixels(DcmItem &item, std::vector<char> pixels, size_t bytes) {
  // An odd number of bytes is padded.
  if (pixels.size() % 2 != 0) pixels.push_back(0);
  auto *element = new DcmPixelData(DCM_PixelData);
  element->setVR(bytes == 1 ? EVR_OB : EVR_OW);
  OFCondition condition = bytes == 1 ? element->putUint8Array(reinterpret_cast<const Uint8 *>(pixels.data()), pixels.size())
                                     : element->putUint16Array(reinterpret_cast<const Uint16 *>(pixels.data()), pixels.size() / 2);
  if (condition.good()) condition = item.insert(element, OFTrue);
  else delete element;
  check(condition, "the pixels");
}

}  // namespace

void writeCapture(DcmItem &item, const Request &request) {
  const Line &size = request.one("pixels");
  const size_t width = size.number(0, 65535), height = size.number(1, 65535);
  if (width == 0 || height == 0 || request.payload().size() != 3 * width * height) throw Refusal("the pixels have another size");
  putIdentity(item, request, UID_SecondaryCaptureImageStorage, "OT");
  putContentDate(item, request);
  put(item, DCM_ConversionType, "WSD");
  put(item, DCM_ImageType, "DERIVED\\SECONDARY");
  put(item, DCM_DerivationDescription, request.text("title"));
  // The legend identifies no one. If the X-ray has burned-in text, so has this image.
  const std::string burnedIn = request.attribute(0x00280301);
  if (burnedIn == "YES" || burnedIn == "NO") put(item, DCM_BurnedInAnnotation, burnedIn);
  for (const auto &tag : {DCM_LossyImageCompression, DCM_LossyImageCompressionRatio, DCM_LossyImageCompressionMethod}) {
    const std::string value = request.attribute(static_cast<uint32_t>(tag.getGroup()) << 16 | tag.getElement());
    if (!value.empty()) put(item, tag, value);
  }
  put(item, DCM_PatientOrientation, request.attribute(0x00200020));
  putBodyPart(item, request);
  DcmItem &source = append(item, DCM_SourceImageSequence);
  putReferenceToXRay(source, request);
  putCode(source, DCM_PurposeOfReferenceCodeSequence, {"121322", "DCM", "Source image for image processing operation"});
  putFormat(item, width, height, 3, "RGB", 8);
  put(item, DCM_PlanarConfiguration, Uint16(0));
  putPixels(item, request.payload(), 1);
}

void writeImage(DcmItem &item, const Request &request) {
  const Line &size = request.one("pixels");
  const size_t width = size.number(0, 65535), height = size.number(1, 65535), bits = size.number(2, 16);
  if (bits != 8 && bits != 16) throw Refusal("samples of neither 8 nor 16 bits");
  if (width == 0 || height == 0 || request.payload().size() != width * height * (bits / 8)) throw Refusal("the pixels have another size");
  putIdentity(item, request, UID_SecondaryCaptureImageStorage, "OT");
  putContentDate(item, request);
  put(item, DCM_ConversionType, request.text("label"));
  put(item, DCM_ImageType, "DERIVED\\SECONDARY");
  put(item, DCM_DerivationDescription, request.text("title"));
  put(item, DCM_PatientOrientation, "");
  // The side is asked for unless the body part has none.
  if (request.text("label") == "SYN") put(item, DCM_BodyPartExamined, "CHEST");
  else put(item, DCM_Laterality, "");
  if (const Line *spacing = request.optional("spacing")) put(item, DCM_PixelSpacing, spacing->text(0) + "\\" + spacing->text(1));
  if (const Line *spacing = request.optional("detector")) put(item, DCM_ImagerPixelSpacing, spacing->text(0) + "\\" + spacing->text(1));
  putFormat(item, width, height, 1, "MONOCHROME2", bits);
  putPixels(item, request.payload(), bits / 8);
}

void writeDocument(DcmItem &item, const Request &request) {
  std::vector<char> pdf = request.payload();
  if (pdf.size() < 8 || std::memcmp(pdf.data(), "%PDF-", 5) != 0) throw Refusal("the document is no PDF");
  putIdentity(item, request, UID_EncapsulatedPDFStorage, "DOC");
  putContentDate(item, request);
  put(item, DCM_AcquisitionDateTime, "");
  put(item, DCM_ConversionType, "WSD");
  const std::string burnedIn = request.attribute(0x00280301);
  // Asked for here; the page shows the X-ray with whatever text it has.
  put(item, DCM_BurnedInAnnotation, burnedIn == "NO" ? "NO" : "YES");
  put(item, DCM_DocumentTitle, request.text("title"));
  putCode(item, DCM_ConceptNameCodeSequence, {"126000", "DCM", "Imaging Measurement Report"});
  putReferenceToXRay(append(item, DCM_SourceInstanceSequence), request);
  put(item, DCM_MIMETypeOfEncapsulatedDocument, "application/pdf");
  const size_t length = pdf.size();
  if (pdf.size() % 2 != 0) pdf.push_back(0);
  check(item.putAndInsertUint8Array(DCM_EncapsulatedDocument, reinterpret_cast<const Uint8 *>(pdf.data()), pdf.size()), "the document");
  check(item.putAndInsertUint32(DCM_EncapsulatedDocumentLength, static_cast<Uint32>(length)), "the document");
}
