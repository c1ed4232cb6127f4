/* tokens.c - bytes of a token, by language. */
#include "tokens.h"

#include <stddef.h>
#include <string.h>

static const struct { char tag[4]; double bytes; } measured[] = {
    { "af", 3.19 }, { "am", 1.02 }, { "ar", 2.63 }, { "az", 2.27 }, { "be", 2.95 }, { "bg", 3.71 },
    { "bn", 2.22 }, { "bo", 1.44 }, { "ca", 3.35 }, { "cs", 2.43 }, { "cy", 2.39 }, { "da", 3.23 },
    { "de", 3.75 }, { "dv", 1.01 }, { "el", 2.05 }, { "en", 4.80 }, { "eo", 2.63 }, { "es", 4.14 },
    { "et", 2.60 }, { "eu", 2.71 }, { "fa", 2.47 }, { "fi", 2.68 }, { "fr", 4.04 }, { "ga", 2.52 },
    { "gl", 3.59 }, { "gu", 1.58 }, { "he", 1.84 }, { "hi", 2.67 }, { "hr", 2.58 }, { "hu", 2.63 },
    { "hy", 1.00 }, { "id", 3.33 }, { "is", 2.44 }, { "it", 3.66 }, { "ja", 2.54 }, { "ka", 1.46 },
    { "kk", 2.28 }, { "km", 1.80 }, { "kn", 1.55 }, { "ko", 2.47 }, { "la", 3.36 }, { "lo", 1.39 },
    { "lt", 2.30 }, { "lv", 2.33 }, { "mk", 3.43 }, { "ml", 1.72 }, { "mn", 2.29 }, { "mr", 2.65 },
    { "mt", 2.19 }, { "my", 1.46 }, { "nb", 3.22 }, { "ne", 2.66 }, { "nl", 3.49 }, { "pa", 1.62 },
    { "pl", 2.86 }, { "pt", 3.75 }, { "ro", 3.13 }, { "ru", 4.24 }, { "si", 1.46 }, { "sk", 2.40 },
    { "sl", 2.60 }, { "sq", 2.62 }, { "sr", 3.10 }, { "sv", 3.18 }, { "sw", 2.56 }, { "ta", 2.00 },
    { "te", 1.55 }, { "th", 3.03 }, { "tl", 2.87 }, { "tr", 2.81 }, { "uk", 3.19 }, { "ur", 2.02 },
    { "vi", 2.76 }, { "zh", 2.46 },
};

uint64_t tokens_estimate(uint64_t bytes, const char *language)
{
    double each = 4;
    for (size_t i = 0; i < sizeof measured / sizeof *measured; i++)
        if (strcmp(measured[i].tag, language) == 0)
            each = measured[i].bytes;
    return bytes ? (uint64_t)((double)bytes / each + 0.5) + ((double)bytes / each < 0.5) : 0;
}
