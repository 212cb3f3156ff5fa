// Formats findings for people and for programs. Pure functions: the same findings give the same text.
//
// A form shows no more than the finding holds: whoever makes a finding keeps secrets out of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "values/locator.h"

namespace connected_registry::report {

using Findings = std::vector<values::LocatedFinding>;

// Formats findings for a person: FILE:LINE:COLUMN, severity, id, key and message; the line with a caret; fix
// and link; the counts last. Colours are ANSI escapes. Control characters of the input are written as \x1b.
std::string to_text(const Findings& findings, bool colour);

// Formats findings as one JSON object. Within a version, members are only added:
//   version   1
//   errors, warnings   how many
//   findings  a list, each with id, severity ("error", "warning"), path (of the key, "" where there is none),
//   message,
//             fix, link, and location: file, line and column (from 1, in characters), or argument ("--set
//             KEY=…"), or null; line and column are left out where the file as a whole is meant
std::string to_json(const Findings& findings);

// Formats findings as SARIF 2.1.0 for GitHub's code scanning and editors: one run with all rules of the
// catalogue. A finding of the command line has a logical location only.
std::string to_sarif(const Findings& findings);

// Formats findings as GitHub's workflow commands, one a line: ::error file=…,line=…,col=…,title=CR002::…
std::string to_github(const Findings& findings);

// Format the catalogue for a person, and as a JSON list of id, severity, path, title, fix and link.
std::string rules_to_text();
std::string rules_to_json();

// Returns the counts: "1 error, 2 warnings".
std::string counts(const Findings& findings);

// Returns "error" or "warning".
std::string_view name_of(settings::Severity severity);

// Returns the message and the fix, one sentence each.
std::string sentence(const settings::Finding& finding);

}  // namespace connected_registry::report
