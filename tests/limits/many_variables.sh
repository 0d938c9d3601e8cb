#!/usr/bin/env bash
# A function with more variables, constants or parameters than the compiler has room for is an error, not a crash.
. "$(dirname "$0")/../support/check.sh"
cd "$work"

# ends NAME FILE STATUS …: one of these
ends() {
  run "$1" any "$wick" "$2"
  local file=$2
  shift 2
  case " $* " in
    *" $status "*) ;;
    *) fail "$name: exit status $status, expected one of $*; stderr: $(head -c 300 "$work/err")" ;;
  esac
  [ "$status" != 65 ] || err_has "$file:"
}

for count in 250 260 1000; do
  { echo 'fn f() do'; lines $count '  let v& = &'; echo '  v1'; echo end; echo 'print(f())'; } >locals.luma
  ends "$count variables, luma" locals.luma 0 65
  { echo 'let f = func() {'; lines $count 'let v& = &'; echo 'return v1 }'; echo 'print(f())'; } >locals.vint
  ends "$count variables, vint" locals.vint 0 65
  { lines $count 'let v& = &'; echo 'print(v1)'; } >globals.luma
  ends "$count top-level variables, luma" globals.luma 0 65
  { lines $count 'print("text &")'; } >constants.vint
  ends "$count constants, vint" constants.vint 0 65
  { echo 'let xs = ['; lines $count '  &,'; echo ']'; echo 'print(xs:length())'; } >list.luma
  ends "$count elements, luma" list.luma 0 65
  { echo 'let d = {'; lines $count '"k&": &,'; echo '}'; echo 'print(len(keys(d)))'; } >dict.vint
  ends "$count keys, vint" dict.vint 0 65
  { printf 'let f = func('; lines $count 'p&,'; echo ') { return 1 }'; echo 'print(f)'; } >params.vint
  ends "$count parameters, vint" params.vint 0 65
  { echo 'print('; lines $count '&,'; echo ')'; } >arguments.vint
  ends "$count arguments, vint" arguments.vint 0 65
  { echo 'match 5 do'; lines $count '  & do 1 end'; echo '  _ do 2 end'; echo end; } >arms.luma
  ends "$count arms, luma" arms.luma 0 65
done
{ echo 'fn f() do'; lines 70000 '  let v& = &'; echo '  v1'; echo end; echo 'print(f())'; } >locals.luma
ends "70000 variables, luma" locals.luma 65
{ printf 'let f = func('; lines 70000 'p&,'; echo ') { return 1 }'; echo 'print(f)'; } >params.vint
ends "70000 parameters, vint" params.vint 65
finish
