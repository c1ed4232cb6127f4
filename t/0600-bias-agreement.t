# Every figure that Fairlearn and AIF360 give of the COMPAS scores too is theirs, to 1e-9: by race, by sex and by both.
. "${0%/*}/lib.sh"
needs command -v jq -- 'jq reads the report'
csv=$SHARED/data/fairness/compas-two-years.csv
needs '[ -f "$csv" ]' -- 'no COMPAS scores'

# Lines of the first that the second has not, or whose value is off.
agree() {
    awk -F'\t' 'NR == FNR { value[$1 FS $2 FS $3] = $4; next }
        { key = $1 FS $2 FS $3; n++; off = value[key] - $4
          if (!(key in value) || (value[key] == "-") != ($4 == "-") || off > 1e-9 || off < -1e-9) { print $0, "but here", value[key]; wrong = 1 } }
        END { if (n < 450) { print "only", n, "figures"; wrong = 1 } exit wrong }' "$1" "$2"
}

mm-ingest -q "$csv" >rows
bias() { mm-bias --by race,sex --prediction 'decile_score >= 5' --label two_year_recid --score decile_score "$@"; }

ok 'all figures are those that the peers gave when they were asked' '
    bias --report report.json rows >passed
    same rows passed
    jq -r -f "$T/data/fairness_figures.jq" report.json >figures
    agree figures "$T/data/fairness.peer"'

ok 'the report has the same bytes for any number of workers, and over mmr' '
    for j in 1 2 5; do bias -j$j --report by_$j.json rows >/dev/null; same report.json by_$j.json; done
    mm-ingest -b "$csv" | bias --report mmr.json >/dev/null
    same report.json mmr.json'

ok 'what is cut from a record the figures do not ask for changes none of them' '
    jq -c "{race,sex,decile_score,two_year_recid}" rows >small
    bias --report small.json small >/dev/null
    same report.json small.json'

python=${MM_PYTHON:-$MM_BUILD/py/fairness/bin/python3}
[ -x "$python" ] || { mkdir -p "$MM_BUILD/py"; python3 -m venv "$MM_BUILD/py/fairness" && timeout 600 "$MM_BUILD/py/fairness/bin/pip" install -q fairlearn==0.15.0 aif360==0.6.1; } >/dev/null 2>&1
needs "$python" -c "'import fairlearn, aif360'" -- 'no fairlearn and aif360: pip could not install them'
ok 'and they give the same today' '
    "$python" "$T/data/fairness_peer.py" "$csv" >today 2>/dev/null
    agree figures today
    cut -f1-3 today | sort >a; cut -f1-3 "$T/data/fairness.peer" | sort >b; same a b'

finish
