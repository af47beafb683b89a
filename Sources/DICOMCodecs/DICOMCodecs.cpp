// GDCM behind one function that lets no exception out. What the code stream says of itself has been compared with the frame by the caller.
#include "../CDICOM/include/CDICOM.h"

#include <gdcmImage.h>
#include <gdcmSequenceOfFragments.h>
#include <gdcmTrace.h>

#include <cstring>
#include <exception>

namespace {

int fail(char *message, const char *reason) {
  std::strncpy(message, reason, 255);
  message[255] = 0;
  return 1;
}

int decode(const cdicom_frame &frame, const uint8_t *code, size_t code_count, uint8_t *out, size_t out_count, char *message) {
  gdcm::Trace::DebugOff();
  gdcm::Trace::WarningOff();
  gdcm::Trace::ErrorOff();
  const auto syntax = gdcm::TransferSyntax::GetTSType(frame.transfer_syntax);
  if (syntax == gdcm::TransferSyntax::TS_END) return fail(message, "unknown transfer syntax");
  if (code_count > 0xFFFFFFFEu) return fail(message, "more than 4 GiB of pixel data");

  gdcm::SmartPointer<gdcm::SequenceOfFragments> fragments = new gdcm::SequenceOfFragments;
  gdcm::Fragment fragment;
  fragment.SetByteValue(reinterpret_cast<const char *>(code), static_cast<uint32_t>(code_count));
  fragments->AddFragment(fragment);
  gdcm::DataElement element(gdcm::Tag(0x7fe0, 0x0010));
  element.SetVR(gdcm::VR::OB);
  element.SetValue(*fragments);
  element.SetVLToUndefined();

  gdcm::Image image;
  image.SetNumberOfDimensions(2);
  image.SetDimension(0, frame.columns);
  image.SetDimension(1, frame.rows);
  gdcm::PixelFormat format(frame.samples, frame.bits_allocated, frame.bits_stored, static_cast<unsigned short>(frame.bits_stored - 1),
                           frame.is_signed ? 1 : 0);
  image.SetPixelFormat(format);
  image.SetPhotometricInterpretation(
      gdcm::PhotometricInterpretation(gdcm::PhotometricInterpretation::GetPIType(frame.photometric)));
  image.SetPlanarConfiguration(0);
  image.SetTransferSyntax(gdcm::TransferSyntax(syntax));
  image.SetDataElement(element);
  if (image.GetBufferLength() != out_count) return fail(message, "the decoder expects another size");
  if (!image.GetBuffer(reinterpret_cast<char *>(out))) return fail(message, "the code stream cannot be decoded");
  if (image.GetBufferLength() != out_count) return fail(message, "the code stream holds another size");
  return 0;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int dicom_codecs_decode(const cdicom_frame *frame, const uint8_t *code, size_t code_count,
                                                                          uint8_t *out, size_t out_count, char *message) {
  try {
    return decode(*frame, code, code_count, out, out_count, message);
  } catch (const std::exception &error) {
    return fail(message, error.what());
  } catch (...) {
    return fail(message, "the decoder failed");
  }
}
