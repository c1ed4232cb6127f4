/* skin.h - the tone of the skin in a face: its colour in CIELAB, the Individual Typology Angle and the Monk scale.
 *
 * Colours are taken for sRGB (IEC 61966-2-1), whose white is D65; a profile in the file is not applied. The angle is
 * atan2(L - 50, b) in degrees (Chardon, Cretois, Hourseau 1991): above 55 very light, below -30 dark. The Monk scale has ten
 * swatches (Monk 2019, Google 2022, CC BY 4.0); the nearest by that angle is told. What light, camera and make-up do to a
 * colour they do to this: it speaks of pixels, not of people.
 */
#ifndef MM_MEDIA_SKIN_H
#define MM_MEDIA_SKIN_H

#include "media/faces.h"

typedef struct mm_lab { double l, a, b; } mm_lab;
mm_lab mm_lab_of(const uint8_t rgb[3]);

/** The median of each coordinate over the middle of a box, half as wide and as high, in a picture of packed RGB. Of many
 *  pixels about 4096 on a grid are looked at. False: the box is not in the picture, or memory ran out. */
bool mm_skin_of(const uint8_t *rgb, int width, int height, const mm_face *box, mm_lab *out);

/** Can this be skin? Not what is all but gray, as every colour of a black and white picture, nor what is more blue than
 *  yellow. */
bool mm_skin_has_tone(const mm_lab *c);
/** Degrees, from -90 to 90. */
double mm_skin_ita(const mm_lab *c);
/** 1, the lightest, to 10. */
int mm_skin_monk(double ita);

#endif
