"""Texts of many kinds (documents), and what datatrove's filters find in them (facts), as JSON lines. Words are what
stands between white space, so that the rules alone are compared; how sentences are split is left out."""
import json
import random
import re
import sys

SAID = ["The ship left the harbour early in the morning and nobody saw it go.", "Why would anybody want to be there?",
        "We have to talk about that with the others before it is too late!", "It was a long way to the top of the hill.",
        "\"Come in,\" she said, \"and have some tea.\"", "Prices went up again.", "- one more thing", "\u2022bread and butter",
        "and so it goes ...", "who knows\u2026", "# heading", "1 2 3 4 5 6 7 8 9", "Enable JavaScript to read all of this page.",
        "By reading on you accept the terms of use of this site.", "As was shown before in many places.[12]",
        "Die Kinder spielen auf der Br\u00fccke, und niemand ruft sie.", "!!! ??? ---", "caf\u00e9 na\u00efve \u00fcber", "\u6771\u4eac \u306f \u5927\u304d\u3044"]


def documents():
    rnd = random.Random(7)
    for n in range(600):
        few = rnd.sample(SAID, rnd.randint(1, len(SAID)))
        lines = [" ".join(rnd.choice(few) for _ in range(rnd.randint(1, 4))) for _ in range(rnd.randint(1, 30))]
        if n % 3 == 0:
            lines = [" ".join(rnd.choice(few[0].split()) for _ in range(rnd.randint(1, 60))) for _ in lines]
        if n % 40 == 1:
            lines.append("Lorem ipsum dolor sit amet, as they all say.")
        if n % 40 == 2:
            lines.append("int main() { return 0; } is all that it takes.")
        gaps = [rnd.choice(["\n", "\n", "\n\n"]) for _ in lines]
        yield "".join(line + gap for line, gap in zip(lines, gaps)).strip("\n")


def facts(text):
    import datatrove.pipeline.filters.c4_filters as c
    import datatrove.pipeline.filters.gopher_quality_filter as q
    import datatrove.pipeline.filters.gopher_repetition_filter as r
    from datatrove.data import Document
    split = lambda s, _: s.split()
    q.split_into_words = r.split_into_words = split
    words, chars = text.split(), len(text)
    share = lambda n, of: round(n / of, 6) if of else 0
    lines, paragraphs = re.split("\n+", text), re.split("\n{2,}", text)
    out = {}
    for name, units in ("lines", lines), ("paragraphs", paragraphs):
        n, dup = r.find_duplicates(units)
        out["dup_" + name], out["dup_" + name[:-1] + "_chars"] = share(n, len(units)), share(dup, chars)
    for n in 2, 3, 4:
        grams = r.get_n_grams(words, n)
        out[f"top_{n}_gram"] = share(r.find_top_duplicate(grams) if grams else 0, chars)
    for n in range(5, 11):
        out[f"dup_{n}_grams"] = share(r.find_all_duplicate(words, n), chars)
    good = q.GopherQualityFilter().filter(Document(text=text, id="")) is True
    out["gopher_pass"] = good and r.GopherRepetitionFilter().filter(Document(text=text, id="")) is True
    kept = Document(text=text, id="")
    c.C4QualityFilter(min_num_sentences=-1, min_words_per_line=5, filter_lorem_ipsum=False,
                      filter_curly_bracket=False).filter(kept)
    out["c4_lines"] = share(len(kept.text.splitlines()), len(text.splitlines()))
    out["has_lorem_ipsum"], out["has_curly_bracket"] = "lorem ipsum" in text.lower(), "{" in text
    return out


for text in documents():
    print(json.dumps({"text": text} if sys.argv[1] == "documents" else facts(text)))
