# mm-probe --transcript-from reads what recognisers wrote: whisper JSON, WebVTT, SubRip and CTM become one form.
. "${0%/*}/lib.sh"

printf 'RIFF\44\0\0\0WAVEfmt \20\0\0\0\1\0\1\0\100\37\0\0\200\76\0\0\2\0\20\0data\0\0\0\0' >a.wav
cp a.wav b.wav; cp a.wav c.wav; cp a.wav d.wav; cp a.wav e.wav
refs() { for f; do printf '{"mm":{"src":"calls.tar!in/%s","ref":{"path":"%s"}}}\n' "$f" "$f"; done; }
read_from() { from=$1; shift; refs "$@" | mm-probe -q --only transcript --transcript-from "$from" | jq -c .mm.probe; }

mkdir t
cat >t/a.json <<'END'
{"text":" Hello, \"you\".","language":"en","segments":[{"id":0,"start":0.0,"end":1.5,"text":" Hello, \"you\".",
 "words":[{"word":" Hello,","start":0.25,"end":0.75,"probability":0.98},{"word":" \"you\".","start":0.75,"end":1.0001,"probability":0.5}]}]}
END
printf 'WEBVTT\r\n\r\nNOTE nothing\r\n\r\n1\r\n00:01.000 --> 00:02.500 align:start\r\n<v Ann>Tom &amp; I\r\nwait</v>\r\n\r\n01:00:00.000 --> 01:00:01.000\r\nend\r\n' >t/b.vtt
printf '1\n00:00:01,000 --> 00:00:02,000\nGr\303\274\303\237 Gott\n' >t/c.srt
printf ';; by hand\nd 1 0.5 0.25 yes 0.9\nother 1 0 9 never\nd A 1 .5 no\n' >t/d.ctm

ok 'each format gives words with their times; where only cues have times, words have those of their cue' '
    read_from t a.wav b.wav c.wav d.wav e.wav >out
    cat >expected <<END
{"audio":{"transcript":{"text":"Hello, \"you\".","by":"whisper","times":"word","words":[[0.25,0.75,"Hello,",0.98],[0.75,1,"\"you\".",0.5]]},"speech_rate_wps":2.67}}
{"audio":{"transcript":{"text":"Tom & I wait end","by":"webvtt","times":"cue","words":[[1,2.5,"Tom"],[1,2.5,"&"],[1,2.5,"I"],[1,2.5,"wait"],[3600,3601,"end"]]},"speech_rate_wps":2}}
{"audio":{"transcript":{"text":"Grüß Gott","by":"srt","times":"cue","words":[[1,2,"Grüß"],[1,2,"Gott"]]},"speech_rate_wps":2}}
{"audio":{"transcript":{"text":"yes no","by":"ctm","times":"word","words":[[0.5,0.75,"yes",0.9],[1,1.5,"no"]]},"speech_rate_wps":2.67}}
{}
END
    same expected out'

ok 'a pattern and a single file name transcripts too' '
    read_from t a.wav d.wav >expected
    { read_from "t/{}.json" a.wav; read_from t/d.ctm d.wav; } >out
    same expected out'

ok 'segments without words, words without segments, and no words at all' '
    echo "{\"segments\":[{\"start\":1,\"end\":2,\"text\":\" a b\"}]}" >t/a.json
    echo "{\"words\":[{\"word\":\"x\",\"start\":0,\"end\":1,\"score\":1},{\"word\":\"unaligned\"}]}" >t/e.json
    printf "WEBVTT\n" >t/b.vtt
    read_from t a.wav e.wav b.wav >out
    cat >expected <<END
{"audio":{"transcript":{"text":"a b","by":"whisper","times":"cue","words":[[1,2,"a"],[1,2,"b"]]},"speech_rate_wps":2}}
{"audio":{"transcript":{"text":"x","by":"whisper","times":"word","words":[[0,1,"x",1]]},"speech_rate_wps":1}}
{"audio":{"transcript":{"text":"","by":"webvtt","times":"word","words":[]}}}
END
    same expected out'

ok 'what is wrong in a transcript is told by line, and the record goes on' '
    rm t/*
    printf "WEBVTT\n\n00:01 --> 00:02\nx\n" >t/a.vtt
    printf "1\n00:00:03,000 --> 00:00:02,000\nback\n" >t/b.srt
    printf "c 1 0.5\n" >t/c.ctm
    echo "{\"text\":\"x\"}" >t/d.json
    echo "{\"segments\":[{\"text\":\"x\"}]" >t/e.json
    read_from t a.wav b.wav c.wav d.wav e.wav | jq -r ".warnings[]" >out
    cat >expected <<END
transcript t/a.vtt: line 3: '\''00:01 --> 00:02'\'' are no two times
transcript t/b.srt: line 2: '\''00:00:03,000 --> 00:00:02,000'\'' are no two times
transcript t/c.ctm: line 1: not '\''recording channel start duration word'\'' as CTM has it
transcript t/d.json: JSON without segments or words is no transcript of whisper
END
    head -n4 out | same expected -
    sed 1,4d out | grep "^transcript t/e.json: byte "'

ok 'a name in a record leads to no other folder' '
    mkdir deep; echo "{\"words\":[{\"word\":\"secret\",\"start\":0,\"end\":1}]}" >x.json
    printf "{\"mm\":{\"src\":\"../x.wav\",\"ref\":{\"path\":\"a.wav\"}}}\n" |
        mm-probe -q --only transcript --transcript-from deep | jq -c .mm.probe >out
    echo "{}" >expected; same expected out'

finish
