// segsh-dicom: decodes one compressed DICOM frame with GDCM, from standard input to standard output; CDICOM.h says how.
//
// What the code stream says of itself has been compared with the frame by the caller. Damage that makes GDCM abort, run on or take memory
// without end ends this process and nothing else, and code that a hostile frame brings in finds itself in the sandbox of CSandbox.h.
#include "../CDICOM/include/CDICOM.h"
#include "CSandbox.h"

#include <gdcm-3.0/gdcmImage.h>
#include <gdcm-3.0/gdcmSequenceOfFragments.h>
#include <gdcm-3.0/gdcmTrace.h>

#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <vector>

namespace {

std::vector<char> read(size_t count) {
  std::vector<char> bytes(count);
  if (csandbox_read(bytes.data(), count) != 0) throw std::runtime_error("the frame is cut short");
  return bytes;
}

// The caller has said so as well; here it guards against a request that contradicts itself.
void check(const cdicom_frame &frame) {
  const uint64_t pixels = uint64_t(frame.columns) * frame.rows;
  if (frame.bits_allocated != 8 && frame.bits_allocated != 16) throw std::runtime_error("samples of neither 8 nor 16 bits");
  if (frame.out_count != pixels * frame.samples * (frame.bits_allocated / 8)) throw std::runtime_error("the frame has another size than its samples");
  if (frame.out_count > cdicom_largest_frame) throw std::runtime_error("the frame is too large");
  if (frame.code_count > cdicom_largest_frame) throw std::runtime_error("the code stream is too large");
}

std::vector<char> decode(const cdicom_frame &frame, const std::vector<char> &code) {
  const auto syntax = gdcm::TransferSyntax::GetTSType(frame.transfer_syntax);
  if (syntax == gdcm::TransferSyntax::TS_END) throw std::runtime_error("unknown transfer syntax");

  gdcm::SmartPointer<gdcm::SequenceOfFragments> fragments = new gdcm::SequenceOfFragments;
  gdcm::Fragment fragment;
  fragment.SetByteValue(code.data(), static_cast<uint32_t>(code.size()));
  fragments->AddFragment(fragment);
  gdcm::DataElement element(gdcm::Tag(0x7fe0, 0x0010));
  element.SetVR(gdcm::VR::OB);
  element.SetValue(*fragments);

  gdcm::Image image;
  image.SetNumberOfDimensions(2);
  image.SetDimension(0, frame.columns);
  image.SetDimension(1, frame.rows);
  image.SetPixelFormat(gdcm::PixelFormat(frame.samples, frame.bits_allocated, frame.bits_stored,
                                         static_cast<unsigned short>(frame.bits_stored - 1), frame.is_signed ? 1 : 0));
  image.SetPhotometricInterpretation(
      gdcm::PhotometricInterpretation(gdcm::PhotometricInterpretation::GetPIType(frame.photometric)));
  image.SetPlanarConfiguration(0);
  image.SetTransferSyntax(gdcm::TransferSyntax(syntax));
  image.SetDataElement(element);
  if (image.GetBufferLength() != frame.out_count) throw std::runtime_error("the decoder expects another size");
  std::vector<char> samples(frame.out_count);
  if (!image.GetBuffer(samples.data())) throw std::runtime_error("the code stream cannot be decoded");
  if (image.GetBufferLength() != frame.out_count) throw std::runtime_error("the code stream holds another size");
  return samples;
}

}  // namespace

int main(int count, char **arguments) {
  if (count == 2 && std::strcmp(arguments[1], "--check") == 0) return csandbox_check();
  if (csandbox_enter() != 0) return csandbox_failed;
  gdcm::Trace::DebugOff();
  gdcm::Trace::WarningOff();
  gdcm::Trace::ErrorOff();
  const char *reason = "the code stream cannot be decoded";
  try {
    cdicom_frame frame;
    if (csandbox_read(&frame, sizeof frame) != 0) throw std::runtime_error("the frame is cut short");
    check(frame);
    const auto samples = decode(frame, read(frame.code_count));
    return csandbox_write(samples.data(), samples.size()) == 0 ? csandbox_done : csandbox_failed;
  } catch (const std::bad_alloc &) {
    reason = "decoding takes more memory than a frame of this size may";
    csandbox_write(reason, std::strlen(reason));
  } catch (const std::exception &error) {
    csandbox_write(error.what(), std::strlen(error.what()));
  }
  return csandbox_refused;
}
