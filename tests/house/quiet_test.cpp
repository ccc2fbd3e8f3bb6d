// Library code neither prints nor ends the process: it returns values or throws Error. Only src/app
// talks.
#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "house/sources.h"

namespace arcadecam::house {
namespace {

/// The forbidden word in a line of code (without comments and strings), or nothing.
std::string forbidden_in(const std::string& code) {
  static const std::regex pattern(
      R"(\bstd::(cout|cerr|clog|wcout|wcerr)\b|\b(stdout|stderr)\b)"
      R"(|\b(printf|fprintf|vprintf|vfprintf|puts|fputs|putchar|perror)\s*\()"
      R"(|\b(fmt|std)::(print|println|vprint)\s*\()"
      R"(|\b(exit|_exit|_Exit|quick_exit|abort|assert|__builtin_trap)\s*\(|\bstd::terminate\b)");
  std::smatch match;
  return std::regex_search(code, match, pattern) ? match.str() : std::string();
}

TEST(Quiet, TheRuleFindsWhatItIsFor) {
  for (const std::string code :
       {"std::cout << 1;", "std::cerr << 1;", "printf(text);", "std::printf (text);",
        "fmt::print(x);", "puts(x);", "std::exit(1);", "abort();", "std::abort();", "assert(x);",
        "write(stderr)", "std::terminate();"}) {
    EXPECT_NE(forbidden_in(code), "") << code;
  }
  for (const std::string code : {"snprintf(b, 2, x);", "static_assert(x);", "fmt::format(x);",
                                 "on_exit_code(1);", "std::ofstream out;", "ASSERT_EQ(1, 1);"}) {
    EXPECT_EQ(forbidden_in(code), "") << code;
  }
}

TEST(Quiet, CommentsAndStringsAreNoCode) {
  EXPECT_EQ(code_of("a // exit()\nb"), "a          \nb");
  EXPECT_EQ(code_of("f(\"abort(\\\")\"); g"), "f(           ); g");
  EXPECT_EQ(code_of("x /* puts(\n) */ y"), "x         \n     y");
  EXPECT_EQ(code_of("1'000 + '\"' + 2"), "1'000 +     + 2");
  EXPECT_EQ(code_of("R\"(exit())\" z"), "            z");
}

// A new process that cannot become the other program has nowhere to return to.
constexpr const char *kBeginsProcesses = "src/core/process.cpp", *kEndsTheNewOne = "_exit(";

TEST(Quiet, LibrariesNeitherPrintNorEndTheProcess) {
  const auto sources = sources_below({"src", "include"});
  ASSERT_GT(sources.size(), 20U);
  for (const Source& source : sources) {
    if (room_of(source.path) == "app") continue;
    for (const auto& [number, line] : lines_of(code_of(source.text))) {
      const std::string found = forbidden_in(line);
      if (source.path == kBeginsProcesses && found == kEndsTheNewOne) continue;
      EXPECT_EQ(found, "") << source.path << ':' << number;
    }
  }
}

}  // namespace
}  // namespace arcadecam::house
