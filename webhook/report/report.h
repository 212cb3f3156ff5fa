// Findings as text for people and for programs. Pure functions: the same findings give the same text.
//
// No form shows more of a finding than it holds: that no secret is in it is the business of whoever made it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "values/locator.h"

namespace connected_registry::report {

using Findings = std::vector<values::Located>;

// For a person: FILE:LINE:COLUMN, severity, id, key and message; the line with a caret; fix and link; the
// counts last. Colours by ANSI escapes if asked for. Control characters of the user's are written as \x1b.
std::string to_text(const Findings& findings, bool colour);

// One object, whose form only grows within a version:
//   version   1
//   errors, warnings   how many
//   findings  a list, each with id, severity ("error", "warning"), path (of the key, "" where there is none),
//   message,
//             fix, link, and location: file, line and column (from 1, in characters), or argument ("--set
//             KEY=…"), or null; line and column are left out where the file as a whole is meant
std::string to_json(const Findings& findings);

// SARIF 2.1.0, as GitHub's code scanning and editors read it: one run with all rules of the catalogue. A
// finding of the command line has a logical location only.
std::string to_sarif(const Findings& findings);

// GitHub's workflow commands, a line each: ::error file=…,line=…,col=…,title=CR002::…
std::string to_github(const Findings& findings);

// The catalogue, for a person and as a JSON list of id, severity, path, title, fix and link.
std::string rules_to_text();
std::string rules_to_json();

// The counts in words: "1 error, 2 warnings".
std::string counts(const Findings& findings);

// "error" or "warning".
std::string_view name_of(settings::Severity severity);

// The message and the fix in one sentence each.
std::string sentence(const settings::Finding& finding);

}  // namespace connected_registry::report
