/* opt_show.c - option tables for people (--help) and for shells (completion). */
#include "base/opt.h"

#include <stdio.h>
#include <string.h>

enum { HELP_COLUMN = 26 };

/* Columns a UTF-8 text takes, one a code point: help texts use no wide characters. */
static size_t columns(const char *s, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += (s[i] & 0xc0) != 0x80;
    return count;
}

static void spaces(mm_buf *out, size_t n)
{
    while (n-- > 0)
        mm_buf_byte(out, ' ');
}

/* Words of text, wrapped between the help column and `width`. */
static void wrapped(mm_buf *out, const char *text, size_t width)
{
    size_t at = HELP_COLUMN;
    while (*text) {
        size_t n = strcspn(text, " \n"), wide = columns(text, n);
        if (at > HELP_COLUMN && at + 1 + wide > width) {
            mm_buf_byte(out, '\n');
            spaces(out, HELP_COLUMN);
            at = HELP_COLUMN;
        } else if (at > HELP_COLUMN) {
            mm_buf_byte(out, ' ');
            at++;
        }
        mm_buf_put(out, text, n);
        at += wide;
        text += n;
        text += strspn(text, " \n");
    }
    mm_buf_byte(out, '\n');
}

static void names(mm_buf *out, const mm_option *o)
{
    if (o->letter)
        mm_buf_printf(out, "  -%c, ", o->letter);
    else
        mm_buf_printf(out, "      ");
    mm_buf_printf(out, "--%s", o->name);
    if (o->kind == MM_OPT_OPTIONAL)
        mm_buf_printf(out, "[=%s]", o->arg);
    else if (o->kind != MM_OPT_FLAG)
        mm_buf_printf(out, " %s", o->arg);
}

void mm_opt_help(const mm_option *const *tables, int width, mm_buf *out)
{
    for (; *tables; tables++)
        for (const mm_option *o = *tables; o->name; o++) {
            if (o->kind == MM_OPT_HEADING) {
                mm_buf_printf(out, "%s%s:\n", out->n ? "\n" : "", o->name);
                continue;
            }
            size_t start = out->n;
            names(out, o);
            size_t used = out->failed ? 0 : columns(out->p + start, out->n - start);
            if (used + 2 > HELP_COLUMN) {
                mm_buf_byte(out, '\n');
                used = 0;
            }
            spaces(out, HELP_COLUMN - used);
            wrapped(out, o->help, (size_t)width);
        }
}

/* ---- completion ------------------------------------------------------------- */

static bool takes_file(const mm_option *o)
{
    return o->arg && (strstr(o->arg, "FILE") || strstr(o->arg, "DIR"));
}

/* tool "mm-select" as a shell function's name. */
static void function_name(mm_buf *out, const char *tool)
{
    mm_buf_byte(out, '_');
    for (; *tool; tool++)
        mm_buf_byte(out, *tool == '-' ? '_' : *tool);
}

static void choices(mm_buf *out, const char *arg, const char *between)
{
    for (const char *c = arg; *c; c++)
        if (*c == '|')
            mm_buf_printf(out, "%s", between);
        else
            mm_buf_byte(out, *c);
}

static void bash_values(const mm_option *o, mm_buf *out)
{
    bool choice = o->kind == MM_OPT_CHOICE;
    if (o->kind == MM_OPT_FLAG || o->kind == MM_OPT_OPTIONAL || (!choice && takes_file(o)))
        return;
    mm_buf_printf(out, "    --%s", o->name);
    if (o->letter)
        mm_buf_printf(out, "|-%c", o->letter);
    mm_buf_printf(out, ") COMPREPLY=($(compgen -W '");
    if (choice)
        choices(out, o->arg, " ");
    mm_buf_printf(out, "' -- \"$cur\")); return ;;\n");
}

