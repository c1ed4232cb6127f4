#!/bin/sh
# What `make install` puts where, and that others can build upon it.
. "${0%/*}/lib.sh"
needs 'ls "$MM_BUILD"/bin/mm-*' -- 'no tool is built'
src=$T/..
build=$(cd "$MM_BUILD" && pwd)
SAN=; nm "$build/libmm.so" 2>/dev/null | grep -q __asan_ && SAN=-fsanitize=address,undefined
export SAN
make_install() {
    # -o all: what is built is installed, however it was built.
    env -u MAKEFLAGS make -s -C "$src" -o all install BUILD="$build" DESTDIR="$PWD/root" PREFIX=/opt/mm >log 2>&1 ||
        { cat log; return 1; }
}
cat >user.c <<'C'
#include <mm.h>
#include <stdio.h>
int main(void)
{
    mm_err e = { 0 };
    mm_path *path = mm_path_new(MM_STR("a.b[1]"), &e);
    mm_edits *ed = mm_edits_new();
    mm_buf out = { 0 };
    mm_edits_begin(ed, MM_STR("{\"a\":{\"b\":[1,2]}}"));
    if (!path || mm_edits_set(ed, path, MM_STR("\"two\""), &e) != 0)
        return puts(e.text);
    mm_edits_apply(ed, &out);
    printf("%.*s %s\n", (int)out.n, out.p, MM_VERSION);
    mm_buf_free(&out);
    mm_edits_free(ed);
    mm_path_free(path);
    return 0;
}
C
version=$(sed -n 's/^#define MM_VERSION "\(.*\)"/\1/p' "$src/lib/mm.h")
printf '{"a":{"b":[1,"two"]}} %s\n' "$version" >want
pc() { PKG_CONFIG_SYSROOT_DIR=$PWD/root PKG_CONFIG_PATH=$PWD/root/opt/mm/lib/pkgconfig pkg-config "$@"; }

ok 'it installs below DESTDIR and nowhere else' '
    make_install
    [ "$(ls root)" = opt ]
    [ "$(ls root/opt)" = mm ]
'
ok 'programs, libraries, header, pages and completions are there' '
    cd root/opt/mm
    for f in include/mm.h lib/libmm.a lib/libmm.so lib/libmm.so.0 lib/libmm.so.$version lib/pkgconfig/libmm.pc; do
        [ -f $f ] || { echo "no $f"; exit 1; }
    done
    same "$src/lib/mm.h" include/mm.h
    [ "$(readlink lib/libmm.so)" = libmm.so.0 ]
    [ "$(readlink lib/libmm.so.0)" = libmm.so.$version ]
    for p in "$src"/man/*.[157]; do same "$p" share/man/man${p##*.}/${p##*/}; done
    for p in "$src"/policies/*.yaml; do same "$p" share/mmtools/policies/${p##*/}; done
    for b in "$build"/bin/*; do
        [ -x bin/${b##*/} ]
        bash -n share/bash-completion/completions/${b##*/}
    done
'
ok 'installed programs run from where they are' '
    for b in root/opt/mm/bin/*; do [ ! -e "$b" ] || "$b" --version >/dev/null; done
    root/opt/mm/bin/mm-select --policy gdpr --count true /dev/null
'
ok 'installing twice is installing once' '
    (cd root && find . | sort) >first
    make_install
    (cd root && find . | sort) >second
    same first second
'
ok 'libmm.so shows its own names and no others' '
    nm -D --defined-only root/opt/mm/lib/libmm.so | sed "s/.* //; s/@.*//" | sort >names
    grep -q "^mm_run$" names
    ! grep -v "^mm_\|^MM_0" names || exit 1
    sed -n "s/^[a-z].*[ *]\(mm_[a-z0-9_]*\)(.*/\1/p" "$src/lib/mm.h" | sort -u >declared
    [ $(wc -l <declared) -gt 60 ]
    grep -v "^MM_0" names >shown
    same declared shown
'
ok 'every name in the header has a comment of its own' '
    awk "!/^( |}|\$|#include|#if|#e|#pragma|#define MM_H\$|extern|\/\*)/ && last !~ /\*\/\$/ { print } { last = \$0 }" "$src/lib/mm.h" >bare
    same /dev/null bare
    grep -c "^/\*\*" "$src/lib/mm.h" | { read n; [ "$n" -gt 100 ]; }
'
ok 'libmm.so names the library that it is' '
    objdump -p root/opt/mm/lib/libmm.so | grep -q "SONAME *libmm.so.0$"
'
needs command -v pkg-config -- 'no pkg-config'
ok 'pkg-config tells version and flags' '
    [ "$(pc --modversion libmm)" = "$version" ]
    case " $(pc --cflags libmm) " in *" -I$PWD/root/opt/mm/include "*) ;; *) false ;; esac
    case " $(pc --libs libmm) " in *" -L$PWD/root/opt/mm/lib -lmm "*) ;; *) false ;; esac
'
ok 'a program links with libmm.so and runs' '
    cc -Wall -Werror $SAN $(pc --cflags libmm) user.c -o dynamic $(pc --libs libmm)
    objdump -p dynamic | grep -q "NEEDED *libmm.so.0$"
    LD_LIBRARY_PATH=$PWD/root/opt/mm/lib ./dynamic >got
    same want got
'
ok 'a program links with libmm.a and runs' '
    cc -Wall -Werror $SAN $(pc --cflags libmm) user.c -o static root/opt/mm/lib/libmm.a $(pc --libs-only-l --static libmm | sed "s/-lmm\b//")
    ! objdump -p static | grep "NEEDED *libmm" || exit 1
    ./static >got
    same want got
'
ok 'the header is C99, C11, C++ and alone' '
    for std in c99 c11 gnu17; do
        printf "#include <mm.h>\nint x;\n" | cc -std=$std -Wall -Wextra -pedantic -Werror -Iroot/opt/mm/include -xc -fsyntax-only -
    done
    ! command -v c++ || printf "#include <mm.h>\nint x;\n" | c++ -std=c++11 -Wall -Wextra -Werror -Iroot/opt/mm/include -xc++ -fsyntax-only -
'
finish
