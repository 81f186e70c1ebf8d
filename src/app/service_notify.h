// Telling systemd how far a service is (sd_notify(3)).
#pragma once

#include <string_view>

namespace tarn::app {

// "READY=1", "STOPPING=1". Nothing happens without NOTIFY_SOCKET.
void notify_service_manager(std::string_view state);

}  // namespace tarn::app
