# peer_minhash.py ROWS SECONDS - the signature step of datatrove over the texts of an NDJSON file, as long as SECONDS.
#
# Its own MinhashDedupSignature with its default configuration makes shingles and signatures; only files are left out.
# Prints bytes of text, then seconds for shingles and signatures, then seconds for signatures alone. Where datatrove is not
# installed, what it does is done again here: words by a regular expression, xxhash's place taken by hash(), the
# same arrays in numpy; the first word printed says which it was.
import json
import sys
import time

import numpy as np


class Stand:
    prime = (1 << 61) - 1

    def __init__(self):
        import re
        self.word = re.compile(r"\w+")
        gen = np.random.RandomState(1)
        self.a = gen.randint(1, self.prime, dtype=np.uint64, size=(1, 112))
        self.b = gen.randint(0, self.prime, dtype=np.uint64, size=(1, 112))

    def get_shingles(self, text):
        w = self.word.findall(text.lower())
        runs = [hash(" ".join(w[i:i + 5])) & (1 << 64) - 1 for i in range(len(w) - 4)]
        return np.fromiter(runs, dtype=np.uint64).reshape((-1, 1))

    def get_signature(self, shingles):
        phv = (shingles * self.a + self.b) % self.prime
        return [x.tolist() for x in np.split(np.min(phv, axis=0).astype(np.uint64), 14)]


try:
    from datatrove.pipeline.dedup.minhash import MinhashDedupSignature
    step, name = MinhashDedupSignature(sys.argv[1] + ".sig"), "datatrove"
    step.get_shingles("the tokenizer is loaded when it is first used, and that is not measured")
except Exception as e:
    print(e, file=sys.stderr)
    step, name = Stand(), "stand-in"

size = whole = sign = 0
for line in open(sys.argv[1], encoding="utf-8"):
    text = json.loads(line)["text"]
    start = time.perf_counter()
    shingles = step.get_shingles(text)
    middle = time.perf_counter()
    if shingles.size:
        step.get_signature(shingles)
    end = time.perf_counter()
    size += len(text.encode())
    whole += end - start
    sign += end - middle
    if whole > float(sys.argv[2]):
        break
print(name, size, whole, sign)
