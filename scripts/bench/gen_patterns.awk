# 1000 regular expressions of the kinds that policies name: numbers behind a prefix, codes that are classes throughout, numbers
# behind a word, one of several words.
function capital() { return sprintf("%c", 65 + int(rand() * 26)) }
function capitals(n,  s) { while (n-- > 0) s = s capital(); return s }
function class(  a) { a = int(rand() * 20); return sprintf("[%c-%c]", 65 + a, 66 + a + int(rand() * 5)) }
BEGIN {
    srand(7)
    split("member customer account policy ticket batch claim badge locker invoice permit ward visa case", word, " ")
    for (i = 0; i < 1000; i++) {
        p = capitals(3 + i % 3)
        w = word[1 + int(rand() * 14)]
        kind = i % 4
        if (kind == 0) print "\\b" p "-\\d{6}\\b"
        else if (kind == 1) print "\\b" class() class() "\\d{" 3 + int(rand() * 6) "}" class() "\\d{" 1 + int(rand() * 4) "}\\b"
        else if (kind == 2) print "\\b" w "[ -]?(?:no|id|number)[ .:#-]{1,3}" capital() "?\\d{" 4 + int(rand() * 6) "}\\b"
        else print "\\b(?:" p "|" capitals(4) "|" capitals(5) ")[ /]\\d{2}[ /-]?[A-F0-9]{4,6}\\b"
    }
}
