# What mm-probe says of a text's quality: readability, tokens, and the rules that Gopher and C4 were filtered by.
. "${0%/*}/lib.sh"
needs command -v jq -- 'jq reads the facts'

facts() { mm-probe -q --only "$1" | jq -c .mm.probe.text; }
text() { printf '%b' "$1" | jq -Rsc '{text:.}'; }

ok 'Flesch, Flesch-Kincaid and LIX by their formulas, counted by hand' '
    text "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature." >in
    text "The cat sat on the mat. It was warm there, and the dog slept." >>in
    facts text.sentences,text.flesch_ease,text.flesch_kincaid_grade,text.lix <in >out
    # 13 words, 24 syllables, 6 words longer than 6 letters; 14 words, 2 sentences, 14 syllables, none.
    awk "BEGIN { CONVFMT = \"%.8g\"
        print \"{\\\"sentences\\\":1,\\\"flesch_ease\\\":\" 206.835 - 1.015 * 13 - 84.6 * 24 / 13 + 0 \",\\\"flesch_kincaid_grade\\\":\" \
            0.39 * 13 + 11.8 * 24 / 13 - 15.59 \",\\\"lix\\\":\" 13 + 100 * 5 / 13 \"}\"
        print \"{\\\"sentences\\\":2,\\\"flesch_ease\\\":\" 206.835 - 1.015 * 7 - 84.6 \",\\\"flesch_kincaid_grade\\\":\" \
            0.39 * 7 + 11.8 - 15.59 \",\\\"lix\\\":7}\" }" | jq -c "map_values(. * 10000 | round)" >expected
    jq -c "map_values(. * 10000 | round)" out >got
    same expected got'

ok 'only English has Flesch scores; any language has LIX' '
    text "Die Kinder spielen auf der Straße, und das ist sehr schön für uns alle." | facts text.flesch_ease,text.lix | jq -c keys >out
    echo "[\"lix\"]" >expected; same expected out'

ok 'sentences are not ended by initials, by a dot before a small letter, or twice by one mark' '
    for s in "A. B. Smith came. He left..." "Versions approx. two and a half. Yes?!" "A heading\n\nA sentence." "東京です。大阪です。" "..." "(Is it?) \"It is.\" Good"; do
        text "$s"; done | facts text.sentences | jq -c .sentences | tr "\n" " " >out
    printf "2 2 2 2 0 3 " >expected; same expected out'

ok 'tokens: bytes by the mean bytes of a token in the language' '
    { text "Could you tell me when the next train leaves for the city, please?"; text "東京は日本の首都です"; text ""; text "x"; } | facts text.tokens | jq -c .tokens | tr "\n" " " >out
    # 66 / 4.80, 30 / 2.54, nothing, never none of something
    printf "14 12 0 1 " >expected; same expected out'

ok 'every rule of Gopher and C4 that fails is named' '
    { text "{ lorem Ipsum #\n- ...\n"; } | facts text.gopher_failed,text.c4_failed >out
    echo "{\"gopher_failed\":[\"gopher_words\",\"hash_ratio\",\"ellipsis_ratio\",\"ellipsis_lines\",\"alpha_words\",\"stop_words\",\"top_2_gram\",\"top_3_gram\",\"top_4_gram\"],\"c4_failed\":[\"c4_sentences\",\"has_lorem_ipsum\",\"has_curly_bracket\"]}" >expected
    same expected out'

ok 'ordinary prose passes both' '
    i=0; while [ $i -lt 8 ]; do
        echo "On day $i the crew of ship number $((i * 7 + 3)) went ashore to buy $((i + 40)) loaves of bread at market $i."
        echo "They were back by $i and told that the harbour of town $((9 - i)) is a fine place to be with friends."; i=$((i + 1)); done >prose
    awk "{ for (i = 1; i <= NF; i++) printf \"%s%s\", \$i, i % 3 ? \" \" : NR \" \"; print \"and more.\" }" prose | jq -Rsc "{text:.}" |
        facts text.c4_pass,text.c4_failed >out
    echo "{\"c4_pass\":true,\"c4_failed\":[]}" >expected; same expected out'

