/* gen_series - hourly series of 90 days, a row a number, all series of an hour together.
 *     gen_series [NUMBER-OF-SERIES]   (10000) */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static const int days_in[] = { 31, 29, 31 };

int main(int argc, char **argv)
{
    int series = argc > 1 ? atoi(argv[1]) : 10000, month = 0, day = 1;
    uint32_t seed = 1;
    puts("timestamp,series,value");
    for (int h = 0; h < 90 * 24; h++) {
        if (h && h % 24 == 0 && ++day > days_in[month]) {
            day = 1;
            month++;
        }
        for (int s = 0; s < series; s++) {
            seed = seed * 1664525 + 1013904223;
            unsigned noise = seed >> 24, busy = h % 24 >= 8 && h % 24 < 20 ? 40 : 10;
            printf("2024-%02d-%02d %02d:00:00,s%04d,%u.%02u\n", month + 1, day, h % 24, s, busy + s % 50 + noise / 100, noise % 100);
        }
    }
    return 0;
}
