#!/bin/sh
# Recall and precision on the frozen texts of scripts/quality/redact.
. "${0%/*}/lib.sh"
needs command -v python3 -- 'no python3'
ok 'recall of at least 0.99 and precision of at least 0.97 for every entity' '
    python3 "$T/../scripts/quality/redact" mm-redact | tee quality
    awk "/lowest/ { split(\$3, r, \"=\"); split(\$4, p, \"=\"); good = r[2] >= 0.99 && p[2] >= 0.97 } END { exit !good }" quality'
finish
