/* ocr.h - text in pictures, by tesseract, in a jail worker.
 *
 * The model is read by warm(), so that a worker that is confined holds it already. Words and boxes are those of
 * the tesseract command with its default settings (automatic page segmentation), of the picture as stored.
 */
#ifndef MM_MEDIA_OCR_H
#define MM_MEDIA_OCR_H

#include "run/jail.h"

/** Image bytes and, unless args is empty, an mm_ocr_args in; out the JSON {"text":TEXT,"words":[[X,Y,WIDTH,HEIGHT,WORD,CONFIDENCE],...]}: pixels from the
 *  top left of the picture as stored, confidence 0 to 100. */
#define MM_MEDIA_OCR "ocr"
typedef struct mm_ocr_args {
    int64_t max_pixels;  /* of a picture; 0: MM_MAX_PIXELS (frames.h) */
} mm_ocr_args;
extern const mm_jail_op mm_ocr_op;

typedef struct mm_ocr_word {
    int x, y, width, height;   /* pixels */
    int sure;                  /* 0 to 100 */
    bool line;                 /* the first of a line */
    const char *text;          /* until the call ends */
} mm_ocr_word;
/** Inside a worker whose server called mm_ocr_warm: tell the words of packed RGB, in the order of reading. -1: none can
 *  be read, with why. */
int mm_ocr_read(const uint8_t *rgb, int width, int height, void (*word)(void *ctx, const mm_ocr_word *w), void *ctx, mm_err *e);
/** Load the model, if mm_ocr_languages was called. */
void mm_ocr_warm(void);

/** Is it in this build? */
bool mm_ocr_is_built(void);
/** Choose the languages ("eng+deu"; NULL: "eng") before the jail starts; borrowed. -1 and MM_EUSAGE when their models
 *  can not be read, or the build has no tesseract. */
int mm_ocr_languages(const char *languages, mm_err *e);
/** Choose them without looking whether their models are there; then reading fails. */
void mm_ocr_choose(const char *languages);
/** "5.3.0", or "". */
const char *mm_ocr_version(void);

#endif
