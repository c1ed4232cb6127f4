# The bytes of mmr and its zstd wrapping are those of the golden vectors and of the man page; a
# decoder that knows only the man page reads them.
. "${0%/*}/lib.sh"
needs command -v python3 '&&' command -v zstd -- 'python3 and zstd read the vectors here'
data=$T/data

ok 'a decoder written from mm-record.5 finds every hash, index and digest right' '
    python3 $data/decode.py <$data/record.mmr >frames
    same $data/record.frames frames'

cat >bend.py <<'END'
import decode, struct, sys
whole = open(sys.argv[1], "rb").read()
for at in range(len(whole)):
    bent = bytearray(whole)
    bent[at] ^= 16
    try:
        decode.decode(bytes(bent))
    except (AssertionError, struct.error):
        continue
    sys.exit("byte %d may change unseen" % at)
END
ok 'it fails on a stream with any byte changed' '
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$data python3 bend.py $data/tiny.mmr'

ok 'zstd itself unpacks the seekable file to the same stream' '
    zstd -dc $data/record.mmr.zst >plain
    cmp plain $data/record.mmr'

ok 'its seek table is where zstd_seekable_compression_format.md has it' '
    tail -c 17 $data/record.mmr.zst | od -A n -t x1 -v >table
    size=$(($(wc -c <$data/record.mmr.zst) - 25))
    printf " %02x %02x 00 00 %02x %02x 00 00 01 00 00 00 00 b1 ea 92\n 8f\n" \
        $((size % 256)) $((size / 256)) $(($(wc -c <plain) % 256)) $(($(wc -c <plain) / 256)) >want
    same want table'

ok 'the man page shows the bytes of the smallest vector' '
    od -A d -t x1 -v $data/tiny.mmr >want
    sed -n "/^0000000 /,/^0000200/p" $T/../man/mm-record.5 >shown
    same want shown'

ok 'the man page is sound mdoc' '
    ! command -v mandoc || mandoc -T lint -W warning $T/../man/mm-record.5'

finish
