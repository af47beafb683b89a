// The softcopy presentation state: window, outlines, zone lines and labels over the X-ray (PS3.3, A.33.1).
#include "Request.h"

namespace {

void putDisplay(DcmItem &item, const Request &request) {
  const Line &size = request.one("size");
  const long width = static_cast<long>(size.number(0, 65535)), height = static_cast<long>(size.number(1, 65535));
  if (const Line *rescale = request.optional("rescale")) {
    put(item, DCM_RescaleIntercept, rescale->text(0));
    put(item, DCM_RescaleSlope, rescale->text(1));
    put(item, DCM_RescaleType, "US");
  }
  DcmItem &voi = append(item, DCM_SoftcopyVOILUTSequence);
  const Line &window = request.one("window");
  put(voi, DCM_WindowCenter, window.text(0));
  put(voi, DCM_WindowWidth, window.text(1));
  put(item, DCM_PresentationLUTShape, request.text("shape"));
  DcmItem &area = append(item, DCM_DisplayedAreaSelectionSequence);
  put(area, DCM_DisplayedAreaTopLeftHandCorner, "1\\1");
  put(area, DCM_DisplayedAreaBottomRightHandCorner, std::to_string(width) + "\\" + std::to_string(height));
  put(area, DCM_PresentationSizeMode, "SCALE TO FIT");
  // Row first, both in the file.
  if (const Line *spacing = request.optional("spacing")) {
    put(area, DCM_PresentationPixelSpacing, spacing->text(0) + "\\" + spacing->text(1));
  } else {
    const Line &aspect = request.one("aspect");
    put(area, DCM_PresentationPixelAspectRatio, aspect.text(0) + "\\" + aspect.text(1));
  }
}

void putFloats(DcmItem &item, const DcmTagKey &tag, const std::vector<Float32> &values) {
  check(item.putAndInsertFloat32Array(tag, values.data(), values.size()), DcmTag(tag).getTagName());
}

// Columns and rows from the upper left corner of the image, with a blank between numbers and the first point again at the end of a closed line.
std::vector<Float32> points(const std::string &text) {
  std::vector<Float32> values;
  size_t place = 0;
  while (place < text.size()) {
    const size_t end = std::min(text.find(' ', place), text.size());
    values.push_back(static_cast<Float32>(Line{"polyline", {text.substr(place, end - place)}}.real(0)));
    place = end + 1;
  }
  // FL is at most 65,534 bytes long where its value representation is explicit.
  if (values.size() % 2 != 0 || values.size() < 4 || values.size() > 16382) throw Refusal("a line has too few or too many points");
  return values;
}

void putPolyline(DcmItem &annotation, const Line &line) {
  const auto values = points(line.text(1));
  const bool isClosed = values[0] == values[values.size() - 2] && values[1] == values.back();
  DcmItem &object = append(annotation, DCM_GraphicObjectSequence);
  put(object, DCM_GraphicAnnotationUnits, "PIXEL");
  put(object, DCM_GraphicDimensions, Uint16(2));
  put(object, DCM_NumberOfGraphicPoints, static_cast<Uint16>(values.size() / 2));
  putFloats(object, DCM_GraphicData, values);
  put(object, DCM_GraphicType, "POLYLINE");
  if (isClosed) put(object, DCM_GraphicFilled, "N");
}

void putText(DcmItem &annotation, const Line &line) {
  DcmItem &object = append(annotation, DCM_TextObjectSequence);
  put(object, DCM_AnchorPointAnnotationUnits, "PIXEL");
  put(object, DCM_UnformattedTextValue, line.text(1));
  putFloats(object, DCM_AnchorPoint, {static_cast<Float32>(line.real(2)), static_cast<Float32>(line.real(3))});
  put(object, DCM_AnchorPointVisibility, "N");
}

void putLayers(DcmItem &item, const Request &request) {
  Uint16 order = 0;
  for (const auto &layer : request.lines()) {
    if (layer.key != "layer") continue;
    order++;
    DcmItem &entry = append(item, DCM_GraphicLayerSequence);
    put(entry, DCM_GraphicLayer, layer.text(0));
    check(entry.putAndInsertString(DCM_GraphicLayerOrder, std::to_string(order).c_str()), "a layer");
    Uint16 color[3];
    for (size_t channel = 0; channel < 3; channel++) color[channel] = static_cast<Uint16>(layer.number(2 + channel, 65535));
    check(entry.putAndInsertUint16Array(DCM_GraphicLayerRecommendedDisplayCIELabValue, color, 3), "the color of a layer");
    put(entry, DCM_GraphicLayerDescription, layer.text(1));
    // Graphics and texts of a layer in one annotation; a layer without any is empty.
    DcmItem *annotation = nullptr;
    for (const auto &line : request.lines()) {
      if ((line.key != "polyline" && line.key != "text") || line.text(0) != layer.text(0)) continue;
      if (!annotation) {
        annotation = &append(item, DCM_GraphicAnnotationSequence);
        put(*annotation, DCM_GraphicLayer, layer.text(0));
      }
      line.key == "text" ? putText(*annotation, line) : putPolyline(*annotation, line);
    }
  }
}

}  // namespace

void writePresentation(DcmItem &item, const Request &request) {
  putIdentity(item, request, UID_GrayscaleSoftcopyPresentationStateStorage, "PR");
  const Line &date = request.one("date");
  put(item, DCM_PresentationCreationDate, date.text(0));
  put(item, DCM_PresentationCreationTime, date.text(1));
  put(item, DCM_ContentLabel, request.text("label"));
  put(item, DCM_ContentDescription, request.text("title"));
  put(item, DCM_ContentCreatorName, "");
  putBodyPart(item, request);
  putReferencedSeries(item, request);
  putDisplay(item, request);
  putLayers(item, request);
}
