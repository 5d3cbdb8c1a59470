// Everything that a fleet ever wrote, learnt from the CARs themselves: the model that the engines are held against. It shares
// the codecs with the engine and nothing of its merging.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "clock/event.hpp"
#include "documents/local_record.hpp"
#include "formats/format.hpp"

namespace fireproof::simulator {

// A set of events, by their numbers in a History.
class EventSet {
 public:
  void add(std::size_t event);
  void add(const EventSet& other);
  [[nodiscard]] bool has(std::size_t event) const;
  [[nodiscard]] bool is_empty() const { return !EventSet().first_missing(*this); }
  [[nodiscard]] bool contains(const EventSet& other) const;
  // What is in both.
  [[nodiscard]] EventSet common(const EventSet& other) const;
  // The first event of `other` that is not in here.
  [[nodiscard]] std::optional<std::size_t> first_missing(const EventSet& other) const;

 private:
  std::vector<std::uint64_t> bits_;
};

class History {
 public:
  // What a document may be: the number that was written, or deleted.
  using Outcome = std::optional<std::uint64_t>;
  // The documents that a head may give: with several outcomes for a key that was written on several devices at once.
  using Outcomes = std::map<std::string, std::set<Outcome>>;

  struct Car {
    std::optional<CarHeader> header;
    EventSet events;
  };

  explicit History(const Format& format) : format_(format) {}

  void add_key(const SecretKey& key) { keys_.add(key); }
  [[nodiscard]] const KeyRing& keys() const { return keys_; }
  [[nodiscard]] const Format& format() const { return format_; }

  // Learns what a CAR holds; null if its bytes are not what its name says. Cheap for bytes that were seen before.
  const Car* learn(const Cid& name, CarKind kind, ByteView bytes);

  // Null if nobody has stored it.
  [[nodiscard]] const Car* car(const Cid& name) const;

  // The events of a head and all before them, as far as they are known.
  EventSet below(const std::vector<Cid>& head);

  // True if one of these events gave the document this content.
  bool wrote(const EventSet& events, const std::string& key, Outcome outcome) const;

  // What the history below a head allows.
  Outcomes outcomes(const EventSet& events);

  [[nodiscard]] const Cid& event(std::size_t number) const { return events_[number].cid; }
  [[nodiscard]] std::size_t size() const { return events_.size(); }

 private:
  struct Known {
    Cid cid;
    Event event;
    bool known = false;
    std::optional<EventSet> below;  // with itself; none until all of it is known
  };

  std::size_t number_of(const Cid& cid);
  void learn_block(Car& car, const OpenedBlock& block);
  const EventSet& below(std::size_t event);

  const Format& format_;
  KeyRing keys_;
  std::vector<Known> events_;
  std::unordered_map<Cid, std::size_t, CidHash> numbers_;
  std::unordered_map<Cid, Outcome, CidHash> values_;  // value blocks
  std::unordered_map<Cid, Car, CidHash> cars_;
  std::unordered_map<Cid, std::vector<Bytes>, CidHash> verified_;
};

}  // namespace fireproof::simulator
