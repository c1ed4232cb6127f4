/* tty.h - a plain terminal: keys one by one, lines when asked for, text from strangers made harmless. Works over pipes too. */
#ifndef MM_REDACT_TTY_H
#define MM_REDACT_TTY_H

#include "mm.h"

/** Keys come as they are pressed from here on; tty_close, and death by a signal, put the terminal back. */
void tty_open(void);
void tty_close(void);
/** The next key of standard input; -1 at its end, or at Ctrl-C and Ctrl-D. */
int tty_key(void);
/** Ask for a line, without its end; -1 at the end of input. */
int tty_line(const char *question, char *out, size_t room);
/** Is standard output a terminal, on which a screen can be drawn anew? */
bool tty_screen(void);
/** Append text with everything that could disturb a terminal, or turn what is read around, as \xNN; ends of lines as blanks. */
void tty_text(mm_buf *b, mm_str text);

#endif
