#pragma once

#include <array>
#include <span>
#include <utility>
#include <vector>

#include "ale/emucore/Device.hxx"
#include "ale/emucore/System.hxx"
#include "game/emulator.h"

namespace arcadecam::game {

/// Stands between a console's processor and its RAM: some bits are read as given values, whatever
/// is written to them. The RAM itself is left as the program writes it.
class HeldRam final : public ale::stella::Device {
 public:
  /// Must not outlive the system.
  explicit HeldRam(ale::stella::System& system) : system_(system) {}
  ~HeldRam() override { release(); }
  HeldRam(const HeldRam&) = delete;
  HeldRam& operator=(const HeldRam&) = delete;

  /// Instead of what was held before.
  void hold(std::span<const RamBits> bits);
  void release();

  std::uint8_t peek(std::uint16_t address) override;
  void poke(std::uint16_t address, std::uint8_t value) override;

  // Is never attached: only its pages are.
  [[nodiscard]] const char* name() const override { return "held RAM"; }
  void reset() override {}
  void install(ale::stella::System&) override {}
  bool save(ale::stella::Serializer&) override { return true; }
  bool load(ale::stella::Deserializer&) override { return true; }

 private:
  ale::stella::System& system_;
  std::vector<std::pair<std::uint16_t, ale::stella::System::PageAccess>> pages_;  ///< as they were
  std::array<RamBits, 128> held_{};  ///< by byte; a mask of 0: not held
};

}  // namespace arcadecam::game
