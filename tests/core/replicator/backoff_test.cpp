// How long a remote is left alone after a failure.
#include "replicator/backoff.hpp"

#include "support/catch.hpp"

namespace fireproof::test {

TEST_CASE("A wait that a remote demands counts up to ten minutes", "[backoff]") {
  Random random(1);
  for (const Time demanded : {599'999.0, 600'000.0, 600'001.0, 1e12}) {
    Backoff backoff;
    const Time wait = backoff.next(random, demanded);
    CHECK(wait == std::min(demanded, 600'000.0));
  }
}

TEST_CASE("Waits grow to at most a minute where no remote demands one", "[backoff]") {
  Random random(2);
  Backoff backoff;
  for (int failures = 0; failures < 100; ++failures) CHECK(backoff.next(random, 0) <= 60'000);
}

}  // namespace fireproof::test
