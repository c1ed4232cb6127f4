"""peer_presidio - what Presidio's pattern recognisers find in the text of rows, one after the other as its analyzer calls them,
without a language model.

    peer_presidio.py ROWS.ndjson COUNT     SECONDS BYTES RECOGNISERS: of processor time for the first COUNT rows, reading and
                                           JSON not among it
"""
import json, logging, sys, time

from presidio_analyzer import PatternRecognizer, RecognizerRegistry

registry = RecognizerRegistry()
registry.load_predefined_recognizers(languages=["en"])
recognizers = [r for r in registry.get_recognizers(language="en", all_fields=True) if isinstance(r, PatternRecognizer)]
texts, size = [], 0
with open(sys.argv[1], encoding="utf-8") as rows:
    for _, line in zip(range(int(sys.argv[2])), rows):
        size += len(line.encode())
        texts.append(json.loads(line)["text"])


def scan(text):
    return sum(len(r.analyze(text, r.supported_entities, None) or []) for r in recognizers)


logging.disable(logging.CRITICAL)   # it asks the network for a list of domains, and does without
scan("joe@example.org")
start = time.process_time()
for text in texts:
    scan(text)
print(time.process_time() - start, size, len(recognizers))
