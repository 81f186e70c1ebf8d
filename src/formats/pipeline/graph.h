// The second layer of checking: names that refer to each other, and what is implied.
#pragma once

#include "formats/pipeline/node.h"
#include "formats/pipeline/parse.h"
#include "formats/pipeline/pipeline.h"
#include "formats/pipeline/problem.h"

namespace tarn::pipeline {

// Fills in what the file leaves out: names, topics, path parameters, the text of SQL files.
// Problems point into root, the tree that the pipeline was read from.
void complete(Pipeline& pipeline, const Node& root, const ParseOptions& options,
              Problems& problems);

// After complete(). Steps that already have a problem are passed over.
void check_graph(const Pipeline& pipeline, const Node& root, Problems& problems);

// Puts the prefix and suffix of the environment on the names of topics and folders.
void apply_affixes(Pipeline& pipeline);

}  // namespace tarn::pipeline
