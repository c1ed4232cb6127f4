#!/bin/sh
# DICOM files by the Basic Profile of PS3.15, judged by dcmtk: no patient is left at any depth, the pixels are the same, series stay
# together, and what is not understood does not pass.
. "${0%/*}/lib.sh"
needs built media -- 'this build leaves out media'
needs command -v dump2dcm '&&' command -v dcmdump '&&' command -v dcmconv -- 'no dcmtk'
needs command -v jq '&&' command -v xxd -- 'no jq or xxd'

records() { for f; do printf '{"mm":{"src":"%s","ref":{"path":"%s"}}}\n' "$f" "$f"; done; }
unpack() {
    mkdir -p out
    jq -r 'select(.mm.data) | .mm.src + " " + .mm.data' | while read -r src data; do printf %s "$data" | base64 -d >"out/$src"; done
}
# Values of a tag, a line each; empty ones as they are shown.
tags() { dcmdump -q +P "$1" "$2" | sed 's/^ *([0-9a-f,]*) .. //; s/ *#.*//'; }

cat >ct.dump <<'END'
(0002,0010) UI =LittleEndianExplicit
(0002,0016) AE [SECRETAE]
(0008,0016) UI =CTImageStorage
(0008,0018) UI [1.2.3.4.5.6.7]
(0008,0020) DA [20200103]
(0008,0030) TM [101112]
(0008,0050) SH [SECRET4]
(0008,0060) CS [CT]
(0008,0080) LO [SECRET Clinic]
(0008,0090) PN [SECRET^Doctor]
(0008,1030) LO [SECRET study]
(0008,1140) SQ (Sequence with explicit length #=1)
(fffe,e000) na (Item with explicit length #=3)
(0008,1150) UI =CTImageStorage
(0008,1155) UI [1.2.3.4.5.6.7]
(0010,0010) PN [SECRET^Inner]
(fffe,e00d) na (ItemDelimitationItem for re-encoding)
(fffe,e0dd) na (SequenceDelimitationItem for re-encod.)
(0010,0010) PN [SECRET^Jane]
(0010,0020) LO [SECRET123]
(0010,0030) DA [19700102]
(0010,4000) LT [SECRET comment]
(0011,0010) LO [SECRET CORP]
(0011,1001) LO [SECRET private]
(0018,0050) DS [2.5]
(0020,000d) UI [1.2.3.4.5]
(0020,000e) UI [1.2.3.4.5.6]
(0028,0002) US 1
(0028,0004) CS [MONOCHROME2]
(0028,0010) US 2
(0028,0011) US 4
(0028,0100) US 8
(0028,0101) US 8
(0028,0102) US 7
(0028,0103) US 0
(6000,4000) LT [SECRET overlay]
(7fe0,0010) OB 01\02\03\04\05\06\07\08
END
dump2dcm -q ct.dump explicit.dcm
dcmconv -q +ti explicit.dcm implicit.dcm
sed 's/2.3.4.5.6.7\]/2.3.4.5.6.8]/' ct.dump >second.dump; dump2dcm -q second.dump second.dcm
(umask 077; echo 0123456789abcdef0123456789abcdef >red.key)
printf 'version: 1\nredact: {key: {file: red.key}}\n' >policy.yaml
records explicit.dcm implicit.dcm second.dcm >in.ndjson
ok 'the samples hold secrets; none is left, and dcmtk reads them' '
    for f in explicit implicit second; do grep -a -q SECRET $f.dcm; done
    mm-redact -q --policy policy.yaml in.ndjson >out.ndjson; unpack <out.ndjson
    for f in explicit implicit second; do ! grep -a -q SECRET out/$f.dcm || exit 1; dcmdump -q out/$f.dcm >$f.txt; done
    ! grep -q -e 1.2.3.4.5 -e 19700102 -e 20200103 *.txt || exit 1'
ok 'what the profile empties, replaces and removes' '
    for t in 0010,0010 0008,0020 0008,0050 0008,0090; do tags $t out/explicit.dcm; done | sort -u >got
    echo "(no value available)" | same - got
    for t in 0010,0020 0008,0080; do tags $t out/explicit.dcm; done | sort -u >got; echo "[ANONYMIZED]" | same - got
    for t in 0010,4000 0011,0010 0011,1001 6000,4000 0008,1030 0002,0016; do tags $t out/explicit.dcm; done >got; ! [ -s got ]'
ok 'and what it keeps, with the pixels' '
    for f in explicit implicit; do
        for t in 0018,0050 0028,0010 0008,0060 0008,1150; do
            tags $t $f.dcm >want; tags $t out/$f.dcm | same want - || exit 1
        done
        tags 7fe0,0010 $f.dcm >want; [ -s want ]; tags 7fe0,0010 out/$f.dcm | same want -
    done'
ok 'it says so in its own words' '
    tags 0012,0062 out/explicit.dcm >got; echo "[YES]" | same - got
    tags 0012,0063 out/explicit.dcm >got; echo "[mm-redact: PS3.15 Annex E Basic Profile]" | same - got
    jq -c ".mm.redact.media[0]" out.ndjson | head -n1 >got
    echo "{\"where\":\"payload\",\"type\":\"application/dicom\",\"removed\":[\"tags\"],\"dicom\":{\"removed\":6,\"emptied\":7,\"replaced\":2,\"uids\":5}}" | same - got'
ok 'UIDs are the same for the same, in all files, and valid' '
    tags 0020,000e out/explicit.dcm >one; tags 0020,000e out/second.dcm | same one -; tags 0020,000e out/implicit.dcm | same one -
    tags 0008,1155 out/explicit.dcm >one; tags 0008,0018 out/explicit.dcm | same one -; tags 0002,0003 out/explicit.dcm | same one -
    ! tags 0008,0018 out/second.dcm | cmp -s one - || exit 1
    grep -Eqx "\[2\.25\.(0|[1-9][0-9]{0,38})\]" one'
ok 'other keys give other UIDs, and none refuses' '
    (umask 077; echo fedcba9876543210fedcba9876543210 >red.key); records explicit.dcm | mm-redact -q --policy policy.yaml | unpack
    ! tags 0008,0018 out/explicit.dcm | cmp -s one - || exit 1
    records explicit.dcm | status 3 mm-redact -q >got 2>errors; ! [ -s got ] || exit 1; grep -q "UIDs of DICOM need a key" errors'
ok 'what comes out goes through again unchanged, and is clean' '
    mm-redact -q --policy policy.yaml in.ndjson >out.ndjson; mm-redact -q --policy policy.yaml out.ndjson >again.ndjson
    jq -c "del(.mm.via)" out.ndjson >a; jq -c "del(.mm.via)" again.ndjson >b; same a b
    mm-redact -q --policy policy.yaml --verify out.ndjson
    status 1 mm-redact -q --policy policy.yaml --verify in.ndjson >got; grep -q "METADATA.tags" got'

sed "s/(0008,0060) CS \[CT\]/(0008,0060) CS [US]/" ct.dump >us.dump; dump2dcm -q us.dump us.dcm
sed "s/^(0028,0103)/(0028,0301) CS [YES]\n&/" ct.dump >burned.dump; dump2dcm -q burned.dump burned.dcm
sed "s/^(0028,0103)/(0028,0301) CS [NO]\n&/" us.dump >said.dump; dump2dcm -q said.dump said.dcm
dcmconv -q +tb explicit.dcm big.dcm
ok 'pixels that hold text, and other transfer syntaxes, are refused' '
    records us.dcm burned.dcm said.dcm big.dcm >in.ndjson
    status 3 mm-redact -q --policy policy.yaml --dead-letter dead.ndjson in.ndjson 2>errors | jq -r .mm.src >got; echo said.dcm | same - got
    cat >want <<END
payload (application/dicom): its pixels may hold text: modality US without Burned In Annotation; redact.media.burned_in: pass lets it pass
payload (application/dicom): its pixels hold text (Burned In Annotation is YES); redact.media.burned_in: pass lets it pass
payload (application/dicom): DICOM in the transfer syntax 1.2.840.10008.1.2.2; explicit and implicit VR in little endian are known
END
    jq -r .mm.dead.reason dead.ndjson | same want -
    printf "version: 1\nredact: {key: {file: red.key}, media: {burned_in: pass}}\n" >pass.yaml
    records us.dcm burned.dcm | mm-redact -q --policy pass.yaml | wc -l >got; echo 2 | same - got'
ok 'files cut at any length keep no secret' '
    size=$(wc -c <explicit.dcm); n=1
    while [ $n -lt $size ]; do
        printf "{\"mm\":{\"data\":\"%s\"}}\n" "$(head -c $n explicit.dcm | base64 -w0)"; n=$((n + 7))
    done >in.ndjson
    status 3 mm-redact -q -b --policy policy.yaml in.ndjson >out.mmr 2>errors; ! grep -a -q SECRET out.mmr || exit 1'
ok 'files with spoilt bytes keep no secret' '
    size=$(wc -c <implicit.dcm); n=133
    while [ $n -lt $size ]; do
        { head -c $n implicit.dcm; printf "\\377"; tail -c +$((n + 2)) implicit.dcm; } >spoilt
        printf "{\"mm\":{\"data\":\"%s\"}}\n" "$(base64 -w0 <spoilt)"; n=$((n + 5))
    done >in.ndjson
    mm-redact -q -b --policy policy.yaml in.ndjson >out.mmr 2>errors || [ $? = 3 ]; ! grep -a -q -e "SECRET.[JD4]" out.mmr || exit 1'
finish
