// The public test data of other projects (docs/corpora.md). It is not part of the checkout: FIREPROOF_CORPORA names
// its folder, by default ../shared/corpora beside the checkout.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fireproof::test {

// The folder of a corpus. If it is absent this says so at once and again at the end of the run; the test must then
// return, and is skipped where Catch2 has skipping (3.3).
std::optional<std::string> find_corpus(std::string_view name);

// Counts the cases that a test ran. `print` writes one line, "corpus NAME: 128 cases", and below it one line for
// each group of cases that deserves to be named.
class CorpusReport {
 public:
  explicit CorpusReport(std::string name) : name_(std::move(name)) {}

  void ran() { ++cases_; }
  // Names a case that ran as one of a group: "refused, indefinite length".
  void note(const std::string& group, std::string_view name);
  // Names a case that did not run, and why: it lies outside our profile.
  void outside(const std::string& reason, std::string_view name);

  // Fails the test if no case ran.
  void print() const;

 private:
  std::string name_;
  std::size_t cases_ = 0;
  // Names in the order in which they came, each with how often.
  std::map<std::string, std::vector<std::pair<std::string, int>>> groups_;
};

}  // namespace fireproof::test
