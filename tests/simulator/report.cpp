#include "simulator/report.hpp"

#include <chrono>
#include <map>
#include <ostream>

#include "simulator/simulation.hpp"

namespace fireproof::simulator {
namespace {

void report_failure(const Request& request, const Plan& plan, const Violation& first,
                    std::ostream& out) {
  const Outcome again = simulate(plan, request.lines);
  out << "\nseed " << plan.seed << " breaks a guarantee\n  " << name_of(first.guarantee) << "\n  "
      << first.what << "\n";
  if (!again.violation || again.violation->what != first.what) {
    out << "  and the same seed does not end in the same way: "
        << (again.violation ? again.violation->what : "nothing is broken") << "\n";
  }
  out << describe(plan) << "\n";
  for (const std::string& line : again.trace) out << line << "\n";
  out << "repeat with: " << request.program << " --seeds 1 --from " << plan.seed
      << (request.first_writers ? " --histories own" : "") << std::endl;
}

void print_tally(const Tally& tally, std::ostream& out) {
  out << "  " << static_cast<std::uint64_t>(tally.virtual_time / 3'600'000)
      << " hours of virtual time, " << tally.events << " events\n  " << tally.acknowledged
      << " writes acknowledged, " << tally.refused << " refused; " << tally.commits
      << " commits\n  " << tally.requests << " requests; stores took " << tally.cars << " CARs and "
      << tally.metas << " metas, " << tally.overwritten << " of which hid another\n  "
      << tally.faults() << " faults: " << tally.lost_requests << " lost requests, "
      << tally.lost_answers << " lost answers, " << tally.server_errors << " server errors, "
      << tally.duplicates << " duplicates, " << tally.damaged << " damaged downloads, "
      << tally.partitions << " partitions, " << tally.crashes << " crashes, " << tally.full_commits
      << " commits on full disks, " << tally.clock_jumps << " clock jumps\n";
}

std::string case_of(const Plan& plan) {
  return plan.format + (plan.is_public ? " public" : " encrypted") +
         (plan.has_package_writer() ? ", with a package writer" : "");
}

}  // namespace

int run(const Request& request, std::ostream& out) {
  const auto begin = std::chrono::steady_clock::now();
  Tally tally;
  std::map<std::string, std::uint64_t> cases;
  std::map<std::string, std::uint64_t> store_cases;
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  bool found = false;
  for (std::uint64_t seed = request.from;
       seed < request.from + request.seeds && failed < request.failures && !found; ++seed) {
    const Plan plan = plan_of(seed, request.first_writers);
    const Outcome outcome = simulate(plan, 0);
    tally.add(outcome.tally);
    ++cases[case_of(plan)];
    for (const StoreKind kind : plan.stores) ++store_cases[std::string(name_of(kind))];
    if (!outcome.violation) {
      ++passed;
      continue;
    }
    ++failed;
    if (request.finds.empty() || failed == 1)
      report_failure(request, plan, *outcome.violation, out);
    const std::string_view name = name_of(outcome.violation->guarantee);
    found = !request.finds.empty() &&
            (',' + request.finds + ',').find(',' + std::string(name.substr(0, 2)) + ',') !=
                std::string::npos;
    if (!request.finds.empty()) break;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  out << "seeds " << request.from << " to " << request.from + passed + failed - 1 << " in "
      << static_cast<int>(seconds.count()) << " s\n";
  for (const auto& [name, count] : cases) out << "  " << count << " " << name << "\n";
  for (const auto& [name, count] : store_cases)
    out << "  " << count << " stores that: " << name << "\n";
  print_tally(tally, out);
  if (!request.finds.empty()) {
    out << (found ? "1 passed, 0 failed\n" : "0 passed, 1 failed\n");
    return found ? 0 : 1;
  }
  out << passed << " passed, " << failed << " failed\n";
  return failed > 0 ? 1 : 0;
}

}  // namespace fireproof::simulator
