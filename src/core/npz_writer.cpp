#include "arcadecam/core/npz_writer.h"

#include <zip.h>

#include <cstring>
#include <vector>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "arcadecam/core/npy.h"

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

// 1980-01-01 00:00, the earliest time a zip can state: no clock in the bytes.
constexpr zip_uint16_t kDosDate = (1 << 5) | 1;

}  // namespace

struct NpzWriter::State {
  struct Member {
    std::string key, dtype;
    Shape row;
    std::int64_t rows = 0;
    bool growing = false;
    std::unique_ptr<OutputFile> file;
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
  member.file->write(to_npy(array));
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
  member->file->write(std::span(reinterpret_cast<const std::uint8_t*>(row.data()),
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
  member.file->write(npy_header(member.dtype, Shape{}));
  member.file->write(
      std::span(reinterpret_cast<const std::uint8_t*>(points.data()), points.size() * 4));
}

void NpzWriter::commit() {
  State& state = *state_;
  int code = 0;
  zip_t* archive = zip_open(state.output->temporary().c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  const std::string name = state.final_name.string();
  if (archive == nullptr) throw bad_input("{}: cannot be written", name);
  const auto fail = [&] {
    const std::string why = zip_strerror(archive);
    zip_discard(archive);
    return bad_input("{}: cannot be written: {}", name, why);
  };
  std::vector<std::filesystem::path> parts;
  for (auto& member : state.members) {
    if (member.growing) {
      member.file->rewrite_start(npy_header(member.dtype, member.row.batch_of(member.rows)));
    }
    member.file->flush();
    const std::string entry = member.key + ".npy";
    zip_source_t* source = zip_source_file(archive, member.file->temporary().c_str(), 0, -1);
    if (source == nullptr) throw fail();
    const zip_int64_t index = zip_file_add(archive, entry.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(source);
      throw fail();
    }
    const auto at = static_cast<zip_uint64_t>(index);
    if (zip_set_file_compression(archive, at, ZIP_CM_STORE, 0) != 0 ||
        zip_file_set_dostime(archive, at, 0, kDosDate, 0) != 0) {
      throw fail();
    }
  }
  if (zip_close(archive) != 0) throw fail();
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
