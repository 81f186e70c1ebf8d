#include "app/terminal.h"

#include <cstdio>

#include <gtest/gtest.h>

#include "app/progress.h"
#include "platform/os/testing/manual_clock.h"

namespace tarn::app {
namespace {

class TerminalOfAFile : public testing::Test {
 protected:
  ~TerminalOfAFile() override { std::fclose(file_); }
  std::string written() {
    std::fflush(file_);
    EXPECT_EQ(std::fseek(file_, 0, SEEK_SET), 0);
    std::string text(4096, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file_));
    return text;
  }

  std::FILE* file_ = std::tmpfile();
  Terminal terminal_{file_, file_};
};

TEST_F(TerminalOfAFile, HasNoColoursAndAsksNobody) {
  EXPECT_EQ(terminal_.styled(Style::bad, "FAIL"), "FAIL");
  EXPECT_FALSE(terminal_.is_interactive());
  EXPECT_FALSE(terminal_.ask("Sure?"));
  EXPECT_EQ(written(), "");
}

TEST_F(TerminalOfAFile, ShowsNoProgress) {
  os::testing::ManualClock clock;
  {
    Progress progress(terminal_, clock, "reading");
    clock.advance(std::chrono::seconds(5));
    progress.tick();
  }
  terminal_.line("done");
  EXPECT_EQ(written(), "done\n");
}

TEST(FormatTable, LinesUpAndShowsControlCharactersAsSpaces) {
  EXPECT_EQ(format_table({{"NAME", "ROWS"}, {"é\x1b[2J", "1"}}),
            "NAME   ROWS\n"
            "é [2J  1\n");
}

}  // namespace
}  // namespace tarn::app
