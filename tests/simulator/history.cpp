#include "simulator/history.hpp"

#include <algorithm>

#include "documents/document_json.hpp"
#include "ipld/dag_cbor.hpp"

namespace fireproof::simulator {

void EventSet::add(std::size_t event) {
  if (bits_.size() <= event / 64) bits_.resize(event / 64 + 1);
  bits_[event / 64] |= std::uint64_t{1} << event % 64;
}

void EventSet::add(const EventSet& other) {
  if (bits_.size() < other.bits_.size()) bits_.resize(other.bits_.size());
  for (std::size_t i = 0; i < other.bits_.size(); ++i) bits_[i] |= other.bits_[i];
}

bool EventSet::has(std::size_t event) const {
  return event / 64 < bits_.size() && (bits_[event / 64] >> event % 64 & 1) != 0;
}

EventSet EventSet::common(const EventSet& other) const {
  EventSet both;
  both.bits_.assign(bits_.begin(), bits_.begin() + static_cast<std::ptrdiff_t>(
                                                       std::min(bits_.size(), other.bits_.size())));
  for (std::size_t i = 0; i < both.bits_.size(); ++i) both.bits_[i] &= other.bits_[i];
  return both;
}

bool EventSet::contains(const EventSet& other) const { return !first_missing(other); }

std::optional<std::size_t> EventSet::first_missing(const EventSet& other) const {
  for (std::size_t i = 0; i < other.bits_.size(); ++i) {
    const std::uint64_t missing = other.bits_[i] & ~(i < bits_.size() ? bits_[i] : 0);
    for (std::size_t bit = 0; missing != 0 && bit < 64; ++bit) {
      if ((missing >> bit & 1) != 0) return i * 64 + bit;
    }
  }
  return std::nullopt;
}

const History::Car* History::learn(const Cid& name, CarKind kind, ByteView bytes) {
  std::vector<Bytes>& verified = verified_[name];
  const bool seen = std::any_of(verified.begin(), verified.end(),
                                [&](const Bytes& known) { return equal(known, bytes); });
  if (seen) return &cars_[name];
  const auto opened = format_.open(name, copy_of(bytes), keys_, kind);
  if (!opened) return nullptr;
  verified.push_back(copy_of(bytes));
  Car& car = cars_[name];
  if (verified.size() > 1) return &car;  // the same blocks, sealed once more
  car.header = opened->header;
  if (kind == CarKind::kData) {
    for (const OpenedBlock& block : opened->blocks) learn_block(car, block);
  }
  return &car;
}

void History::learn_block(Car& car, const OpenedBlock& block) {
  if (looks_like_event(block.data)) {
    auto event = decode_event(block.data);
    if (!event) return;
    const std::size_t number = number_of(block.cid);
    events_[number].event = std::move(*event);
    events_[number].known = true;
    car.events.add(number);
    return;
  }
  const auto document = read_document(block.data, format_.honours_deleted_field());
  if (!document) return;
  if (document->deleted) {
    values_[block.cid] = std::nullopt;
    return;
  }
  const auto fields = dag_cbor::decode(document->fields);
  const Integer* n = fields ? fields->find<Integer>("n") : nullptr;
  if (n) values_[block.cid] = n->magnitude;
}

const History::Car* History::car(const Cid& name) const {
  const auto at = cars_.find(name);
  return at == cars_.end() ? nullptr : &at->second;
}

std::size_t History::number_of(const Cid& cid) {
  const auto [at, is_new] = numbers_.try_emplace(cid, events_.size());
  if (is_new) events_.push_back({cid, {}, false, {}});
  return at->second;
}

const EventSet& History::below(std::size_t event) {
  static const EventSet kUnknown;
  if (events_[event].below) return *events_[event].below;
  if (!events_[event].known) return kUnknown;
  // Histories are as deep as they are long: without recursion.
  std::vector<std::size_t> stack{event};
  while (!stack.empty()) {
    const std::size_t at = stack.back();
    EventSet all;
    bool ready = true;
    bool complete = true;
    const std::vector<Cid> parents = events_[at].event.parents;
    for (const Cid& cid : parents) {
      const std::size_t parent = number_of(cid);
      if (events_[parent].below) {
        all.add(*events_[parent].below);
      } else if (events_[parent].known) {
        stack.push_back(parent);
        ready = false;
      } else {
        complete = false;
      }
    }
    if (!ready) continue;
    if (!complete) return kUnknown;
    all.add(at);
    events_[at].below = std::move(all);
    stack.pop_back();
  }
  return *events_[event].below;
}

EventSet History::below(const std::vector<Cid>& head) {
  EventSet all;
  for (const Cid& cid : head) all.add(below(number_of(cid)));
  return all;
}

bool History::wrote(const EventSet& events, const std::string& key, Outcome outcome) const {
  for (std::size_t number = events_.size(); number-- > 0;) {
    if (!events.has(number)) continue;
    for (const EventOp& op : events_[number].event.ops) {
      const auto value = values_.find(op.value);
      if (op.key == key && value != values_.end() && value->second == outcome) return true;
    }
  }
  return false;
}

History::Outcomes History::outcomes(const EventSet& events) {
  std::map<std::string, std::vector<std::size_t>> writers;
  for (std::size_t number = 0; number < events_.size(); ++number) {
    if (!events.has(number)) continue;
    std::set<std::string> keys;
    for (const EventOp& op : events_[number].event.ops) keys.insert(op.key);
    for (const std::string& key : keys) writers[key].push_back(number);
  }
  Outcomes outcomes;
  for (const auto& [key, numbers] : writers) {
    if (format_.is_hidden(key)) continue;
    for (const std::size_t number : numbers) {
      const bool superseded = std::any_of(numbers.begin(), numbers.end(), [&](std::size_t other) {
        return other != number && below(other).has(number);
      });
      if (superseded) continue;
      for (const EventOp& op : events_[number].event.ops) {
        if (op.key != key) continue;
        const auto value = values_.find(op.value);
        if (value != values_.end()) outcomes[key].insert(value->second);
      }
    }
  }
  return outcomes;
}

}  // namespace fireproof::simulator
