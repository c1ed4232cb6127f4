# A report's figures, a line each: attributes, figure, group, value.
def row($by; $figure; $group): [$by, $figure, $group, (if . == null then "-" else tostring end)] | @tsv;
def figures: to_entries[] | select((.value | type) == "object" and (.value | has("value")));
(.overall | figures | .key as $k | .value.value | row(""; "overall." + $k; "")),
(.attributes[] | (.by | join(",")) as $by |
    (to_entries[] | select(.key | IN("between_groups", "against_reference", "representation")) | .key as $s
        | .value | figures | .key as $k | .value.value | row($by; $s + "." + $k; "")),
    (.groups[] | (.group | [.[]] | join(", ")) as $g |
        (figures | .key as $k | .value.value | row($by; "groups." + $k; $g)),
        (.versus_reference // {} | figures | .key as $k | .value.value | row($by; "versus_reference." + $k; $g))))
