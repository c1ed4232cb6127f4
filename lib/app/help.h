/* help.h - what --help, --version and --completion print.
 *
 * Private to lib/app. Depends on lib/simd and lib/base.
 */
#ifndef MM_APP_HELP_H
#define MM_APP_HELP_H

#include "app/app.h"

void mm_help_text(const mm_tool *t, const mm_option *const *tables, mm_buf *out);
void mm_version_text(const mm_tool *t, mm_buf *out);

#endif
