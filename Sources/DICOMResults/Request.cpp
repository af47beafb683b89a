#include "Request.h"

#include <cstdlib>

namespace {

constexpr size_t longestLine = 1 << 18;
constexpr size_t mostLines = 100000;

// How many fields a line of each key has; a second number where there may be more.
struct Form {
  size_t least, most;
};

const std::map<std::string, Form> &forms() {
  static const std::map<std::string, Form> forms = {
      {"kind", {1, 1}},         {"instance", {1, 1}},    {"series", {1, 1}},      {"series-number", {1, 1}}, {"description", {1, 1}},
      {"date", {2, 2}},         {"version", {1, 1}},     {"attribute", {2, 2}},   {"deidentified", {1, 1}},  {"scheme", {3, 3}},
      {"device", {2, 2}},       {"algorithm", {2, 2}},   {"parameter", {1, 1}},   {"segmentation", {2, 2}},  {"group", {6, 6}},
      {"segment", {1, 1}},      {"measurement", {12, 12}}, {"evaluation", {6, 6}}, {"statement", {4, 4}},     {"label", {1, 1}},
      {"size", {2, 2}},         {"rescale", {2, 2}},     {"window", {2, 2}},      {"shape", {1, 1}},         {"aspect", {2, 2}},
      {"spacing", {2, 2}},      {"layer", {5, 5}},       {"polyline", {2, 2}},    {"text", {4, 4}},          {"title", {1, 1}},
      {"pixels", {3, 3}},       {"identifier", {2, 2}}, {"detector", {2, 2}}, {"reader", {1, 1}},
  };
  return forms;
}

std::string unhexed(const std::string &text) {
  if (text.size() % 2 != 0 || text.size() > 4096) throw Refusal("an attribute is not written in hexadecimal");
  std::string bytes;
  for (size_t index = 0; index < text.size(); index += 2) {
    const std::string pair = text.substr(index, 2);
    if (pair.find_first_not_of("0123456789abcdef") != std::string::npos) throw Refusal("an attribute is not written in hexadecimal");
    bytes.push_back(static_cast<char>(std::strtoul(pair.c_str(), nullptr, 16)));
  }
  return bytes;
}

}  // namespace

void check(const OFCondition &condition, const char *what) {
  if (condition.bad()) throw Refusal(std::string(what) + ": " + condition.text());
}

const std::string &Line::text(size_t index) const {
  if (index >= fields.size()) throw Refusal("the line " + key + " is cut short");
  return fields[index];
}

Code Line::code(size_t index) const { return {text(index), text(index + 1), text(index + 2)}; }

unsigned long Line::number(size_t index, unsigned long most) const {
  const std::string &field = text(index);
  if (field.empty() || field.size() > 9 || field.find_first_not_of("0123456789") != std::string::npos) {
    throw Refusal("the line " + key + " has no whole number");
  }
  const unsigned long value = std::strtoul(field.c_str(), nullptr, 10);
  if (value > most) throw Refusal("the line " + key + " has too large a number");
  return value;
}

double Line::real(size_t index) const {
  const std::string &field = text(index);
  if (field.empty() || field.size() > 24 || field.find_first_not_of("0123456789.-+e") != std::string::npos) {
    throw Refusal("the line " + key + " has no number");
  }
  char *end = nullptr;
  const double value = std::strtod(field.c_str(), &end);
  if (end != field.c_str() + field.size() || !(value > -1e12 && value < 1e12)) throw Refusal("the line " + key + " has no number");
  return value;
}

Request::Request(const std::string &description, std::vector<char> payload) : bytes(std::move(payload)) {
  size_t start = 0;
  while (start < description.size()) {
    const size_t end = description.find('\n', start);
    if (end == std::string::npos) throw Refusal("the last line of the description is cut short");
    if (end - start > longestLine || all.size() == mostLines) throw Refusal("the description is too long");
    Line line;
    size_t place = start;
    bool isKey = true;
    while (place <= end) {
      size_t next = description.find_first_of("\t\n", place);
      std::string field = description.substr(place, next - place);
      for (const char character : field) {
        if (character < 32 || character > 126) throw Refusal("the description has a character that is not printable ASCII");
      }
      if (isKey) line.key = field; else line.fields.push_back(field);
      isKey = false;
      place = next + 1;
    }
    const auto form = forms().find(line.key);
    if (form == forms().end()) throw Refusal("unknown line " + line.key);
    if (line.fields.size() < form->second.least || line.fields.size() > form->second.most) {
      throw Refusal("the line " + line.key + " has another number of fields");
    }
    if (line.key == "attribute") {
      if (line.fields[0].size() != 8 || line.fields[0].find_first_not_of("0123456789abcdef") != std::string::npos) {
        throw Refusal("an attribute has no tag");
      }
      attributes[static_cast<uint32_t>(std::strtoul(line.fields[0].c_str(), nullptr, 16))] = unhexed(line.fields[1]);
    } else {
      all.push_back(line);
    }
    start = end + 1;
  }
}

const Line *Request::optional(const std::string &key) const {
  const Line *found = nullptr;
  for (const auto &line : all) {
    if (line.key != key) continue;
    if (found) throw Refusal("the line " + key + " occurs twice");
    found = &line;
  }
  return found;
}

const Line &Request::one(const std::string &key) const {
  const Line *line = optional(key);
  if (!line) throw Refusal("the line " + key + " is missing");
  return *line;
}

std::string Request::attribute(uint32_t tag) const {
  const auto found = attributes.find(tag);
  return found == attributes.end() ? std::string() : found->second;
}
