"""Decode an mmr stream from standard input by what mm-record.5 says of it, and nothing else.

Prints a line for each frame and fails when any check, hash, index or digest is not as written
there. XXH3 is taken from the xxHash library itself.
"""
import base64
import ctypes
import struct
import sys

xxhash = ctypes.CDLL("libxxhash.so.0")
xxhash.XXH3_64bits.restype = ctypes.c_uint64
xxhash.XXH3_64bits.argtypes = [ctypes.c_char_p, ctypes.c_size_t]


def xxh3(data):
    return xxhash.XXH3_64bits(data, len(data))


def stream(data, start):
    """Print the frames of one stream; returns where it ends."""
    magic, version, zero = struct.unpack_from("<8sII", data, start)
    assert (magic, version, zero) == (b"\x8eMMR\r\n\x1a\n", 1, 0), "stream head"
    at, hashes, offsets, indexed, last_index = start + 16, b"", [], [], 0
    while True:
        mark, kind, flags, h, check, p, digest = struct.unpack_from("<3scIIIQQ", data, at)
        size = (32 + h + p + 7) // 8 * 8
        frame = data[at:at + size]
        assert mark == b"\x8eMM" and len(frame) == size, "frame head"
        assert check == xxh3(frame[:12] + bytes(4) + frame[16:24]) & 0xFFFFFFFF, "check"
        assert digest == xxh3(frame[:24] + bytes(8) + frame[32:]), "hash"
        assert not any(frame[32 + h + p:]), "padding"
        header, payload, offset = frame[32:32 + h], frame[32 + h:32 + h + p], at - start
        at += size
        if kind == b"R":
            hashes += frame[24:32]
            offsets.append(offset)
            has = base64.b64encode(payload).decode() or "empty" if flags & 1 else "none"
            print("record", offset, header.decode(), "payload", has)
        elif kind == b"I":
            before, first, count = struct.unpack_from("<QQQ", payload)
            assert (before, first) == (last_index, len(indexed)), "index chain"
            indexed += struct.unpack_from("<%dQ" % count, payload, 24)
            last_index = offset
            print("index", offset, "of", count, "from", first)
        elif kind == b"E":
            count, all_hashes, index, own = struct.unpack("<QQQQ", payload)
            assert (count, index, own) == (len(offsets), last_index, offset), "end frame"
            assert all_hashes == xxh3(hashes), "digest"
            assert indexed == offsets, "index"
            print("end", offset, "of", count)
            return at


def decode(content):
    place = 0
    while place < len(content):
        place = stream(content, place)


if __name__ == "__main__":
    decode(sys.stdin.buffer.read())
