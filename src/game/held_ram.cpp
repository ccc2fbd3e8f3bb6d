#include "game/held_ram.h"

namespace arcadecam::game {
namespace {

/// Where a 2600 decodes its RAM: 128 bytes, many times over.
bool is_ram(std::uint16_t address) {
  return (address & 0x1280) == 0x0080;
}

}  // namespace

void HeldRam::hold(std::span<const RamBits> bits) {
  release();
  if (bits.empty()) return;
  for (const RamBits& one : bits) {
    RamBits& held = held_.at(one.index);
    held.value = one.in(held.value);
    held.mask = static_cast<std::uint8_t>(held.mask | one.mask);
  }
  for (std::uint16_t page = 0; page < system_.numberOfPages(); ++page) {
    if (!is_ram(static_cast<std::uint16_t>(page << system_.pageShift()))) continue;
    pages_.emplace_back(page, system_.getPageAccess(page));
    system_.setPageAccess(page, {nullptr, nullptr, this});
  }
}

void HeldRam::release() {
  for (const auto& [page, access] : pages_) system_.setPageAccess(page, access);
  pages_.clear();
  held_.fill({0, 0, 0});
}

std::uint8_t HeldRam::peek(std::uint16_t address) {
  const std::uint16_t index = address & 0x7f;
  const auto& ram = pages_.front().second;  // the lower half; the upper one follows it in memory
  return held_[index].in(ram.directPeekBase[index]);
}

void HeldRam::poke(std::uint16_t address, std::uint8_t value) {
  pages_.front().second.directPokeBase[address & 0x7f] = value;
}

}  // namespace arcadecam::game
