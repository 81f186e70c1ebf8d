// Runs a fuzz target without libFuzzer: each file named on the command line, then mutations of them
// with a fixed seed, so that the normal test run executes every target and its oracle.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

using Input = std::vector<uint8_t>;

constexpr int kMutations = 2000;
constexpr size_t kSizeMax = 4096;
constexpr unsigned kSeed = 20240901;

Input read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Input mutated(Input input, std::mt19937& random) {
  if (input.size() > kSizeMax) input.resize(kSizeMax);
  for (unsigned step = 0; step <= random() % 4; ++step) {
    const size_t at = input.empty() ? 0 : random() % input.size();
    switch (random() % 4) {
      case 0:
        input.resize(at);
        break;
      case 1:
        input.insert(input.begin() + static_cast<ptrdiff_t>(at), random() % 16,
                     static_cast<uint8_t>(random()));
        break;
      default:
        if (!input.empty()) input[at] = static_cast<uint8_t>(random());
    }
  }
  return input;
}

}  // namespace

int main(int count, char** names) {
  std::vector<Input> inputs{{}};
  for (int i = 1; i < count; ++i) inputs.push_back(read(names[i]));
  for (const Input& input : inputs) LLVMFuzzerTestOneInput(input.data(), input.size());
  std::mt19937 random(kSeed);
  for (int i = 0; i < kMutations; ++i) {
    const Input input = mutated(inputs[random() % inputs.size()], random);
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::printf("%zu inputs and %d mutations\n", inputs.size() - 1, kMutations);
}
