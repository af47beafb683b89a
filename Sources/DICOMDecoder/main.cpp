// segsh-dicom: decodes one compressed DICOM frame with GDCM, from standard input to standard output; CDICOM.h says how.
//
// What the code stream says of itself has been compared with the frame by the caller. Damage that makes GDCM abort, run on or take memory
// without end ends this process and nothing else.
#include "../CDICOM/include/CDICOM.h"

#include <gdcmImage.h>
#include <gdcmSequenceOfFragments.h>
#include <gdcmTrace.h>
#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <vector>

namespace {

void limit(int resource, rlim_t value) {
  const rlimit limits{value, value};
  setrlimit(static_cast<__rlimit_resource_t>(resource), &limits);
}

std::vector<char> read(size_t count) {
  std::vector<char> bytes(count);
  if (std::fread(bytes.data(), 1, count, stdin) != count) throw std::runtime_error("the frame is cut short");
  return bytes;
}

std::vector<char> decode(const cdicom_frame &frame, const std::vector<char> &code) {
  const auto syntax = gdcm::TransferSyntax::GetTSType(frame.transfer_syntax);
  if (syntax == gdcm::TransferSyntax::TS_END) throw std::runtime_error("unknown transfer syntax");
  if (code.size() > 0xFFFFFFFEu) throw std::runtime_error("more than 4 GiB of pixel data");

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

int main() {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, 60);
  limit(RLIMIT_AS, rlim_t(8) << 30);
  gdcm::Trace::DebugOff();
  gdcm::Trace::WarningOff();
  gdcm::Trace::ErrorOff();
  try {
    cdicom_frame frame;
    if (std::fread(&frame, sizeof frame, 1, stdin) != 1) throw std::runtime_error("the frame is cut short");
    const auto samples = decode(frame, read(frame.code_count));
    if (std::fwrite(samples.data(), 1, samples.size(), stdout) != samples.size() || std::fflush(stdout) != 0) return 3;
    return 0;
  } catch (const std::exception &error) {
    std::fputs(error.what(), stdout);
    return 1;
  }
}
