// The measurement report: Comprehensive SR after TID 1500, made by DCMTK's templates.
#include "Request.h"

#include <dcmtk/dcmsr/cmr/cid100.h>
#include <dcmtk/dcmsr/cmr/tid1500.h>
#include <dcmtk/dcmsr/cmr/tid4019.h>
#include <dcmtk/dcmsr/dsrdoc.h>

namespace {

DSRCodedEntryValue entry(const Code &code) {
  return DSRCodedEntryValue(code.value.c_str(), code.scheme.c_str(), code.meaning.c_str());
}

struct Group {
  const Line *line;
  std::vector<const Line *> segments, measurements;
};

std::vector<Group> groups(const Request &request) {
  std::vector<Group> found;
  for (const auto &line : request.lines()) {
    if (line.key == "group") found.push_back({&line, {}, {}});
    if (line.key != "segment" && line.key != "measurement") continue;
    if (found.empty()) throw Refusal("a measurement is in no group");
    (line.key == "segment" ? found.back().segments : found.back().measurements).push_back(&line);
  }
  if (found.empty()) throw Refusal("there is nothing to report");
  return found;
}

CID244e_Laterality laterality(const std::string &text) {
  if (text == "R") return CID244e_Laterality(CID244e_Laterality::Right);
  if (text == "L") return CID244e_Laterality(CID244e_Laterality::Left);
  if (text == "B") return CID244e_Laterality(DSRCodedEntryValue("51440002", "SCT", "Right and left"));
  throw Refusal("a group has no side");
}

void addGroup(CMR_TID1500 &report, const Group &group, const Request &request) {
  check(report.addIndividualMeasurements(), "a measurement group");
  auto &measured = report.getIndividualMeasurements();
  const Line &line = *group.line;
  check(measured.setTrackingIdentifier(line.text(0).c_str()), "a tracking identifier");
  check(measured.setTrackingUniqueIdentifier(line.text(1).c_str()), "a tracking UID");
  check(measured.setFinding(DSRCodedEntryValue("112001", "DCM", "Opacity")), "a finding");
  check(measured.addFindingSite(entry(line.code(2)), laterality(line.text(5))), "a finding site");
  const DSRImageReferenceValue image(request.attribute(0x00080016).c_str(), request.attribute(0x00080018).c_str());
  for (const Line *measurement : group.measurements) {
    const DSRCodedEntryValue unit(measurement->text(4).c_str(), "UCUM", measurement->text(5).c_str());
    const CMR_TID1501_in_TID1500::MeasurementValue value(measurement->text(3).c_str(), unit);
    check(measured.addMeasurement(entry(measurement->code(0)), value), "a measurement");
    auto &added = measured.getMeasurement();
    check(added.setMeasurementMethod(entry(measurement->code(9))), "a method");
    check(added.addImage(DSRCodedEntryValue("121112", "DCM", "Source of Measurement"), image), "a source image");
  }
}

void addBound(DSRDocumentTree &tree, const Code &name, const std::string &value, const Line &measurement) {
  if (tree.addContentItem(DSRTypes::RT_hasProperties, DSRTypes::VT_Num, DSRTypes::AM_belowCurrent) == 0) throw Refusal("a bound cannot be added");
  auto &item = tree.getCurrentContentItem();
  check(item.setConceptName(entry(name)), "a bound");
  const DSRCodedEntryValue unit(measurement.text(4).c_str(), "UCUM", measurement.text(5).c_str());
  check(item.setNumericValue(DSRNumericMeasurementValue(value.c_str(), unit)), "a bound");
  tree.goUp();
}

void addInterval(DSRDocumentTree &tree, const Line &measurement) {
  const std::string &kind = measurement.text(8);
  if (kind == "-") return;
  if (kind != "P" && kind != "O") throw Refusal("an interval has no kind");
  const Code low = kind == "P" ? Code{"PI90LOW", "99SEGSH", "90 % prediction interval, lower limit"}
                               : Code{"OUTLINELOW", "99SEGSH", "Value at the lowest likely outline"};
  const Code high = kind == "P" ? Code{"PI90HIGH", "99SEGSH", "90 % prediction interval, upper limit"}
                                : Code{"OUTLINEHIGH", "99SEGSH", "Value at the highest likely outline"};
  addBound(tree, low, measurement.text(6), measurement);
  addBound(tree, high, measurement.text(7), measurement);
}

void addAlgorithm(DSRDocumentTree &tree, const Request &request) {
  const auto add = [&](const Code &name, const std::string &text) {
    const size_t added = tree.addContentItem(DSRTypes::RT_hasConceptMod, DSRTypes::VT_Text, DSRTypes::AM_belowCurrent);
    if (added == 0) throw Refusal("the algorithm cannot be added");
    check(tree.getCurrentContentItem().setConceptName(entry(name)), "the algorithm");
    check(tree.getCurrentContentItem().setStringValue(text.c_str()), "the algorithm");
    tree.goUp();
  };
  add({"111001", "DCM", "Algorithm Name"}, request.one("algorithm").text(0));
  add({"111003", "DCM", "Algorithm Version"}, request.one("algorithm").text(1));
  for (const auto &line : request.lines()) {
    if (line.key == "parameter") add({"111002", "DCM", "Algorithm Parameters"}, line.text(0));
  }
}

void addSegment(DSRDocumentTree &tree, const Line &segmentation, const Line &segment) {
  if (tree.addContentItem(DSRTypes::RT_contains, DSRTypes::VT_Image, DSRTypes::AM_belowCurrent) == 0) throw Refusal("a segment cannot be added");
  auto &item = tree.getCurrentContentItem();
  check(item.setConceptName(DSRCodedEntryValue("121191", "DCM", "Referenced Segment")), "a segment");
  DSRImageReferenceValue image(UID_SegmentationStorage, segmentation.text(0).c_str());
  image.getSegmentList().addItem(static_cast<Uint16>(segment.number(0, 64)));
  check(item.setImageReference(image), "a segment");
  tree.goUp();
}

// The containers and numbers below "Imaging Measurements", in order.
void complete(DSRDocumentTree &tree, const std::vector<Group> &groups, const Request &request) {
  std::vector<size_t> containers, numbers;
  for (auto more = tree.gotoRoot(); more; more = tree.iterate()) {
    const auto &item = tree.getCurrentContentItem();
    if (item.getValueType() == DSRTypes::VT_Num) numbers.push_back(tree.getNodeID());
    if (item.getValueType() == DSRTypes::VT_Container && item.getConceptName() == DSRCodedEntryValue("125007", "DCM", "Measurement Group")) {
      containers.push_back(tree.getNodeID());
    }
  }
  std::vector<const Line *> measurements;
  for (const auto &group : groups) measurements.insert(measurements.end(), group.measurements.begin(), group.measurements.end());
  // Numbers of the image library come first.
  if (containers.size() != groups.size() || numbers.size() < measurements.size()) throw Refusal("the report has another structure");
  const size_t first = numbers.size() - measurements.size();
  for (size_t index = 0; index < measurements.size(); index++) {
    tree.gotoNode(numbers[first + index]);
    addInterval(tree, *measurements[index]);
  }
  for (size_t index = 0; index < groups.size(); index++) {
    tree.gotoNode(containers[index]);
    addAlgorithm(tree, request);
    for (const Line *segment : groups[index].segments) addSegment(tree, request.one("segmentation"), *segment);
  }
}

void addEvaluations(CMR_TID1500 &report, const Request &request) {
  for (const auto &line : request.lines()) {
    if (line.key == "evaluation") check(report.addQualitativeEvaluation(entry(line.code(0)), entry(line.code(3))), "an evaluation");
    if (line.key == "statement") check(report.addQualitativeEvaluation(entry(line.code(0)), line.text(3).c_str()), "a statement");
  }
}

// The X-ray as the image library describes it.
void addImage(CMR_TID1500 &report, const Request &request) {
  DcmDataset image;
  for (const uint32_t tag : {0x00080016u, 0x00080018u, 0x0020000Du, 0x0020000Eu, 0x00080060u, 0x00200020u, 0x00280030u, 0x00181164u, 0x00185101u}) {
    const std::string value = request.attribute(tag);
    if (!value.empty()) put(image, DcmTagKey(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF)), value);
  }
  const Line &size = request.one("size");
  put(image, DCM_Columns, static_cast<Uint16>(size.number(0, 65535)));
  put(image, DCM_Rows, static_cast<Uint16>(size.number(1, 65535)));
  auto &library = report.getImageLibrary();
  check(library.createNewImageLibrary(), "the image library");
  check(library.addImageGroup(), "the image library");
  const bool isProjection = request.attribute(0x00080060) == "DX" || request.attribute(0x00080060) == "CR";
  check(library.addImageEntry(image, isProjection ? TID1600_ImageLibrary::withAllDescriptors : TID1600_ImageLibrary::withoutDescriptors),
        "the image library");
}

}  // namespace

