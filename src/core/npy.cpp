#include "arcadecam/core/npy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string_view>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"

namespace arcadecam {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

template <typename T>
constexpr std::string_view kNpyDtype;
template <>
constexpr std::string_view kNpyDtype<float> = "<f4";
template <>
constexpr std::string_view kNpyDtype<double> = "<f8";
template <>
constexpr std::string_view kNpyDtype<std::int64_t> = "<i8";
template <>
constexpr std::string_view kNpyDtype<std::int32_t> = "<i4";
template <>
constexpr std::string_view kNpyDtype<std::uint8_t> = "|u1";

/// The text of a value of the header's Python dict, from after "'key':" to the next ',' outside
/// brackets.
std::string header_value(std::string_view header, std::string_view key, const std::string& name) {
  const std::string quoted = fmt::format("'{}':", key);
  const std::size_t at = header.find(quoted);
  if (at == std::string_view::npos) throw bad_input("{}: the .npy header lacks {}", name, quoted);
  std::string value;
  int depth = 0;
  for (const char c : header.substr(at + quoted.size())) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if ((c == ',' && depth == 0) || c == '}') break;
    if (c != ' ') value += c;
  }
  return value;
}

Shape parse_shape(std::string_view text, const std::string& name) {
  std::vector<std::int64_t> extents;
  std::int64_t number = 0;
  bool digits = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      if (number > (std::int64_t{1} << 56)) {
        throw bad_input("{}: the .npy shape {} is too large", name, text);
      }
      number = number * 10 + (c - '0');
      digits = true;
    } else if (c == ',' || c == ')') {
      if (digits) extents.push_back(number);
      number = 0;
      digits = false;
    } else if (c != '(') {
      throw bad_input("{}: the .npy shape {} is not a tuple of whole numbers", name, text);
    }
  }
  return Shape(extents);
}

template <typename T>
NpyArray parse_elements(std::span<const std::uint8_t> bytes, const Shape& shape,
                        const std::string& name) {
  const std::uint64_t available = bytes.size() / sizeof(T);
  if (static_cast<std::uint64_t>(shape.count()) != available || bytes.size() % sizeof(T) != 0) {
    throw bad_input("{}: the shape {} needs {} elements, the file holds {} bytes for them", name,
                    to_string(shape), shape.count(), bytes.size());
  }
  BasicTensor<T> tensor(shape);
  if (!bytes.empty()) std::memcpy(tensor.data(), bytes.data(), bytes.size());
  return tensor;
}

NpyArray parse_booleans(std::span<const std::uint8_t> bytes, const Shape& shape,
                        const std::string& name) {
  const NpyArray read = parse_elements<std::uint8_t>(bytes, shape, name);
  BasicTensor<bool> tensor(shape);
  // A program may assume that a bool is 0 or 1; a file's byte may be anything.
  std::ranges::transform(std::get<ByteTensor>(read).values(), tensor.values().begin(),
                         [](std::uint8_t byte) { return byte != 0; });
  return tensor;
}

}  // namespace

std::string_view dtype_of(const NpyArray& array) {
  static constexpr std::array<std::string_view, std::variant_size_v<NpyArray>> kNames{
      "float32", "float64", "int64", "int32", "uint8", "bool"};
  return kNames.at(array.index());
}

const Shape& shape_of(const NpyArray& array) {
  return std::visit([](const auto& tensor) -> const Shape& { return tensor.shape(); }, array);
}

NpyArray parse_npy(std::span<const std::uint8_t> bytes, const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.size() < 10 || text.substr(0, kMagic.size()) != kMagic) {
    throw bad_input("{}: not a NumPy .npy file (its magic number is missing)", name);
  }
  const int version = bytes[6];
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  if (version < 1 || version > 3 || text.size() < 8 + length_bytes) {
    throw bad_input("{}: .npy format version {} is not known (1 to 3 are)", name, version);
  }
  std::size_t header_size = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) {
    header_size |= static_cast<std::size_t>(bytes[8 + i]) << (8 * i);
  }
  if (header_size > text.size() - 8 - length_bytes) {
    throw bad_input("{}: the .npy header is cut off", name);
  }
  const std::string_view header = text.substr(8 + length_bytes, header_size);
  const auto body = bytes.subspan(8 + length_bytes + header_size);
  if (header_value(header, "fortran_order", name) != "False") {
    throw bad_input("{}: Fortran order is not supported; save with np.ascontiguousarray", name);
  }
  const std::string dtype = header_value(header, "descr", name);
  const Shape shape = parse_shape(header_value(header, "shape", name), name);
  if (dtype == "'<f4'") return parse_elements<float>(body, shape, name);
  if (dtype == "'<f8'") return parse_elements<double>(body, shape, name);
  if (dtype == "'<i8'") return parse_elements<std::int64_t>(body, shape, name);
  if (dtype == "'<i4'") return parse_elements<std::int32_t>(body, shape, name);
  if (dtype == "'|u1'") return parse_elements<std::uint8_t>(body, shape, name);
  if (dtype == "'|b1'") return parse_booleans(body, shape, name);
  throw bad_input(
      "{}: elements of type {} are not supported (float32, float64, int32, int64, uint8, bool are)",
      name, dtype);
}

