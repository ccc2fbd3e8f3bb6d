#pragma once

#include <cstdint>

namespace arcadecam::zip_format {

// What zip files are made of (PKWARE's APPNOTE 6.3, section 4.3). All numbers are little-endian.

constexpr std::uint32_t kLocalMark = 0x04034B50, kEntryMark = 0x02014B50, kEndMark = 0x06054B50;
constexpr std::uint32_t kEnd64Mark = 0x06064B50, kLocatorMark = 0x07064B50;

/// Lengths of the parts whose length is fixed, in bytes.
constexpr std::uint64_t kLocalBytes = 30, kEntryBytes = 46, kEndBytes = 22;
constexpr std::uint64_t kEnd64Bytes = 56, kLocatorBytes = 20;
/// What the record's own field of its length leaves out.
constexpr std::uint64_t kEnd64Uncounted = 12;

/// A field that says so has its value in the zip64 record.
constexpr std::uint16_t kElsewhere16 = 0xFFFF;
constexpr std::uint32_t kElsewhere32 = 0xFFFFFFFF;
constexpr std::uint16_t kZip64Field = 1;  ///< its number among the extra fields

}  // namespace arcadecam::zip_format
