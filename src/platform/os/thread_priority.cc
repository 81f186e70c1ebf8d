#include "platform/os/thread_priority.h"

#include <sys/resource.h>

namespace tarn::os {

void lower_thread_priority() {
  constexpr int kNice = 10;
  constexpr id_t kThisThread = 0;  // Linux has a priority for each thread
  setpriority(PRIO_PROCESS, kThisThread, kNice);
}

}  // namespace tarn::os
