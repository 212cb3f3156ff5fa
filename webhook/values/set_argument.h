// Reads the syntax of Helm's --set and of its relatives: a.b=c, a[0]=x, a={x,y}. Commas separate several
// assignments. A backslash removes the special meaning of the next character.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "values/node.h"

namespace connected_registry::values {

// The type of the value after "=".
enum class SetForm {
  kTyped,  // --set: true, false, null and integers have their own type; any other value is text
  kText,   // --set-string: text
  kFile,   // --set-file: the path of a file; the value is the content of the file
  kJson,   // --set-json: JSON; nothing is null
  // --set-literal: one KEY=VALUE. The value is text, and neither it nor the key has escapes.
  kLiteral,
  // --config of Azure's extension: one KEY=VALUE with the types of --set. Commas and braces have no special
  // meaning.
  kConfig,
};

// A function that returns the content of the file of a --set-file.
using FileReader = std::function<Result<std::string>(const std::string& path)>;

struct SetArgument {
  std::string_view text;
  SetForm form = SetForm::kTyped;
  int source = -1;
  int first_column = 1;  // column of the source that `text` begins at
};

// Sets the values of the argument in `values`, which must be a map. The error contains no key and no value,
// because both may be a part of a secret.
Status apply(const SetArgument& argument, const FileReader& read, Node& values);

}  // namespace connected_registry::values
