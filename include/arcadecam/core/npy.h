#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "arcadecam/core/tensor.h"

namespace arcadecam {

/// An array read from or written to NumPy's .npy format: little-endian float32, float64, int64,
/// int32, unsigned byte or numpy's bool, C order.
using NpyArray =
    std::variant<BasicTensor<float>, BasicTensor<double>, BasicTensor<std::int64_t>,
                 BasicTensor<std::int32_t>, BasicTensor<std::uint8_t>, BasicTensor<bool>>;

[[nodiscard]] const Shape& shape_of(const NpyArray& array);
/// NumPy's name of the elements' type: "uint8", "bool".
[[nodiscard]] std::string_view dtype_of(const NpyArray& array);

/// Parses the bytes of a .npy file (format 1.0 to 3.0). `name` is used in messages. Throws Error on
/// anything else: other types, Fortran order, sizes that do not match the bytes.
NpyArray parse_npy(std::span<const std::uint8_t> bytes, const std::string& name);
NpyArray read_npy(const std::filesystem::path& file);

/// The header of a .npy file for elements of `dtype` ("<f4", "<f8", "<i8", "<i4", "|u1").
std::string npy_header(const std::string& dtype, const Shape& shape);

/// The bytes of a .npy file.
template <typename T>
std::string to_npy(BasicTensorView<const T> array);

/// Writes through a temporary name, then renames (see OutputFile).
template <typename T>
void write_npy(const std::filesystem::path& file, BasicTensorView<const T> array);

/// Reads every array of an .npz file (a zip of .npy members); keys are without ".npy". Refuses a
/// member larger than `max_member_bytes`.
std::map<std::string, NpyArray> read_npz(const std::filesystem::path& file,
                                         std::uint64_t max_member_bytes = std::uint64_t{4} << 30);

/// The elements, converted to `T`. Throws Error when `T` cannot hold the array's type exactly (an
/// integer array may become float when all values are exact). Arrays of true and false become bytes
/// of 1 and 0 and no other type, since they are not numbers.
template <typename T>
BasicTensor<T> convert(const NpyArray& array, const std::string& name);

}  // namespace arcadecam
