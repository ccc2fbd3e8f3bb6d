// The sources of methods and measures as BibTeX: each method's works are there, well formed and
// once.
#include "app/bibliography.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>

#include "app/program.h"
#include "app/works.h"
#include "arcadecam/explain/method.h"
#include "evaluate/measures.h"

namespace arcadecam::app {
namespace {

using test::arcadecam;
using test::contains;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size())
    ++found;
  return found;
}

std::string key_of(std::string_view bibtex) {
  const std::size_t open = bibtex.find('{');
  return std::string(bibtex.substr(open + 1, bibtex.find(',') - open - 1));
}

TEST(Bibliography, FindsTheWorksOfACitationInItsOrder) {
  const auto found =
      works_in("Lundberg & Lee 2017, arXiv:1705.07874; Erion et al. 2021, arXiv:1906.10670");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0]->cited_as, "Lundberg & Lee 2017");
  EXPECT_EQ(found[1]->cited_as, "Erion et al. 2021");
  EXPECT_TRUE(works_in("the chance level of every measure").empty());
}

TEST(Bibliography, EveryEntryIsWellFormed) {
  std::set<std::string> keys, names;
  for (const CitedWork& work : works()) {
    const std::string entry(work.bibtex);
    EXPECT_TRUE(std::regex_search(
        entry, std::regex(R"(^@(article|inproceedings|incollection|misc|techreport)\{[a-z0-9]+,)")))
        << entry;
    EXPECT_EQ(std::ranges::count(entry, '{'), std::ranges::count(entry, '}')) << entry;
    for (const char* field : {"title = {", "author = {", "year = {"})
      EXPECT_TRUE(contains(entry, field)) << entry << "\nhas no " << field;
    EXPECT_TRUE(std::ranges::all_of(entry, [](char c) { return static_cast<signed char>(c) > 0; }))
        << "BibTeX's own letters alone: " << entry;
    EXPECT_TRUE(keys.insert(key_of(entry)).second) << key_of(entry);
    EXPECT_TRUE(names.insert(std::string(work.cited_as)).second) << work.cited_as;
  }
}

TEST(Bibliography, AnEntryAgreesWithTheCitationThatNamesIt) {
  std::set<const CitedWork*> cited;
  const auto check = [&](std::string_view id, std::string_view citation) {
    const auto found = works_in(citation);
    cited.insert(found.begin(), found.end());
    // What a citation says of year and number stands in one of its entries.
    static const std::regex number(R"((arXiv:|doi:)([^\s,;)]+))");
    const std::string text(citation);
    for (std::sregex_iterator match(text.begin(), text.end(), number), end; match != end; ++match) {
      EXPECT_TRUE(std::ranges::any_of(found,
                                      [&](const CitedWork* work) {
                                        return contains(std::string(work->bibtex),
                                                        fmt::format("{{{}}}", match->str(2)));
                                      }))
          << id << ": " << match->str();
    }
    for (const CitedWork* work : found) {
      std::smatch year;
      const std::string name(work->cited_as);
      if (std::regex_search(name, year, std::regex(R"(\d{4}$)"))) {
        EXPECT_TRUE(contains(std::string(work->bibtex), fmt::format("year = {{{}}}", year.str())))
            << name;
      }
    }
  };
  for (const explain::Method* method : explain::methods()) check(method->id, method->citation);
  for (const measure::Measure* measure : evaluate::measures())
    check(measure->id, measure->citation);
  for (const CitedWork& work : works()) EXPECT_TRUE(cited.contains(&work)) << work.cited_as;
}

TEST(Bibliography, WhatNamesNoWorkIsKnown) {
  std::set<std::string> without;
  for (const explain::Method* method : explain::methods())
    if (works_in(method->citation).empty()) without.insert(std::string(method->id));
  for (const measure::Measure* measure : evaluate::measures())
    if (works_in(measure->citation).empty()) without.insert(std::string(measure->id));
  EXPECT_EQ(without, (std::set<std::string>{"frame-difference", "play", "random"}));
}

TEST(Bibliography, TheProgramPrintsEveryWorkOnce) {
  const test::Result all = arcadecam("methods --bibtex");
  ASSERT_EQ(all.code, 0) << all.text;
  EXPECT_EQ(count(all.text, "@software{arcadecam,"), 1U);
  EXPECT_EQ(count(all.text, "{selvaraju2017gradcam,"), 1U);
  EXPECT_TRUE(contains(all.text, "% gradcam, guided-gradcam\n@inproceedings{selvaraju2017gradcam,"))
      << all.text;
  EXPECT_TRUE(contains(all.text, "% random: the chance level of every measure\n")) << all.text;
  const test::Result some = arcadecam("methods rise gradcam --bibtex");
  EXPECT_EQ(count(some.text, "\n@"), 3U) << some.text;
  EXPECT_LT(some.text.find("petsiuk2018rise"), some.text.find("selvaraju2017gradcam"));
  EXPECT_TRUE(contains(arcadecam("measures road --bibtex").text, "@inproceedings{rong2022road,"));
}

TEST(Bibliography, NamesChooseWhatIsListed) {
  const test::Result one = arcadecam("methods gradcam");
  EXPECT_EQ(one.code, 0);
  EXPECT_TRUE(one.text.starts_with("gradcam\n")) << one.text;
  EXPECT_FALSE(contains(one.text, "\nrise\n")) << one.text;
  EXPECT_EQ(arcadecam("methods gradcamm").code, 2);
  EXPECT_EQ(arcadecam("measures nosuch").code, 2);
  EXPECT_EQ(arcadecam("methods --json --bibtex").code, 2);
}

}  // namespace
}  // namespace arcadecam::app