NpyArray read_npy(const std::filesystem::path& file) {
  return parse_npy(read_file(file), file.string());
}

std::string npy_header(const std::string& dtype, const Shape& shape) {
  std::string extents;
  for (const std::int64_t extent : shape) extents += fmt::format("{}, ", extent);
  if (shape.rank() > 1) extents.resize(extents.size() - 2);
  if (shape.rank() == 1) extents.resize(extents.size() - 1);
  // A fixed width leaves room to rewrite the header when an array has grown.
  const std::string dict =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", dtype, extents);
  return fmt::format("{}{}{}{}{}{:<117}\n", kMagic, '\x01', '\0', '\x76', '\0', dict);
}

template <typename T>
std::string to_npy(BasicTensorView<const T> array) {
  std::string bytes = npy_header(std::string(kNpyDtype<T>), array.shape());
  const std::size_t header = bytes.size();
  bytes.resize(header + static_cast<std::size_t>(array.size()) * sizeof(T));
  if (array.size() > 0) std::memcpy(bytes.data() + header, array.data(), bytes.size() - header);
  return bytes;
}

template <typename T>
void write_npy(const std::filesystem::path& file, BasicTensorView<const T> array) {
  OutputFile output(file);
  output.write(to_npy(array));
  output.commit();
}

template <typename T>
BasicTensor<T> convert(const NpyArray& array, const std::string& name) {
  return std::visit(
      [&](const auto& source) {
        using Element = typename std::remove_cvref_t<decltype(source.values())>::value_type;
        if constexpr (std::is_same_v<Element, bool> && !std::is_same_v<T, std::uint8_t>) {
          throw bad_input("{}: expected numbers, found elements of type bool", name);
        }
        BasicTensor<T> result(source.shape());
        for (std::int64_t i = 0; i < source.size(); ++i) {
          const auto value = source.data()[i];
          const auto converted = static_cast<T>(value);
          using V = std::remove_const_t<decltype(value)>;
          // Among floating-point types only digits are lost, and NaN stays NaN.
          constexpr bool kBothFloating = std::is_floating_point_v<V> && std::is_floating_point_v<T>;
          if (!kBothFloating && static_cast<V>(converted) != value) {
            throw bad_input("{}: the value {} does not fit the expected element type", name, value);
          }
          result.data()[i] = converted;
        }
        return result;
      },
      array);
}

template std::string to_npy(BasicTensorView<const float>);
template std::string to_npy(BasicTensorView<const double>);
template std::string to_npy(BasicTensorView<const std::int64_t>);
template std::string to_npy(BasicTensorView<const std::int32_t>);
template std::string to_npy(BasicTensorView<const std::uint8_t>);
template void write_npy(const std::filesystem::path&, BasicTensorView<const float>);
template void write_npy(const std::filesystem::path&, BasicTensorView<const double>);
template void write_npy(const std::filesystem::path&, BasicTensorView<const std::int64_t>);
template void write_npy(const std::filesystem::path&, BasicTensorView<const std::int32_t>);
template void write_npy(const std::filesystem::path&, BasicTensorView<const std::uint8_t>);
template BasicTensor<float> convert(const NpyArray&, const std::string&);
template BasicTensor<double> convert(const NpyArray&, const std::string&);
template BasicTensor<std::int64_t> convert(const NpyArray&, const std::string&);
template BasicTensor<std::int32_t> convert(const NpyArray&, const std::string&);
template BasicTensor<std::uint8_t> convert(const NpyArray&, const std::string&);

}  // namespace arcadecam
