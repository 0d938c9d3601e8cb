# blocks.sh - takes the fenced blocks out of a document
#
#   block DOCUMENT FENCE NUMBER   the text of the NUMBERth block (from 1) that is fenced as FENCE
#   count_blocks DOCUMENT FENCE   how many there are
block() {
  awk -v open="\`\`\`$2" -v wanted="$3" '
    $0 == open && !inside { inside = 1; number++; next }
    $0 == "```" && inside { inside = 0; next }
    inside && number == wanted { print }
  ' "$1"
}

count_blocks() { grep -c "^\`\`\`$2\$" "$1"; }
