// peer_simdjson - counts the rows where lang == "en", by simdjson over a file of NDJSON.
//
//   peer_simdjson FILE             load the file, parse_many it, print the count
//   peer_simdjson -p MODE FILE     load it, then print the seconds that the fastest of nine passes took over
//                                  memory; MODE is parse_many (a tree a row) or iterate_many (on demand)
#include <simdjson.h>

#include <chrono>
#include <cstdio>
#include <cstring>

static constexpr size_t batch = 1000000;

static size_t parse_many(const simdjson::padded_string &rows)
{
    simdjson::dom::parser parser;
    simdjson::dom::document_stream stream;
    size_t n = 0;
    if (parser.parse_many(rows, batch).get(stream))
        return 0;
    for (auto row : stream) {
        std::string_view lang;
        if (!row["lang"].get(lang) && lang == "en")
            n++;
    }
    return n;
}

static size_t iterate_many(const simdjson::padded_string &rows)
{
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document_stream stream;
    size_t n = 0;
    if (parser.iterate_many(rows, batch).get(stream))
        return 0;
    for (auto row : stream) {
        std::string_view lang;
        if (!row["lang"].get(lang) && lang == "en")
            n++;
    }
    return n;
}

static double fastest(const simdjson::padded_string &rows, size_t (*pass)(const simdjson::padded_string &))
{
    double best = 1e9;
    for (int i = 0; i < 9; i++) {
        auto start = std::chrono::steady_clock::now();
        pass(rows);
        std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        best = std::min(best, took.count());
    }
    return best;
}

int main(int argc, char **argv)
{
    bool passes = argc == 4 && !strcmp(argv[1], "-p");
    if (argc != (passes ? 4 : 2))
        return 2;
    simdjson::padded_string rows;
    if (simdjson::padded_string::load(argv[argc - 1]).get(rows))
        return 4;
    if (!passes)
        return printf("%zu\n", parse_many(rows)) < 0;
    bool tree = !strcmp(argv[2], "parse_many");
    return printf("%.6f\n", fastest(rows, tree ? parse_many : iterate_many)) < 0;
}
