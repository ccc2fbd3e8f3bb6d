#include "sweep/csv.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/error_of.h"
#include "sweep/section_file.h"

namespace arcadecam::sweep {
namespace {

std::vector<CsvFields> lines_of_csv(std::string_view text) {
  std::vector<CsvFields> lines;
  CsvReader reader(text, "t");
  for (CsvFields fields; reader.next(fields);) lines.push_back(fields);
  return lines;
}

TEST(Csv, FieldsComeBackAsTheyWere) {
  const std::vector<CsvFields> lines{
      {"a", "", "c"}, {""}, {"x,y", "say \"no\"", "two\nlines"}, {"", ""}};
  std::string text;
  for (const CsvFields& line : lines) text += csv_line(line) + "\n";
  EXPECT_EQ(text, "a,,c\n\n\"x,y\",\"say \"\"no\"\"\",\"two\nlines\"\n,\n");
  EXPECT_EQ(lines_of_csv(text), lines);
  EXPECT_EQ(lines_of_csv("a,b"), (std::vector<CsvFields>{{"a", "b"}}));
  EXPECT_TRUE(lines_of_csv("").empty());
}

TEST(Csv, NumbersAreShortAndComeBack) {
  EXPECT_EQ(csv_number(0.1), "0.1");
  EXPECT_EQ(csv_number(1e300), "1e+300");
  EXPECT_EQ(csv_number(std::numeric_limits<double>::quiet_NaN()), "");
}

TEST(Csv, BadQuotesAreErrors) {
  EXPECT_EQ(test::error_of([] { lines_of_csv("a\n\"b"); }), "t: line 2: a quote does not close");
  EXPECT_EQ(test::error_of([] { lines_of_csv("\"b\"c"); }),
            "t: line 1: a quote stands inside a field");
}

TEST(SectionFile, WhatWasWrittenComesBack) {
  SectionFile file("kind 1");
  file.begin("b");
  file.add({"1", "two, three"});
  file.begin("a");
  file.begin("b");
  file.add_line("4,5");
  EXPECT_EQ(file.text(), "kind 1\n[a]\n[b]\n1,\"two, three\"\n4,5\n[end]\n");
  const SectionFile again = SectionFile::parse(file.text(), "kind 1", "f");
  EXPECT_EQ(again.text(), file.text());
  EXPECT_EQ(again.rows("b", 2), (std::vector<CsvFields>{{"1", "two, three"}, {"4", "5"}}));
  EXPECT_TRUE(again.rows("nosuch", 2).empty());
  EXPECT_EQ(test::error_of([&] { (void)again.rows("b", 3); }),
            "f: [b]: line 1: expected 3 fields, found 2");
}

TEST(SectionFile, EveryCutFileIsKnown) {
  const std::string text = "kind 1\n[a]\n1\n[end]\n";
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_NE(
        test::error_of([&] { (void)SectionFile::parse(text.substr(0, length), "kind 1", "f"); }),
        "")
        << length;
  }
  EXPECT_NE(test::error_of([&] { (void)SectionFile::parse(text + "x", "kind 1", "f"); }), "");
  EXPECT_EQ(test::error_of([&] { (void)SectionFile::parse(text, "kind 2", "f"); }),
            "f: expected a first line 'kind 2', found 'kind 1'");
  EXPECT_EQ(test::error_of([&] { (void)SectionFile::parse("k\nx\n[end]\n", "k", "f"); }),
            "f: expected a line [name], found 'x'");
}

}  // namespace
}  // namespace arcadecam::sweep
