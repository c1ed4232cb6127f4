/* lazy.h - the libraries behind media, loaded when something is to be decoded and not with the program; private to
 * lib/media and what tells of their versions.
 *
 * Programs are linked without these libraries, and with lazy.c in their place: a function of the same name for each
 * of theirs that is called, which leads on to it once it is loaded. Unit tests and fuzz targets are linked with the
 * libraries as ever, and there mm_lazy_load has nothing to do.
 */
#ifndef MM_MEDIA_LAZY_H
#define MM_MEDIA_LAZY_H

/** Load them all: before confinement. What can not be had ends the process when it is called. */
void mm_lazy_load(void);

#endif
