// For threads that do bulk work beside others that somebody waits for.
#pragma once

namespace tarn::os {

// Of the calling thread, for good; it gets what others leave of the processors. A system that does
// not let it happen is no worse than before.
void lower_thread_priority();

}  // namespace tarn::os
