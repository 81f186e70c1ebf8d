// Which tables this release may read and write.
#pragma once

#include "base/error.h"
#include "formats/table_format/delta_actions.h"

namespace tarn::table_format {

// unimplemented, naming the version or the features that the table needs and we do not have.
Status check_readable(const Protocol& protocol);
// Also refuses tables whose columns have invariants, which a writer would have to enforce.
Status check_writable(const Protocol& protocol, const Metadata& metadata);

}  // namespace tarn::table_format
