#include "services/lake/tail_budget.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace tarn::lake {

TailBudget::Share::Share(TailBudget& budget, std::function<void()> wake)
    : budget_(budget), wake_(std::move(wake)) {
  budget_.shares_.push_back(this);
}

TailBudget::Share::~Share() {
  budget_.shares_.remove(this);
}

void TailBudget::Share::give_back(size_t bytes) {
  check(bytes <= bytes_, "no more is given back than was taken");
  bytes_ -= bytes;
  if (bytes_ == 0) is_commit_wanted_ = false;
  if (bytes == 0) return;
  for (const auto* share : budget_.shares_) share->wake_();
}

bool TailBudget::Share::has_room() const {
  return bytes_ < budget_.each() || budget_.common_used() < budget_.bytes_max_ / 2;
}

void TailBudget::Share::ask_for_room() {
  Share* largest = nullptr;
  for (auto* share : budget_.shares_) {
    if (share->is_committing_ || share->bytes_ == 0) continue;
    if (largest == nullptr || share->bytes_ > largest->bytes_) largest = share;
  }
  if (largest == nullptr || largest->is_commit_wanted_) return;
  largest->is_commit_wanted_ = true;
  largest->wake_();
}

void TailBudget::Share::commit_begins() {
  is_committing_ = true;
  is_commit_wanted_ = false;
}

size_t TailBudget::each() const {
  return bytes_max_ / 2 / std::max<size_t>(1, shares_.size());
}

size_t TailBudget::common_used() const {
  size_t used = 0;
  for (const auto* share : shares_) used += share->bytes_ - std::min(share->bytes_, each());
  return used;
}

}  // namespace tarn::lake
