# A picture that other programs take for something else is told as such.
. "${0%/*}/lib.sh"
needs command -v convert '&&' command -v zip -- 'ImageMagick and zip make the samples'

convert -size 64x48 gradient: -depth 8 plain.png
convert plain.png plain.jpg
echo text >note.txt; zip -q note.zip note.txt
cat plain.png note.zip >zip.png; zip -q -A zip.png
cat plain.jpg note.zip >zip.jpg
printf 'a comment' | zip -q -z note.zip; cat plain.png note.zip >comment.png
{ head -c 2 plain.jpg; printf '\377\376\0\12%%PDF-1.4'; tail -c +3 plain.jpg; } >pdf.jpg
{ cat plain.jpg; printf '<ScRiPt>alert(1)</script>'; } >script.jpg

warnings() {
    for f; do printf '{"mm":{"ref":{"path":"%s"}}}\n' "$f"; done | mm-probe -q --only image.width | jq -c '.mm.probe.warnings'
}

ok 'plain pictures are not warned of' '
    warnings plain.png plain.jpg >out; printf "null\nnull\n" >expected; same expected out'

ok 'zip archives behind a picture, which unzip opens too, with and without a comment' '
    unzip -tqq zip.png
    warnings zip.png zip.jpg comment.png >out
    yes "[\"it is a zip archive as well\"]" | head -n 3 >expected
    same expected out'

ok 'PDF inside and a script behind' '
    warnings pdf.jpg script.jpg >out
    printf "%s\n" "[\"it is a PDF document as well\"]" "[\"it holds HTML as well\"]" >expected
    same expected out'

finish
