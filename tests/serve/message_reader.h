#pragma once

#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace arcadecam::serve {

/// A binary message of the viewer, read as docs/viewer.md says it.
struct ReadMessage {
  explicit ReadMessage(std::string message) : text(std::move(message)) {
    std::uint32_t size = 0;
    std::memcpy(&size, text.data(), sizeof size);
    begin = sizeof size + size;
    header = nlohmann::json::parse(text.substr(sizeof size, size));
  }

  [[nodiscard]] bool has(const std::string& name) const { return find(name) != nullptr; }
  [[nodiscard]] std::vector<std::uint8_t> bytes(const std::string& name) const {
    return values<std::uint8_t>(name);
  }
  [[nodiscard]] std::vector<float> floats(const std::string& name) const {
    return values<float>(name);
  }
  /// The last of the frames: the screen at this step.
  [[nodiscard]] std::vector<std::uint8_t> screen() const {
    std::vector<std::uint8_t> screen = bytes("screens");
    if (!has("changed")) return screen;
    const std::size_t height = (*find("screens"))["shape"][1], width = screen.size() / height;
    const auto rows = bytes("rows");
    std::size_t at = 0, row = 0;
    for (const std::uint8_t differs : bytes("changed")) {
      if (differs != 0)
        std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(width * at++), width,
                    screen.begin() + static_cast<std::ptrdiff_t>(width * (row % height)));
      ++row;
    }
    return screen;
  }

  std::string text;
  std::size_t begin = 0;  ///< of the arrays
  nlohmann::json header;

 private:
  [[nodiscard]] const nlohmann::json* find(const std::string& name) const {
    for (const auto& array : header["arrays"]) {
      if (array["name"] == name) return &array;
    }
    return nullptr;
  }
  template <typename T>
  [[nodiscard]] std::vector<T> values(const std::string& name) const {
    const nlohmann::json* array = find(name);
    if (array == nullptr) throw std::runtime_error("no array " + name);
    std::size_t count = 1;
    for (const std::size_t extent : (*array)["shape"]) count *= extent;
    std::vector<T> result(count);
    std::memcpy(result.data(), text.data() + begin + (*array)["offset"].get<std::size_t>(),
                count * sizeof(T));
    return result;
  }
};

}  // namespace arcadecam::serve
