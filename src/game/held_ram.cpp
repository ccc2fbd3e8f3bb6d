#include "game/held_ram.h"

namespace arcadecam::game {
namespace {

/// Where a 2600 decodes its RAM: 128 bytes, many times over.
bool is_ram(std::uint16_t address) {
  return (address & 0x1280) == 0x0080;
}

}  // namespace

void HeldRam::hold(std::span<const RamByte> bytes) {
  release();
  if (bytes.empty()) return;
  for (const auto& [index, value] : bytes) held_.at(index) = value;
  for (std::uint16_t page = 0; page < system_.numberOfPages(); ++page) {
    if (!is_ram(static_cast<std::uint16_t>(page << system_.pageShift()))) continue;
    pages_.emplace_back(page, system_.getPageAccess(page));
    system_.setPageAccess(page, {nullptr, nullptr, this});
  }
}

void HeldRam::release() {
  for (const auto& [page, access] : pages_) system_.setPageAccess(page, access);
  pages_.clear();
  held_.fill(std::nullopt);
}

std::uint8_t HeldRam::peek(std::uint16_t address) {
  const std::uint16_t index = address & 0x7f;
  if (held_[index]) return *held_[index];
  const auto& ram = pages_.front().second;  // the lower half; the upper one follows it in memory
  return ram.directPeekBase[index];
}

void HeldRam::poke(std::uint16_t address, std::uint8_t value) {
  pages_.front().second.directPokeBase[address & 0x7f] = value;
}

}  // namespace arcadecam::game
