// The memory that the uncommitted rows of all tables share.
#pragma once

#include <cstddef>
#include <functional>
#include <list>

namespace tarn::lake {

// Half of it is divided evenly: what a table may always take, so that one whose folder cannot be
// written does not starve the others. The other half is for whoever needs it; when it is used up
// the largest tail is committed early. One thread.
class TailBudget {
 public:
  explicit TailBudget(size_t bytes_max) : bytes_max_(bytes_max) {}

  // What one table takes; ends before the budget.
  class Share {
   public:
    // wake: called when there may be room again, or a commit is wanted.
    Share(TailBudget& budget, std::function<void()> wake);
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    void take(size_t bytes) { bytes_ += bytes; }
    void give_back(size_t bytes);
    [[nodiscard]] size_t bytes() const { return bytes_; }
    [[nodiscard]] bool has_room() const;
    // There is no room: the largest tail that can be committed is asked to be.
    void ask_for_room();

    // Between them the tail cannot be committed any earlier.
    void commit_begins();
    void commit_ends() { is_committing_ = false; }
    [[nodiscard]] bool is_commit_wanted() const { return is_commit_wanted_; }

   private:
    friend class TailBudget;
    TailBudget& budget_;
    std::function<void()> wake_;
    size_t bytes_ = 0;
    bool is_committing_ = false;
    bool is_commit_wanted_ = false;
  };

 private:
  [[nodiscard]] size_t each() const;  // what a table may always take
  [[nodiscard]] size_t common_used() const;

  size_t bytes_max_;
  std::list<Share*> shares_;
};

}  // namespace tarn::lake
