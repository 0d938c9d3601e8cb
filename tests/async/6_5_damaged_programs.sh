#!/usr/bin/env bash
# Programs that were cut off, lost a line, were turned round or had their words shuffled are refused or found right,
# but the process always ends by itself with a status of its own (async.md 6.5).
. "$(dirname "$0")/../support/check.sh"
tests=$(cd "$(dirname "$0")/.." && pwd)
cd "$work"
mkdir cases

for language in luma vint; do
  find "$tests/$language" "$tests/async" -name "*.$language" | sort | awk -v language=$language '
    function begin(name) { file = "cases/" name "." language }
    function end_file() { close(file) }
    NR % 3 == 1 {
      path = $0
      text = ""
      count = 0
      while ((getline line < path) > 0) {
        lines[++count] = line
        text = text line "\n"
        word_count = split(line, parts, /[ \t]+/)
        for (i = 1; i <= word_count; i++) if (parts[i] != "") words[++total] = parts[i]
      }
      close(path)
      for (part = 1; part <= 2; part++) {
        begin("cut_" NR "_" part); printf "%s", substr(text, 1, int(length(text) * part / 3) + NR % 7) > file; end_file()
      }
      begin("line_" NR)
      for (i = 1; i <= count; i++) if (i != NR % 9 + 2) print lines[i] > file
      end_file()
      begin("back_" NR)
      for (i = count; i > 0; i--) print lines[i] > file
      end_file()
    }
    END {
      srand(7)
      for (soup = 0; soup < 80; soup++) {
        begin("soup_" soup)
        for (i = 0; i < 200; i++) printf "%s%s", words[int(rand() * total) + 1], rand() < 0.3 ? "\n" : " " > file
        end_file()
      }
    }'
  LIMIT=60 run "damaged programs, $language" 65 "$wick" check --color never cases/*.$language
  [ "$(ls cases/*.$language | wc -l)" -gt 150 ] || fail "$language: no programs to damage were found"
done
finish
