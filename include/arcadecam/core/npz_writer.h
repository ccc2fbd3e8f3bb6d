#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "arcadecam/core/tensor.h"

namespace arcadecam {

/// Writes a NumPy .npz file (a zip of stored .npy members) whose arrays may grow while they are
/// written: memory stays constant for any number of rows. Two runs that add the same rows write the
/// same bytes. The file appears under its final name in commit(), and only whole.
class NpzWriter {
 public:
  explicit NpzWriter(std::filesystem::path file);
  NpzWriter(const NpzWriter&) = delete;
  NpzWriter& operator=(const NpzWriter&) = delete;
  ~NpzWriter();

  /// Adds a whole array. T: float, double, std::int64_t, std::int32_t or std::uint8_t.
  template <typename T>
  void add(const std::string& key, BasicTensorView<const T> array);
  /// Appends one row along the outermost dimension of the array `key`; all rows of a key have the
  /// same shape.
  template <typename T>
  void append(const std::string& key, BasicTensorView<const T> row);
  /// Adds a one-string array, readable as str(npz[key]) (dtype "<U…").
  void add_text(const std::string& key, const std::string& text);
  /// Writes the zip and renames it to the final name.
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace arcadecam
