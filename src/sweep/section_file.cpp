#include "sweep/section_file.h"

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "core/text.h"

namespace arcadecam::sweep {
namespace {

/// Far more than a plan of a million units or a record of a thousand methods takes.
constexpr std::uint64_t kLargestSectionFile = std::uint64_t{1} << 30;

}  // namespace

SectionFile SectionFile::read(const std::filesystem::path& file, const std::string& kind) {
  const auto bytes = read_file(file, kLargestSectionFile);
  return parse({bytes.begin(), bytes.end()}, kind, file.string());
}

SectionFile SectionFile::parse(std::string text, const std::string& kind, const std::string& name) {
  SectionFile parsed(kind);
  parsed.name_ = name;
  std::string_view rest = text;
  const auto line_of = [&] {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos)
      throw bad_input("{}: was cut short: its last line should be [end]", name);
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
  };
  const std::string_view first = rest.substr(0, rest.find('\n'));
  if (first != kind)
    throw bad_input("{}: expected a first line '{}', found '{}'", name, kind, printable(first));
  (void)line_of();
  std::string* section = nullptr;
  while (true) {
    const std::string_view line = line_of();
    if (line == "[end]") break;
    if (line.starts_with('[') && line.ends_with(']')) {
      section = &parsed.sections_[std::string(line.substr(1, line.size() - 2))];
      continue;
    }
    if (section == nullptr)
      throw bad_input("{}: expected a line [name], found '{}'", name, printable(line));
    section->append(line).push_back('\n');
  }
  if (!rest.empty()) throw bad_input("{}: something follows its last line [end]", name);
  return parsed;
}

void SectionFile::begin(const std::string& section) {
  current_ = section;
  sections_[section];
}

void SectionFile::add_line(std::string_view line) {
  std::string& section = sections_[current_];
  section.append(line).push_back('\n');
}

std::string_view SectionFile::section(const std::string& name) const {
  const auto at = sections_.find(name);
  return at == sections_.end() ? std::string_view() : std::string_view(at->second);
}

std::vector<CsvFields> SectionFile::rows(const std::string& name, std::size_t width) const {
  std::vector<CsvFields> rows;
  CsvReader reader(section(name), name_ + ": [" + name + "]");
  for (CsvFields fields; reader.next(fields);) {
    if (fields.size() != width) {
      throw bad_input("{}: line {}: expected {} fields, found {}", reader.name(), reader.line(),
                      width, fields.size());
    }
    rows.push_back(std::move(fields));
  }
  return rows;
}

std::string SectionFile::text() const {
  std::string text = kind_ + "\n";
  for (const auto& [name, lines] : sections_) text += "[" + name + "]\n" + lines;
  return text + "[end]\n";
}

void SectionFile::write(const std::filesystem::path& file) const {
  OutputFile output(file);
  output.write(text());
  output.commit();
}

}  // namespace arcadecam::sweep
