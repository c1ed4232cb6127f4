#!/bin/sh
# Every tool explains itself: --help, man page and completions say the same, and folders say what is in them.
. "${0%/*}/lib.sh"
src=$T/..
tools=$(cd "$MM_BUILD/bin" 2>/dev/null && ls)

long() { "$1" --help | sed -n 's/^  .\{3\} --\([a-z0-9-]*\).*/--\1/p'; }
short() { "$1" --help | sed -n 's/^  \(-.\), --.*/\1/p'; }

# A man page as plain text, unbroken.
page() { mandoc -T ascii -O width=1000 "$1" | col -bx; }

ok 'every folder of lib and cmd says what lives there' '
    for d in "$src"/lib/*/ "$src"/cmd/*/; do
        [ ! -d "$d" ] || [ "$(wc -l <"$d/README")" -ge 3 ] || { echo "$d: no README"; exit 1; }
    done
'

ok 'no option is there twice' '
for tool in "$MM_BUILD"/bin/mm-*; do "$tool" --completion fish | grep -o -e "-l [a-z0-9-]*" | sort | uniq -d; done >out
cat out; [ ! -s out ]'

ok 'make help lists the targets of the Makefile and of what it includes' '
    env -u MAKEFLAGS make -s -C "$src" help >help
    for t in all check bench asan demo install fuzz help; do grep -q "^  make $t  *[a-z]" help || { echo "$t is missing"; exit 1; }; done
'

for tool in $tools; do
    ok "$tool --help teaches: usage, options, examples, exit status" "
        $tool --help >help 2>err
        same /dev/null err
        head -n 1 help | grep -q '^usage: $tool '
        grep -q '^Examples:' help
        [ \$(grep -c '^  *.*$tool' help) -ge 2 ]
        grep -q '^Exit status: 0 done' help
        [ \$(awk 'length > 100' help | wc -l) = 0 ]
    "
    ok "$tool --version names tool, version and features" "
        $tool --version >version
        head -n 1 version | grep -Eq '^$tool \\(mmtools\\) [0-9]+\\.[0-9]+\\.[0-9]+\$'
        sed -n 2p version | grep -q '^with .*simd='
        [ \$(wc -l <version) = 2 ]
    "
    ok "$tool refuses what it does not know, and says what to do" "
        status 2 $tool --no-such-option </dev/null >out 2>err
        same /dev/null out
        grep -Eq '^$tool: unknown option --no-such-option; ' err
        [ \$(wc -l <err) = 1 ]
    "
    ok "$tool: the completion for bash is sound and complete" "
        $tool --completion bash >script
        bash -n script
        for o in \$(long $tool); do grep -qwe \"\$o\" script || { echo \"\$o is missing\"; exit 1; }; done
        bash -c '. ./script; COMP_WORDS=($tool --hel); COMP_CWORD=1; _$(echo $tool | tr - _); echo \"\${COMPREPLY[*]}\"' >got
        echo --help >want
        same want got
    "
    ok "$tool: the completions for zsh and fish name every option" "
        $tool --completion zsh >script.zsh
        $tool --completion fish >script.fish
        if command -v zsh; then zsh -n script.zsh; fi
        if command -v fish; then fish -n script.fish; fi
        head -n 1 script.zsh | grep -q '^#compdef $tool\$'
        for o in \$(long $tool); do
            grep -qwe \"\$o\" script.zsh
            grep -qe \" -l \${o#--} \" script.fish || { echo \"\$o is missing\"; exit 1; }
        done
    "
    ok "$tool: a full disk at --help is no success" "
        [ ! -e /dev/full ] || status 4 $tool --help >/dev/full
    "
done

needs command -v mandoc -- 'no mandoc'
needs command -v col -- 'no col'
for tool in $tools; do
    ok "$tool: the man page has every option of --help, and no other" "
        page '$src/man/$tool.1' >text
        long $tool | sort >want
        short $tool | sort >>want
        while read -r o; do
            grep -qE -- \"(^|[^-[:alnum:]])\$o([^-[:alnum:]]|\\\$)\" text || { echo \"\$o is not in the page\"; exit 1; }
        done <want
        sed -n '/^\\.It.* Fl /s/ Fl /\\n/gp' '$src/man/$tool.1' |
            sed -n 's/^\\(-\\{0,1\\}[A-Za-z0-9][a-z0-9-]*\\).*/-\\1/p' | sort -u >named
        for o in \$(cat named); do grep -qxe \"\$o\" want || { echo \"\$o is only in the page\"; exit 1; }; done
    "
    ok "$tool: the man page has examples, exit status and diagnostics" "
        for s in NAME SYNOPSIS DESCRIPTION EXAMPLES 'EXIT STATUS' DIAGNOSTICS 'SEE ALSO'; do
            grep -q \"^\\.Sh \$s\" '$src/man/$tool.1' || { echo \"no section \$s\"; exit 1; }
        done
    "
done
for page in "$src"/man/*.[157]; do
    ok "man/${page##*/} is clean, and leads to pages that are there" "
        mandoc -T lint -W warning '$page' >lint
        same /dev/null lint
        sed -n 's/^\\.Xr \\(mm-[a-z]*\\) \\([157]\\).*/\\1.\\2/p' '$page' | sort -u | while read -r p; do
            case \$p in *.1) [ -e \"\$MM_BUILD/bin/\${p%.1}\" ] || continue ;; esac
            [ -f '$src/man/'\$p ] || { echo \"no page \$p\"; exit 1; }
        done
    "
done
finish
