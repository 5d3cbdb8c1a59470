// Comparing what the engine answers with what a fixture expects.
#pragma once

#include <string>

#include "support/fixtures.hpp"
#include "support/host.hpp"

namespace fireproof::test {

// Equal as JSON: members in any order, 1 and 1.0 alike, long texts by their description.
bool same_json(const Value& ours, const Value& theirs);

// The options that open a fixture.
EngineOptions options_for(const Fixture& fixture);

// The document of a fixture with this id; null if the fixture has none that is live.
const Value* expected_document(const Fixture& fixture, const std::string& id);

// The values of the rows of an answer.
List row_values(const Value& answer);

// An object of arguments with one text member.
std::string arguments_with(std::string_view member, std::string_view text);

}  // namespace fireproof::test
