#include "arcadecam/core/npz_writer.h"

#include <vector>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "arcadecam/core/npy.h"
#include "core/zip_writer.h"

namespace arcadecam {
namespace {

template <typename T>
constexpr const char* kNpzDtype = nullptr;
template <>
constexpr const char* kNpzDtype<float> = "<f4";
template <>
constexpr const char* kNpzDtype<double> = "<f8";
template <>
constexpr const char* kNpzDtype<std::int64_t> = "<i8";
template <>
constexpr const char* kNpzDtype<std::int32_t> = "<i4";
template <>
constexpr const char* kNpzDtype<std::uint8_t> = "|u1";

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

struct NpzWriter::State {
  struct Member {
    std::string key, dtype;
    Shape row;
    std::int64_t rows = 0;
    bool growing = false;
    std::unique_ptr<OutputFile> file;
    Crc32 content;  ///< of what was written, without the header of an array that grows

    void write(std::span<const std::uint8_t> bytes) {
      file->write(bytes);
      content.add(bytes);
    }
  };

  std::filesystem::path final_name;
  std::unique_ptr<OutputFile> output;
  std::vector<Member> members;

  Member& start(const std::string& key, std::string dtype, const Shape& row, bool growing) {
    for (const Member& member : members) {
      if (member.key == key)
        throw bad_input("{}: the array {} is written twice", final_name.string(), key);
    }
    Member& member = members.emplace_back();
    member.key = key;
    member.dtype = std::move(dtype);
    member.row = row;
    member.growing = growing;
    // A member of its own beside the final file: rows of several arrays arrive interleaved.
    member.file = std::make_unique<OutputFile>(
        final_name.string() + fmt::format(".{}", members.size()), final_name);
    return member;
  }
};

NpzWriter::NpzWriter(std::filesystem::path file) : state_(std::make_unique<State>()) {
  state_->final_name = std::move(file);
  state_->output = std::make_unique<OutputFile>(state_->final_name);
}

NpzWriter::~NpzWriter() = default;

template <typename T>
void NpzWriter::add(const std::string& key, BasicTensorView<const T> array) {
  auto& member = state_->start(key, kNpzDtype<T>, array.shape(), false);
  member.write(bytes_of(to_npy(array)));
}

template <typename T>
void NpzWriter::append(const std::string& key, BasicTensorView<const T> row) {
  State::Member* member = nullptr;
  for (auto& candidate : state_->members) {
    if (candidate.key == key) member = &candidate;
  }
  if (member == nullptr) {
    member = &state_->start(key, kNpzDtype<T>, row.shape(), true);
    member->file->write(npy_header(member->dtype, row.shape().batch_of(0)));
  }
  if (!member->growing || member->row != row.shape() || member->dtype != kNpzDtype<T>) {
    throw bad_input("{}: a row of {} does not fit the array {} of rows {}",
                    state_->final_name.string(), to_string(row.shape()), key,
                    to_string(member->row));
  }
  member->write(std::span(reinterpret_cast<const std::uint8_t*>(row.data()),
                          static_cast<std::size_t>(row.size()) * sizeof(T)));
  ++member->rows;
}

void NpzWriter::add_text(const std::string& key, const std::string& text) {
  // NumPy's unicode arrays hold UTF-32.
  std::u32string points;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const int extra = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    char32_t point = extra == 0 ? lead : lead & (0x3F >> extra);
    for (int k = 1; k <= extra && i + static_cast<std::size_t>(k) < text.size(); ++k) {
      point =
          (point << 6) | (static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]) & 0x3F);
    }
    points += point;
    i += static_cast<std::size_t>(extra) + 1;
  }
  if (points.empty()) points += U'\0';
  auto& member = state_->start(key, fmt::format("<U{}", points.size()), Shape{}, false);
  member.write(bytes_of(npy_header(member.dtype, Shape{})));
  member.write(std::span(reinterpret_cast<const std::uint8_t*>(points.data()), points.size() * 4));
}

void NpzWriter::commit() {
  State& state = *state_;
  ZipWriter archive(*state.output);
  for (auto& member : state.members) {
    if (member.growing) {
      const std::string header = npy_header(member.dtype, member.row.batch_of(member.rows));
      member.file->rewrite_start(header);
      member.content.put_before(bytes_of(header));
    }
    member.file->flush();
    archive.add(member.key + ".npy", FileSource(member.file->temporary()), member.content.value());
  }
  archive.finish();
  state.members.clear();
  state.output->commit();
}

template void NpzWriter::add(const std::string&, BasicTensorView<const float>);
template void NpzWriter::add(const std::string&, BasicTensorView<const double>);
template void NpzWriter::add(const std::string&, BasicTensorView<const std::int64_t>);
template void NpzWriter::add(const std::string&, BasicTensorView<const std::int32_t>);
template void NpzWriter::add(const std::string&, BasicTensorView<const std::uint8_t>);
template void NpzWriter::append(const std::string&, BasicTensorView<const float>);
template void NpzWriter::append(const std::string&, BasicTensorView<const double>);
template void NpzWriter::append(const std::string&, BasicTensorView<const std::int64_t>);
template void NpzWriter::append(const std::string&, BasicTensorView<const std::int32_t>);
template void NpzWriter::append(const std::string&, BasicTensorView<const std::uint8_t>);

}  // namespace arcadecam