void writeReport(DcmItem &item, const Request &request) {
  const auto measured = groups(request);
  CMR_TID1500 report(CID7021_MeasurementReportDocumentTitles::ImagingMeasurementReport);
  check(report.setLanguage(CID5000_Languages::English_US), "the language");
  const Line &device = request.one("device");
  check(report.getObservationContext().addDeviceObserver(device.text(0).c_str(), "segsh", "segsh", device.text(1).c_str()), "the observer");
  if (const Line *reader = request.optional("reader")) {
    check(report.getObservationContext().addPersonObserver(reader->text(0).c_str()), "the reader");
  }
  check(report.addProcedureReported(DSRCodedEntryValue("399208008", "SCT", "Plain chest X-ray")), "the procedure");
  addImage(report, request);
  for (const auto &group : measured) addGroup(report, group, request);
  addEvaluations(report, request);
  if (!report.isValid()) throw Refusal("the report does not follow TID 1500");

  DSRDocument document(DSRTypes::DT_ComprehensiveSR);
  check(document.setTreeFromRootTemplate(report), "the report");
  complete(document.getTree(), measured, request);
  check(document.setPreliminaryFlag(DSRTypes::PF_Preliminary), "the flag");
  check(document.completeDocument(), "the flag");
  const std::string study = request.attribute(0x0020000D);
  auto &evidence = document.getCurrentRequestedProcedureEvidence();
  check(evidence.addItem(study.c_str(), request.attribute(0x0020000E).c_str(), request.attribute(0x00080016).c_str(),
                         request.attribute(0x00080018).c_str()), "the evidence");
  if (const Line *segmentation = request.optional("segmentation")) {
    check(evidence.addItem(study.c_str(), segmentation->text(1).c_str(), UID_SegmentationStorage, segmentation->text(0).c_str()), "the evidence");
  }
  const Line &scheme = request.one("scheme");
  auto &schemes = document.getCodingSchemeIdentification();
  check(schemes.addItem(scheme.text(0).c_str()), "the coding scheme");
  check(schemes.setCodingSchemeUID(scheme.text(1).c_str()), "the coding scheme");
  check(schemes.setCodingSchemeName(scheme.text(2).c_str()), "the coding scheme");
  check(schemes.setCodingSchemeResponsibleOrganization("segsh"), "the coding scheme");
  check(document.write(item), "the report");

  // DCMTK generates identifiers and reads the clock; these replace both.
  putIdentity(item, request, UID_ComprehensiveSRStorage, "SR");
  const Line &date = request.one("date");
  put(item, DCM_ContentDate, date.text(0));
  put(item, DCM_ContentTime, date.text(1));
  for (const auto &tag : {DCM_InstanceCreationDate, DCM_InstanceCreationTime, DCM_InstanceCreatorUID}) item.findAndDeleteElement(tag);
  DcmItem *content = nullptr;
  // Observation times that DCMTK may have put on content items would be those of the clock.
  for (long index = 0; item.findAndGetSequenceItem(DCM_ContentSequence, content, index).good(); index++) {
    content->findAndDeleteElement(DCM_ObservationDateTime, OFFalse, OFTrue);
  }
}
