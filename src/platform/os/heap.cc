#include "platform/os/heap.h"

#include <malloc.h>

namespace tarn::os {

void keep_freed_buffers() {
  constexpr int kKeptBytes = 8 << 20;
  mallopt(M_MMAP_THRESHOLD, kKeptBytes);
  mallopt(M_TRIM_THRESHOLD, kKeptBytes);
}

}  // namespace tarn::os
