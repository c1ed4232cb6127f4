# The report as a page: well-formed, self-contained, drawn by a browser, and told in words for who can not see charts.
. "${0%/*}/lib.sh"
csv=$SHARED/data/fairness/compas-two-years.csv
needs '[ -f "$csv" ]' -- 'no COMPAS scores'
mm-ingest -q "$csv" >rows
mm-bias --by race --prediction 'decile_score >= 5' --label two_year_recid --report bias.html --report bias.txt rows >out

ok 'it is one file without script or anything from elsewhere' '
    ! grep -Eiq "<script|<link|<img|url\(|src=" bias.html || exit 1
    [ "$(grep -c "<svg " bias.html)" = 5 ]'
ok 'every chart has its caption and its words, with the range of each bar' '
    [ "$(grep -c "role=\"img\" aria-label=\"" bias.html)" = 5 ]
    grep -q "aria-label=\"selection_rate by race: African-American 0.5882, from 0.5723 to 0.604; Asian 0.25, from 0.1325 to 0.4211; " bias.html'
ok 'every figure of the table for people is in it' '
    sed -n "s/^  \([a-z_]*_[a-z_]*\) .*/\1/p" bias.txt | sort -u >names
    [ "$(wc -l <names)" -gt 45 ]
    while read -r n; do grep -q ">$n<" bias.html || { echo "no $n"; exit 1; }; done <names'
ok 'a value that looks like markup is text' '
    printf "{\"g\":\"<script>x</script>\\\\u0007&\"}\n{\"g\":\"b\"}\n" | mm-bias --by g --report m.html >out
    ! grep -q "<script" m.html || exit 1
    grep -q "&lt;script&gt;x&lt;/script&gt;" m.html'

needs command -v chromium -- 'no chromium'
browser() { timeout 100 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$PWD/profile" "$@" 2>browser.log; }
ok 'a browser draws all of it, on a screen and on paper' '
    browser --dump-dom "file://$PWD/bias.html" >dom
    [ "$(grep -o "<svg " dom | wc -l)" = 5 ] && [ "$(grep -o "<table" dom | wc -l)" = "$(grep -o "<table" bias.html | wc -l)" ]
    browser --print-to-pdf=bias.pdf "file://$PWD/bias.html"
    head -c 5 bias.pdf | grep -q "%PDF-"
    if command -v pdftotext; then pdftotext bias.pdf - | tr "\n" " " >paper; grep -q "Native American" paper; fi'
if command -v xmllint >/dev/null 2>&1; then ok 'and it is well-formed XML' 'xmllint --noout bias.html'; fi
finish
