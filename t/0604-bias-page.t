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
# Of every text on the page, what its colour and the ground behind it differ by (WCAG 2.1, 1.4.3 asks for 4.5), the least of all; and
# what a screen reader is told: a language, one main heading, headings without gaps, captions of tables, scopes of heading cells.
cat >look.js <<'END'
const light = c => { const f = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; return .2126 * f(c[0]) + .7152 * f(c[1]) + .0722 * f(c[2]); };
const parts = s => (s.match(/[\d.]+/g) || []).map(Number);
const ground = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
let least = 99, n = 0;
for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some(k => k.nodeType === 3 && k.data.trim()) || ["SCRIPT", "STYLE", "title", "desc"].includes(e.tagName)) continue;
    const s = getComputedStyle(e), a = light(parts(e instanceof SVGElement ? s.fill : s.color)), b = light(ground(e));
    least = Math.min(least, (Math.max(a, b) + .05) / (Math.min(a, b) + .05)); n++;
}
const h = [...document.querySelectorAll("h1,h2,h3,h4")].map(x => +x.tagName[1]);
const said = { texts: n > 200, least: Math.round(least * 100) / 100, lang: document.documentElement.lang, h1: h.filter(x => x === 1).length,
    gaps: h.filter((x, i) => i && x > h[i - 1] + 1).length, uncaptioned: document.querySelectorAll("table:not(:has(caption))").length,
    unscoped: document.querySelectorAll("th:not([scope])").length, unnamed: document.querySelectorAll("svg:not([aria-label])").length };
document.title = "SAID" + JSON.stringify(said) + "DIAS";
END
ok 'every text stands out from its ground, and what is drawn or in tables has its words' '
    { sed "s|</body>.*||; s|<meta http-equiv=[^>]*>||; s|</html>||" bias.html; echo "<script>//<![CDATA["; cat look.js; echo "//]]></script></body></html>"; } >looked.html
    browser --dump-dom "file://$PWD/looked.html" | sed -n "s/.*SAID\({.*}\)DIAS.*/\1/p" | head -n 1 >said
    jq -e ".texts and .least >= 4.5 and .lang == \"en\" and .h1 == 1 and .gaps == 0 and .uncaptioned == 0 and .unscoped == 0 and .unnamed == 0" said || { cat said; exit 1; }'
if command -v xmllint >/dev/null 2>&1; then ok 'and it is well-formed XML' 'xmllint --noout bias.html'; fi
finish
