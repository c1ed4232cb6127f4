# Which fields tell of a group although they are not it.
. "${0%/*}/lib.sh"
needs command -v jq -- 'jq reads the report'
csv=$SHARED/data/fairness/compas-two-years.csv
proxy() { jq -c ".proxies[] | select(.field == \"$1\" and .by == \"$2\") | [.values, .ranged, (.mutual_information * 1e9 | round), (.cramers_v * 1e9 | round)]" report.json; }

if [ -f "$csv" ]; then
ok 'mutual information and Cramer'\''s V are those of scikit-learn and scipy' '
    mm-ingest -q "$csv" | mm-bias -q --by race,sex --proxies --report report.json >out
    for f in c_charge_degree decile_score priors_count; do proxy $f race; proxy $f sex; done >got
    # mutual_info_score of sklearn.metrics, and scipy.stats.contingency.association(crosstab, "cramer"), times 1e9
    cat >want <<END
[2,false,4366628,93527433]
[2,false,1426288,53814137]
[10,false,58374863,150010455]
[10,false,3504206,81717150]
[37,false,35653655,120430994]
[37,false,11798777,143084758]
END
    same want got
    jq -e "[.proxies[].cramers_v] == ([.proxies[].cramers_v] | sort | reverse)" report.json'
ok 'the interval of mutual information is about that of a bootstrap of the records' '
    jq -e ".proxies[] | select(.field == \"c_charge_degree\" and .by == \"race\") | .low < .mutual_information and .mutual_information < .high" report.json
    # 2000 bootstrap samples of the records by numpy have a standard deviation of 0.003925 around 0.058375
    jq -e ".proxies[] | select(.field == \"decile_score\" and .by == \"race\") | (.low - 0.050682 | fabs) < 0.001 and (.high - 0.066068 | fabs) < 0.001" report.json'
ok 'it is the same for any number of workers' '
    mm-ingest -q "$csv" >rows
    for j in 1 4; do mm-bias -q -j$j --by race --proxies --report $j.json rows >out; done
    same 1.json 4.json; same rows out'
fi
ok 'a copy of the group is found; missing is a value; numbers of many values are put into ranges' '
    jq -nc "range(3000) | {g: (. % 3 | [\"a\",\"b\",\"c\"][.]), copy: (. % 3 + 10), noise: (. * 7919 % 3001 / 7), text: \"t\(.)\"} + (if . % 3 == 0 then {only_a: 1} else {} end)" >rows
    mm-bias -q --by g --proxies --report report.json rows >out
    jq -c ".proxies[] | [.field, .ranged, (.cramers_v * 1000 | round)]" report.json | head -n 2 >got
    printf "%s\n" "[\"copy\",false,1000]" "[\"only_a\",false,1000]" >want; same want got
    jq -e "[.proxies[] | select(.field == \"noise\")] | length == 1 and .[0].ranged and .[0].cramers_v < 0.2 and .[0].p > 0.001" report.json
    jq -e "[.proxies[] | select(.field == \"text\")] | length == 0" report.json'
finish
