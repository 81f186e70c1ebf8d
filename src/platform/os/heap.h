// The memory that the program has freed and will want again.
#pragma once

namespace tarn::os {

// Buffers of up to 8 MiB come from memory that earlier ones have left, and as much of it is kept.
// The C library would give each large one back to the system: getting its pages anew, zeroed, costs
// more than reading or sending what is put in it. To be called once, before threads are started.
void keep_freed_buffers();

}  // namespace tarn::os