static void bash(const mm_option *const *tables, const char *tool, mm_buf *out)
{
    mm_buf_printf(out, "# bash completion for %s\n", tool);
    function_name(out, tool);
    mm_buf_printf(out, "() {\n    local cur=${COMP_WORDS[COMP_CWORD]}\n"
                       "    case ${COMP_WORDS[COMP_CWORD-1]} in\n");
    for (const mm_option *const *t = tables; *t; t++)
        for (const mm_option *o = *t; o->name; o++)
            if (o->kind != MM_OPT_HEADING)
                bash_values(o, out);
    mm_buf_printf(out, "    esac\n    if [[ $cur == -* ]]; then\n        COMPREPLY=($(compgen -W '");
    const char *space = "";
    for (const mm_option *const *t = tables; *t; t++)
        for (const mm_option *o = *t; o->name; o++)
            if (o->kind != MM_OPT_HEADING) {
                mm_buf_printf(out, "%s--%s", space, o->name);
                space = " ";
            }
    mm_buf_printf(out, "' -- \"$cur\"))\n    else\n        COMPREPLY=($(compgen -f -- \"$cur\"))\n    fi\n}\n");
    mm_buf_printf(out, "complete -o filenames -F ");
    function_name(out, tool);
    mm_buf_printf(out, " %s\n", tool);
}

/* Help up to its first full stop, without what either shell would read as syntax. */
static void brief(mm_buf *out, const char *help)
{
    for (; *help && !(help[0] == '.' && (help[1] == ' ' || !help[1])) && *help != ';'; help++)
        mm_buf_byte(out, strchr("[]:'\\\"\n$`", *help) ? ' ' : *help);
}

static void zsh(const mm_option *const *tables, const char *tool, mm_buf *out)
{
    mm_buf_printf(out, "#compdef %s\n_arguments -S", tool);
    for (; *tables; tables++)
        for (const mm_option *o = *tables; o->name; o++) {
            if (o->kind == MM_OPT_HEADING)
                continue;
            bool value = o->kind != MM_OPT_FLAG && o->kind != MM_OPT_OPTIONAL;
            mm_buf_printf(out, " \\\n    '%s--%s%s[", o->kind == MM_OPT_LIST ? "*" : "", o->name,
                          value ? "=" : "");
            brief(out, o->help);
            mm_buf_byte(out, ']');
            if (o->kind == MM_OPT_CHOICE) {
                mm_buf_printf(out, ":value:(");
                choices(out, o->arg, " ");
                mm_buf_byte(out, ')');
            } else if (value) {
                mm_buf_printf(out, ":value:%s", takes_file(o) ? "_files" : "");
            }
            mm_buf_byte(out, '\'');
        }
    mm_buf_printf(out, " \\\n    '*:file:_files'\n");
}

static void fish(const mm_option *const *tables, const char *tool, mm_buf *out)
{
    for (; *tables; tables++)
        for (const mm_option *o = *tables; o->name; o++) {
            if (o->kind == MM_OPT_HEADING)
                continue;
            mm_buf_printf(out, "complete -c %s -l %s", tool, o->name);
            if (o->letter)
                mm_buf_printf(out, " -s %c", o->letter);
            if (o->kind == MM_OPT_CHOICE) {
                mm_buf_printf(out, " -x -a '");
                choices(out, o->arg, " ");
                mm_buf_byte(out, '\'');
            } else if (o->kind != MM_OPT_FLAG && o->kind != MM_OPT_OPTIONAL) {
                mm_buf_printf(out, takes_file(o) ? " -r -F" : " -x");
            }
            mm_buf_printf(out, " -d '");
            brief(out, o->help);
            mm_buf_printf(out, "'\n");
        }
}

int mm_opt_completion(const mm_option *const *tables, const char *tool, const char *shell, mm_buf *out)
{
    if (strcmp(shell, "bash") == 0)
        bash(tables, tool, out);
    else if (strcmp(shell, "zsh") == 0)
        zsh(tables, tool, out);
    else if (strcmp(shell, "fish") == 0)
        fish(tables, tool, out);
    else
        return -1;
    return 0;
}
