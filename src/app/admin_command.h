// What the commands that speak with an instance have in common.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "app/admin.h"
#include "app/command.h"

namespace tarn::app {

// Reads the project, connects, runs the work, and turns an error into its exit code.
int with_admin(const Arguments& arguments, Terminal& terminal,
               const std::function<Status(Admin&)>& work);

// --dir, --env, --set, --data, --lake and --json.
std::vector<Option> admin_options(std::vector<Option> more = {});

// /tarn/v1/topics/<name>, with the name encoded.
std::string admin_target(const std::string& collection, const std::string& name = "",
                         const std::string& below = "");

// A member as a person reads it: texts without quotes, null as "".
std::string cell(const boost::json::value& object, std::string_view name);

// The answer as it is (--json), or as a table of these members of the objects in the array.
Status show_list(const Arguments& arguments, Terminal& terminal, const boost::json::value& answer,
                 std::string_view array, const std::vector<std::string>& members);
// {"deleted": name} (--json), or a sentence.
Status show_deleted(const Arguments& arguments, Terminal& terminal, const std::string& kind,
                    const std::string& name);

// failed_precondition when this process has only opened the data to look at it: what is wanted is
// the business of an instance that runs.
Status need_running(const Admin& admin, const std::string& what);

// As it is (--json), or one "name: value" line for each member; arrays and objects as JSON.
Status show_object(const Arguments& arguments, Terminal& terminal,
                   const boost::json::value& answer);

}  // namespace tarn::app
