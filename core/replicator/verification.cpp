#include "replicator/verification.hpp"

#include "ipld/json.hpp"
#include "replicator/failures.hpp"

namespace fireproof {

void Verification::stop() {
  if (transfer_) engine_.release(*transfer_);
  transfer_.reset();
}

void Verification::next() {
  if (plan_.asked.empty()) return end(true);
  const Transfer object = std::move(plan_.asked.front());
  plan_.asked.pop_front();
  plan_.deep ? fetch(object) : find(object);
}

void Verification::find(const Transfer& object) {
  transfer_ = engine_.find_car(plan_.connection, object.kind, object.car,
                               [weak = weak_from_this(), object](input::CarFound&& answer) {
                                 const auto self = weak.lock();
                                 if (!self) return;
                                 self->transfer_.reset();
                                 if (!answer.found) return self->end(fail(answer.found.error()));
                                 ++self->checked_;
                                 if (!*answer.found) self->missing_.push_back(object.car);
                                 self->next();
                               });
}

void Verification::fetch(const Transfer& object) {
  transfer_ = engine_.get_car(
      plan_.connection, object.kind, object.car,
      [weak = weak_from_this(), object](input::CarReceived&& received) {
        const auto self = weak.lock();
        if (!self) return;
        self->stop();
        if (!received.bytes && !is_damage(received.bytes.error().code))
          return self->end(fail(received.bytes.error()));
        ++self->checked_;
        if (received.bytes && !*received.bytes) {
          self->missing_.push_back(object.car);
          return self->next();
        }
        const Database& database = self->engine_.database();
        Status whole = received.bytes ? Status() : fail(received.bytes.error());
        if (whole) {
          auto opened = database.format().open(object.car, std::move(**received.bytes),
                                               database.keys(), object.kind);
          if (!opened) whole = fail(std::move(opened).error());
        }
        // What another key seals is not damaged, and not ours to replace.
        if (!whole && !is_damage(whole.error().code)) return self->end(fail(whole.error()));
        if (!whole) self->damaged_.push_back(object.car);
        self->next();
      });
}

void Verification::end(Result<bool> result) {
  const auto keep = shared_from_this();
  done_(std::move(result));
}

std::vector<Cid> Verification::lacking() const {
  std::vector<Cid> all = missing_;
  all.insert(all.end(), damaged_.begin(), damaged_.end());
  return all;
}

std::string Verification::report(std::size_t repaired) const {
  return R"({"checked":)" + std::to_string(checked_) + R"(,"missing":)" + json::cid_list(missing_) +
         R"(,"damaged":)" + json::cid_list(damaged_) + R"(,"repaired":)" +
         std::to_string(repaired) + "}";
}

}  // namespace fireproof
