# What is wrong with an expression or with options is told before any input is read, with a caret
# where it helps; exit status 2.
. "${0%/*}/lib.sh"

# told TEXT COMMAND...: exit 2, nothing on standard output, and this on standard error; the input does not exist
told() {
    printf '%s\n' "$1" >want; shift
    status 2 "$@" >out 2>err && same want err && same /dev/null out
}

ok 'a type error has a caret under it' '
    told "mm-select: expression, column 10: a text can not be compared with a number
  lang and \"x\" < 3
               ^" mm-select "lang and \"x\" < 3" gone || true
    told "mm-select: expression, column 7: a text can not be compared with a number
  \"abc\" < 3
        ^" mm-select "\"abc\" < 3" gone
    told "mm-select: expression, column 8: + takes numbers, not a text
  lang + \"x\" == \"y\"
         ^" mm-select "lang + \"x\" == \"y\"" gone
    told "mm-select: expression, column 7: lower takes a text here, not a number
  lower(3) == \"a\"
        ^" mm-select "lower(3) == \"a\"" gone'
ok 'so has what does not parse' '
    told "mm-select: expression, column 6: = does not compare; use ==
  lang = \"en\"
       ^" mm-select "lang = \"en\"" gone
    told "mm-select: expression, column 13: unknown unit Mb; there are B kB MB GB TB, K M G T and KiB MiB GiB TiB (of 1024), ns us ms s m h d, and Hz kHz MHz
  mm.size > 10Mb
              ^" mm-select "mm.size > 10Mb" gone
    told "mm-select: expression, column 6: the expression ends where a field, a value or ( should follow
  n == 
       ^" mm-select "n == " gone
    told "mm-select: expression, column 1: the expression is empty; true selects every record
  
  ^" mm-select "" gone
    told "mm-select: expression, column 1: there is no function lenght; did you mean len
  lenght(text) > 3
  ^" mm-select "lenght(text) > 3" gone'
ok 'the caret counts characters, and a long expression is shown around it' '
    told "mm-select: expression, column 9: \"#\" means nothing here
  éé == 1 # 2
          ^" mm-select "éé == 1 # 2" gone
    long=$(printf "n == 1 or %.0s" 1 2 3 4 5 6 7 8 9 10)
    told "mm-select: expression, column 103: = does not compare; use ==
  n == 1 or n == 1 or n == 1 or n == 1 or m = 2
                                            ^" mm-select "${long}m = 2" gone || true
    status 2 mm-select "${long}m = 2" gone 2>err
    grep -q "column 103: = does not compare" err
    [ "$(wc -l <err)" = 3 ]'
ok 'as JSON there is one line and no caret' '
    echo "{\"level\":\"error\",\"tool\":\"mm-select\",\"message\":\"expression, column 3: = does not compare; use ==\"}" >want
    MM_LOG=json status 2 mm-select "n = 3" gone 2>err
    same want err'
ok '-e takes an expression likewise' '
    told "mm-select: expression, column 3: = does not compare; use ==
  n = 3
    ^" mm-select -e "n = 3" gone'
ok 'options that contradict each other are refused' '
    told "mm-select: --split and --routes both say where records go; give one of them" mm-select --split a --routes b gone.ndjson true
    told "mm-select: --sample 5 is a number of records already; leave out --head" mm-select --sample 5 --head 3 true gone
    told "mm-select: --by says what --sample goes by; give --sample too" mm-select --by a true gone
    told "mm-select: -v turns an expression round; give one" mm-select -v
    told "mm-select: --split writes several files; name them by -o '\''out/{}.ndjson'\'' or the like" mm-select --split lang true gone
    told "mm-select: -o '\''out.ndjson'\'' has no {} to tell the outputs apart; write -o '\''out/{}.ndjson'\'' or the like" mm-select --split lang -o out.ndjson true gone
    told "mm-select: --project names both mm and -mm; leave one out" mm-select --project "mm.id,-mm" true gone
    told "mm-select: --output has nothing to write: no records go out with these options" mm-select --count -o x true /dev/null' 
ok 'so are values that mean nothing' '
    told "mm-select: --sample takes a rate such as 0.05 or 5%, or a number of records such as 1000, not '\''2.5'\''" mm-select --sample 2.5 true gone
    told "mm-select: --sample takes a rate such as 0.05 or 5%, or a number of records such as 1000, not '\''-1'\''" mm-select --sample=-1 true gone
    told "mm-select: --sample takes a rate such as 0.05 or 5%, or a number of records such as 1000, not '\''101%'\''" mm-select --sample 101% true gone
    told "mm-select: --sample takes a rate such as 0.05 or 5%, or a number of records such as 1000, not '\''x'\''" mm-select --sample x true gone
    told "mm-select: --project: '\''a..b'\'': path: column 3: a name is missing here" mm-select --project "a..b" true gone
    told "mm-select: --project: '\'''\'': path: column 1: the path is empty" mm-select --project "a,,b" true gone
    told "mm-select: --project: '\''a[0]'\'': an element of an array can not be kept by itself; name the array" mm-select --project "a[0]" true gone
    told "mm-select: --split: path: column 3: a name is missing here" mm-select --split "a." -c true gone
    told "mm-select: unknown option --projekt; did you mean --project?" mm-select --projekt a true gone || true'

# Which operand is the expression.
echo '{"rows":true}' >rows.ndjson
cp rows.ndjson rows
ok 'a first operand that is a file is an input' '
    mm-select rows.ndjson >got && same rows.ndjson got
    mm-select --count rows.ndjson rows.ndjson >got && echo 2 >want && same want got'
ok 'a word that may be both is refused rather than guessed' '
    told "mm-select: '\''rows'\'' may be an expression or the file of that name; write -e rows for the one, ./rows for the other" mm-select rows rows.ndjson
    mm-select -e rows rows.ndjson >got && same rows.ndjson got
    mm-select ./rows >got && same rows.ndjson got'
finish
