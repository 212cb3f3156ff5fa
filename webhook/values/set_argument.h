// The syntax of helm's --set: a.b=c, a[0]=x, a={x,y}, several with commas between them, \ before a character
// that is meant as itself.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "values/node.h"

namespace connected_registry::values {

// What stands behind the "=".
enum class SetForm {
  kTyped,   // --set: true, false, null and integers are what they look like, the rest is text
  kText,    // --set-string: text
  kFile,    // --set-file: the path of a file whose content is the value
  kConfig,  // --config of Azure's extension: one KEY=VALUE, typed as by --set; commas and braces are the
            // value's own
};

// Reads the file of a --set-file.
using FileReader = std::function<Result<std::string>(const std::string& path)>;

struct SetArgument {
  std::string_view text;
  SetForm form = SetForm::kTyped;
  int source = -1;
  int first_column = 1;  // of `text` in the source
};

// Puts what the argument says into `values`, a map. The error names no key and no value: both may be a
// secret's part.
Status apply(const SetArgument& argument, const FileReader& read, Node& values);

}  // namespace connected_registry::values
