/* style.h - the style sheet of reports. Private to lib/page. */
#ifndef MM_PAGE_STYLE_H
#define MM_PAGE_STYLE_H

extern const char mm_page_style[];

#endif
