// The request of segsh-dicom-write: lines of tab-separated fields of printable ASCII, then bytes (CDICOMResults.h).
#pragma once
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

// What is wrong with a request, or what DCMTK refused.
struct Refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

void check(const OFCondition &condition, const char *what);

struct Code {
  std::string value, scheme, meaning;
};

using Fields = std::vector<std::string>;

struct Line {
  std::string key;
  Fields fields;

  const std::string &text(size_t index) const;
  // Three fields.
  Code code(size_t index) const;
  // From 0 to most.
  unsigned long number(size_t index, unsigned long most) const;
  double real(size_t index) const;
};

class Request {
 public:
  // Refuses unknown keys, wrong numbers of fields, characters that are not printable, and lines that are too long.
  Request(const std::string &description, std::vector<char> payload);

  // The only line of this key.
  const Line &one(const std::string &key) const;
  // Nothing where there is no such line.
  const Line *optional(const std::string &key) const;
  const std::vector<Line> &lines() const { return all; }
  const std::vector<char> &payload() const { return bytes; }
  const std::string &text(const std::string &key) const { return one(key).text(0); }
  // An attribute of the X-ray as it stands in its file, without padding; empty where it was not sent.
  std::string attribute(uint32_t tag) const;

 private:
  std::vector<Line> all;
  std::map<uint32_t, std::string> attributes;
  std::vector<char> bytes;
};

// Puts a text; DCMTK checks it against its value representation.
void put(DcmItem &item, const DcmTagKey &tag, const std::string &text);
void put(DcmItem &item, const DcmTagKey &tag, Uint16 number);
// The only item of a new sequence, or one more.
DcmItem &append(DcmItem &item, const DcmTagKey &sequence);
void putCode(DcmItem &item, const DcmTagKey &sequence, const Code &code);

// What every object has: patient and study of the X-ray, series, equipment, instance, coding scheme, and who may see it.
void putIdentity(DcmItem &item, const Request &request, const char *sopClass, const char *modality);
// A reference to the X-ray.
void putReferenceToXRay(DcmItem &item, const Request &request);
// That of the X-ray, or the chest, which has no side that would have to be stated.
void putBodyPart(DcmItem &item, const Request &request);
void putReferencedSeries(DcmItem &item, const Request &request);

// The objects, each a whole data set.
void writeReport(DcmItem &item, const Request &request);
void writePresentation(DcmItem &item, const Request &request);
void writeCapture(DcmItem &item, const Request &request);
void writeImage(DcmItem &item, const Request &request);
void writeDocument(DcmItem &item, const Request &request);
