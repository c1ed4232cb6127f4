#include "tty.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct termios before;
static volatile sig_atomic_t changed;

static void put_back(int sig)
{
    if (changed)
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
    signal(sig, SIG_DFL);
    raise(sig);
}

void tty_open(void)
{
    static const int deadly[] = { SIGTERM, SIGHUP, SIGQUIT };
    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &before) < 0)
        return;
    struct termios raw = before;
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        signal(deadly[i], put_back);
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    changed = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

void tty_close(void)
{
    if (changed)
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
    changed = 0;
}

int tty_key(void)
{
    unsigned char c;
    ssize_t n;
    while ((n = read(STDIN_FILENO, &c, 1)) < 0 && errno == EINTR)
        ;
    return n <= 0 || c == 3 || c == 4 ? -1 : c;
}

int tty_line(const char *question, char *out, size_t room)
{
    bool raw = changed;
    size_t n = 0;
    int c;
    fputs(question, stdout);
    fflush(stdout);
    tty_close();
    while ((c = tty_key()) >= 0 && c != '\n' && c != '\r')
        if (n + 1 < room)
            out[n++] = (char)c;
    out[n] = 0;
    if (raw)
        tty_open();
    return c < 0 && n == 0 ? -1 : 0;
}

bool tty_screen(void)
{
    return isatty(STDOUT_FILENO);
}

/* Marks that change the direction of what is read, or are not seen at all. */
static bool is_hidden(mm_str s, size_t i, size_t n)
{
    if (n != 3 || (unsigned char)s.p[i] != 0xe2)
        return n == 2 && (unsigned char)s.p[i] == 0xc2 && (unsigned char)s.p[i + 1] < 0xa0;
    unsigned char b = (unsigned char)s.p[i + 1], c = (unsigned char)s.p[i + 2];
    return (b == 0x80 && ((c >= 0x8b && c <= 0x8f) || (c >= 0xa8 && c <= 0xae))) || (b == 0x81 && c >= 0xa0 && c <= 0xaf);
}

void tty_text(mm_buf *b, mm_str s)
{
    for (size_t i = 0; i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        if (n > s.n - i || mm_simd()->utf8_check(s.p + i, n) != n)
            n = 0;
        if (c == '\n' || c == '\r' || c == '\t') {
            mm_buf_byte(b, ' ');
        } else if (n == 0 || (n == 1 && (c < 0x20 || c == 0x7f)) || is_hidden(s, i, n)) {
            for (size_t k = 0; k < (n ? n : 1); k++)
                mm_buf_printf(b, "\\x%02x", (unsigned char)s.p[i + k]);
        } else {
            mm_buf_put(b, s.p + i, n);
        }
        i += n ? n : 1;
    }
}
