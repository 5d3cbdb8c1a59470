#include "documents/remote_state.hpp"

#include <algorithm>
#include <array>

namespace fireproof {
namespace {

constexpr std::array<std::string_view, 4> kNames{"unknown", "honoured", "ignored", "unsupported"};

}  // namespace

std::string_view condition_name(Condition condition) {
  return kNames.at(static_cast<std::size_t>(condition));
}

Condition condition_named(std::string_view name) {
  const auto* const at = std::find(kNames.begin(), kNames.end(), name);
  return at == kNames.end() ? Condition::kUnknown : static_cast<Condition>(at - kNames.begin());
}

Condition Conditions::both() const {
  if (absent == match) return absent;
  for (const Condition worse :
       {Condition::kUnsupported, Condition::kIgnored, Condition::kUnknown}) {
    if (absent == worse || match == worse) return worse;
  }
  return Condition::kHonoured;
}

}  // namespace fireproof
