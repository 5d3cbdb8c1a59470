// What a simulation ends with when a guarantee is broken.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace fireproof::simulator {

// The guarantees of docs/guarantees.md, and two promises of the API that are held to the same.
enum class Guarantee { kG1, kG2, kG3, kG4, kG5, kG6, kG7, kG8, kSafe, kSynced };

// "G1: an acknowledged write is durable and queued", and so on.
std::string_view name_of(Guarantee guarantee);

struct Violation {
  Guarantee guarantee;
  std::string what;
};

// Ends the simulation unless `holds`. `what` may be a function that makes the text, for when that is expensive.
template <typename What>
void require(bool holds, Guarantee guarantee, What&& what) {
  if (holds) return;
  if constexpr (std::is_invocable_v<What>) {
    throw Violation{guarantee, what()};
  } else {
    throw Violation{guarantee, std::forward<What>(what)};
  }
}

}  // namespace fireproof::simulator
