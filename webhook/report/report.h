// Formats findings for people and for programs. Pure functions: the same findings give the same text.
//
// The output contains all texts of a finding, so the code that creates a finding must not put secrets into
// it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "values/locator.h"

namespace connected_registry::report {

using Findings = std::vector<values::LocatedFinding>;

// Formats findings for a person. Each finding shows FILE:LINE:COLUMN, severity, id, key and message, then
// the line with a caret, then fix and link. The last line shows the counts. `colour` adds colours as ANSI
// escapes. Control characters in the input are written in the form \x1b.
std::string to_text(const Findings& findings, bool colour);

// Formats findings as one JSON object. Within a version, members are only added, and never removed or
// changed:
//   version   1
//   errors    the number of errors
//   warnings  the number of warnings
//   findings  a list of objects with these members:
//     id, message, fix, link
//     severity  "error" or "warning"
//     path      path of the key; "" if the finding has no key
//     location  null, or an object with either
//               - file, line and column (from 1, in characters), or only file if the finding is about the
//                 complete file, or
//               - argument ("--set KEY=…")
std::string to_json(const Findings& findings);

// Formats findings as SARIF 2.1.0 for GitHub's code scanning and for editors. The output is one run with all
// rules of the catalogue. A finding about an argument of the command line has only a logical location.
std::string to_sarif(const Findings& findings);

// Formats each finding as one line with a workflow command of GitHub:
//   ::error file=…,line=…,col=…,title=CR002::…
std::string to_github(const Findings& findings);

// Formats the catalogue of rules for a person.
std::string rules_to_text();
// Formats the catalogue of rules as a JSON list. Each entry has id, severity, path, title, fix and link.
std::string rules_to_json();

// Returns the counts: "1 error, 2 warnings".
std::string counts(const Findings& findings);

// Returns "error" or "warning".
std::string_view name_of(settings::Severity severity);

// Returns two sentences: the message and the fix.
std::string sentence(const settings::Finding& finding);

}  // namespace connected_registry::report