ok 'an empty text has values for what can be counted, and a payload is measured like a row' '
    text "" | facts text >out; jq -e ".words == 0 and .tokens == 0 and .gopher_pass == false" out
    printf "One, two and three. The end of that.\n" >a.txt
    printf "{\"mm\":{\"ref\":{\"path\":\"a.txt\"}}}\n" | facts text | jq -c "del(.encoding)" >by_ref
    text "One, two and three. The end of that.\n" | facts text | jq -c "del(.field)" >by_row
    same by_row by_ref'

ok 'a text past 16 MiB is measured over that much, and told' '
    awk "BEGIN { for (i = 0; i < 400000; i++) printf \"line %d is not like the one before it, is it?\n\", i }" >long.txt
    [ "$(wc -c <long.txt)" -gt 17000000 ]
    printf "{\"mm\":{\"ref\":{\"path\":\"long.txt\"}}}\n" | mm-probe -q --only text.dup_lines | jq -c .mm.probe >out
    echo "{\"text\":{\"dup_lines\":0},\"warnings\":[\"the quality of the text was measured over its first 16 MiB\"]}" >expected
    same expected out; rm long.txt'

ok 'words of a list are counted whole, in any case, and speak against a page of C4' '
    printf "%s\n" "# a list" "" Darn "son of a gun" "gun" "проклятый" "馬鹿" >list
    for t in "Darn it, DARNED; son  of-a GUN!" "Son of a gunner" "Проклятый день" "お前は馬鹿だ" "nothing at all"; do jq -cn --arg t "$t" "{text: \$t}"; done >in
    mm-probe -q --bad-words list --only text.bad_words,text.c4_failed in | jq -c "[.mm.probe.text.bad_words, (.mm.probe.text.c4_failed | index(\"bad_words\") != null)]" >out
    printf "%s\n" "[3,true]" "[0,false]" "[1,true]" "[1,true]" "[0,false]" >expected; same expected out
    mm-probe -q --only text.bad_words in | jq -e ".mm.probe == {}"
    printf "version: 1\nprobe: {bad_words: list, only: [text.bad_words]}\n" >policy.yaml
    mm-probe -q --policy policy.yaml in | jq -c .mm.probe.text.bad_words | paste -sd" " >out; echo "3 0 1 1 0" >expected; same expected out
    echo "#" >none; status 2 mm-probe --bad-words none in 2>err; grep -F "none: there is no word in it" err
    status 2 mm-probe --bad-words nowhere in 2>err; grep -F "nowhere: No such file" err'

python=${MM_PYTHON:-$MM_BUILD/py/venv/bin/python3}
needs "$python" -c "'import datatrove'" -- 'no datatrove: python3 -m venv build/py/venv && build/py/venv/bin/pip install datatrove'
ok 'all shares and the verdict of Gopher are datatrove'\''s, on 600 texts' '
    "$python" $T/data/quality_peer.py documents >documents
    "$python" $T/data/quality_peer.py facts | jq -cS . >expected
    facts text <documents | jq -cS "{dup_lines,dup_line_chars,dup_paragraphs,dup_paragraph_chars,top_2_gram,top_3_gram,top_4_gram,
        dup_5_grams,dup_6_grams,dup_7_grams,dup_8_grams,dup_9_grams,dup_10_grams,gopher_pass,c4_lines,has_lorem_ipsum,has_curly_bracket}" >out
    [ "$(grep -c "gopher_pass\":true" expected)" -gt 10 ]
    jq -cS "map_values(if type == \"number\" then . * 1e5 | round else . end)" expected >a
    jq -cS "map_values(if type == \"number\" then . * 1e5 | round else . end)" out >b
    same a b'

finish
