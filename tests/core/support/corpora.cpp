#include "support/corpora.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <set>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/paths.hpp"

namespace fireproof::test {
namespace {

// Says once more at the end, below the totals, what was skipped: Catch2 2.13 counts a test that checked nothing as
// passed.
struct SkippedCorpora {
  std::set<std::string> folders;

  ~SkippedCorpora() {
    if (folders.empty()) return;
    std::cout << "*** SKIPPED, because these are absent (FIREPROOF_CORPORA names their folder):\n";
    for (const std::string& folder : folders) std::cout << "***   " << folder << "\n";
    std::cout << "*** Their test cases are among those above, but checked nothing.\n" << std::flush;
  }
};

void skip(const std::string& folder) {
  static SkippedCorpora skipped;
  skipped.folders.insert(folder);
#ifdef SKIP
  SKIP("corpus absent: " << folder);
#else
  WARN("SKIPPED, corpus absent: " << folder);
#endif
}

using Names = std::vector<std::pair<std::string, int>>;

// Whether two test numbers follow each other.
bool consecutive(const std::string& a, const std::string& b) {
  const auto is_number = [](const std::string& name) {
    return !name.empty() && name.size() < 9 &&
           name.find_first_not_of("0123456789") == std::string::npos;
  };
  return is_number(a) && is_number(b) && std::stoi(b) == std::stoi(a) + 1;
}

// "a, b x3, 17-20": names, how often if more than once, and runs of three numbers or more.
std::string listed(const Names& names) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::size_t last = i;
    while (last + 1 < names.size() && consecutive(names[last].first, names[last + 1].first)) ++last;
    if (last < i + 2) last = i;
    if (!list.empty()) list += ", ";
    list += names[i].first;
    if (names[i].second > 1) list += " x" + std::to_string(names[i].second);
    if (last > i) list += "-" + names[last].first;
    i = last;
  }
  return list;
}

}  // namespace

std::optional<std::string> find_corpus(std::string_view name) {
  const char* chosen = std::getenv("FIREPROOF_CORPORA");
  const std::string root = chosen ? std::string(chosen) : source_path("../shared/corpora");
  std::string folder = root + "/" + std::string(name);
  if (is_folder(folder)) return folder;
  skip(folder);
  return std::nullopt;
}

void CorpusReport::note(const std::string& group, std::string_view name) {
  auto& names = groups_[group];
  const auto known = std::find_if(names.begin(), names.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  if (known != names.end()) {
    ++known->second;
  } else {
    names.emplace_back(name, 1);
  }
}

void CorpusReport::outside(const std::string& reason, std::string_view name) {
  note("outside our profile, " + reason, name);
}

void CorpusReport::print() const {
  std::cout << "corpus " << name_ << ": " << cases_ << " cases\n";
  for (const auto& [group, names] : groups_) {
    int total = 0;
    for (const auto& [name, times] : names) total += times;
    std::cout << "  " << group << ": " << total << " (" << listed(names) << ")\n";
  }
  std::cout << std::flush;
  CHECK(cases_ > 0);
}

}  // namespace fireproof::test
