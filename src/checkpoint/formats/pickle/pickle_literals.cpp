#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <limits>

#include "checkpoint/formats/pickle/pickle_machine.h"
#include "checkpoint/formats/pickle/pickle_opcodes.h"

namespace arcadecam::checkpoint::pickle {
namespace {

int hex_digit(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return -1;
}

// `digits` hexadecimal digits at `at`, or nothing.
std::optional<std::uint32_t> hex(std::string_view text, std::size_t at, std::size_t digits) {
  if (text.size() < at + digits) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const int digit = hex_digit(text[at + i]);
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return value;
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { text += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | (code >> 6));
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | (code >> 12));
    byte(0x80 | ((code >> 6) & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | ((code >> 18) & 0x07));
    byte(0x80 | ((code >> 12) & 0x3F));
    byte(0x80 | ((code >> 6) & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

// Protocol 0's raw-unicode-escape: Latin-1 with \uXXXX and \UXXXXXXXX.
std::string unescape_unicode(std::string_view line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::size_t digits =
        line.substr(i, 2) == "\\u" ? 4 : (line.substr(i, 2) == "\\U" ? 8 : 0);
    const auto code = digits == 0 ? std::nullopt : hex(line, i + 2, digits);
    if (code) {
      append_utf8(text, *code);
      i += 1 + digits;
    } else {
      append_utf8(text, static_cast<std::uint8_t>(line[i]));
    }
  }
  return text;
}

// The content of a quoted string as Python 2's repr() writes it, or nothing when it is malformed.
std::optional<std::string> unquote(std::string_view line) {
  if (line.size() < 2 || line.front() != line.back() ||
      (line.front() != '\'' && line.front() != '"')) {
    return std::nullopt;
  }
  line = line.substr(1, line.size() - 2);
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\') {
      text += line[i];
      continue;
    }
    if (++i == line.size()) return std::nullopt;
    switch (line[i]) {
      case '\\':
      case '\'':
      case '"':
        text += line[i];
        break;
      case 'n':
        text += '\n';
        break;
      case 'r':
        text += '\r';
        break;
      case 't':
        text += '\t';
        break;
      case 'x': {
        const auto code = hex(line, i + 1, 2);
        if (!code) return std::nullopt;
        text += static_cast<char>(*code);
        i += 2;
        break;
      }
      default:
        return std::nullopt;
    }
  }
  return text;
}

}  // namespace

void Machine::push_text(ByteView bytes) {
  push_node(Text{std::string(as_text(bytes))});
}

void Machine::push_big_endian_double(ByteView bytes) {
  std::uint64_t bits = 0;
  for (const std::uint8_t byte : bytes) bits = (bits << 8) | byte;
  push(std::bit_cast<double>(bits));
}

void Machine::push_integer(ByteView two_complement) {
  ByteView bytes = two_complement;
  const bool negative = !bytes.empty() && (bytes.back() & 0x80) != 0;
  const std::uint8_t filler = negative ? 0xFF : 0x00;
  // Bytes that only repeat the sign carry nothing.
  while (bytes.size() > 1 && bytes.back() == filler &&
         ((bytes[bytes.size() - 2] & 0x80) != 0) == negative) {
    bytes = bytes.first(bytes.size() - 1);
  }
  const auto word = [&](std::size_t first) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      const std::uint64_t byte = first + i < bytes.size() ? bytes[first + i] : filler;
      value |= byte << (8 * i);
    }
    return value;
  };
  if (bytes.size() <= 8) {
    push(static_cast<std::int64_t>(word(0)));
  } else {
    push(BigInteger{word(0), word(8), bytes.size() > 16});
  }
}

bool Machine::literal(std::uint8_t opcode) {
  const auto sized_text = [&](std::uint64_t length) { push_text(in_.take(length, "a text")); };
  const auto sized_bytes = [&](std::uint64_t length) {
    const ByteView bytes = in_.take(length, "a run of bytes");
    if (mode_ == Mode::kPlain) return push_node(Blob{bytes});
    push_opaque(fmt::format("{} bytes", length));
  };
  switch (opcode) {
    case kNone:
      push(None{});
      return true;
    case kNewTrue:
      push(true);
      return true;
    case kNewFalse:
      push(false);
      return true;
    case kBinInt:
      push(std::int64_t{static_cast<std::int32_t>(in_.little<std::uint32_t>("an integer"))});
      return true;
    case kBinInt1:
      push(std::int64_t{in_.little<std::uint8_t>("an integer")});
      return true;
    case kBinInt2:
      push(std::int64_t{in_.little<std::uint16_t>("an integer")});
      return true;
    case kLong1:
      push_integer(in_.take(in_.little<std::uint8_t>("an integer's length"), "an integer"));
      return true;
    case kLong4:
      push_integer(in_.take(in_.little<std::uint32_t>("an integer's length"), "an integer"));
      return true;
    case kBinFloat:
      push_big_endian_double(in_.take(8, "a floating-point number"));
      return true;
    case kBinUnicode:
    case kBinString:
      sized_text(in_.little<std::uint32_t>("a text's length"));
      return true;
    case kShortBinUnicode:
    case kShortBinString:
      sized_text(in_.little<std::uint8_t>("a text's length"));
      return true;
    case kBinUnicode8:
      sized_text(in_.little<std::uint64_t>("a text's length"));
      return true;
    case kBinBytes:
      sized_bytes(in_.little<std::uint32_t>("the length of bytes"));
      return true;
    case kShortBinBytes:
      sized_bytes(in_.little<std::uint8_t>("the length of bytes"));
      return true;
    case kBinBytes8:
    case kByteArray8:
      sized_bytes(in_.little<std::uint64_t>("the length of bytes"));
      return true;
    default:
      return false;
  }
}

bool Machine::ascii_literal(std::uint8_t opcode) {
  switch (opcode) {
    case kInt:
    case kLong: {
      std::string_view line = in_.line("an integer");
      if (opcode == kInt && (line == "00" || line == "01")) {
        push(line == "01");
        return true;
      }
      if (opcode == kLong && line.ends_with('L')) line.remove_suffix(1);
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
      if (end != line.data() + line.size() || error == std::errc::invalid_argument) {
        throw fail("an integer that is no number");
      }
      if (error == std::errc::result_out_of_range) {
        push(BigInteger{0, 0, true});
      } else {
        push(number);
      }
      return true;
    }
    case kFloat: {
      const std::string_view line = in_.line("a floating-point number");
      double number = 0;
      const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
      if (end != line.data() + line.size() || error == std::errc::invalid_argument) {
        throw fail("a floating-point number that is no number");
      }
      if (error == std::errc::result_out_of_range)
        number = std::numeric_limits<double>::quiet_NaN();
      push(number);
      return true;
    }
    case kUnicode:
      push_node(Text{unescape_unicode(in_.line("a text"))});
      return true;
    case kString: {
      auto text = unquote(in_.line("a text"));
      if (!text) throw fail("a text that is not quoted as Python does it");
      push_node(Text{std::move(*text)});
      return true;
    }
    default:
      return false;
  }
}

}  // namespace arcadecam::checkpoint::pickle
