#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/golden.h"

namespace arcadecam::test {

/// The files of one of the manifest's lists of checkpoints ("good", "bad"), relative to the golden
/// folder.
inline std::vector<std::string> checkpoint_files(const std::string& list) {
  std::vector<std::string> files;
  for (const auto& [file, facts] : manifest()["checkpoints"][list].items()) files.push_back(file);
  return files;
}

/// A test's name made from the file it is about.
inline std::string name_of_file(const testing::TestParamInfo<std::string>& file) {
  std::string name = std::filesystem::path(file.param).filename().string();
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

}  // namespace arcadecam::test
