#include "pixels_policy.h"

#include <string.h>

#include "base/opt.h"
#include "media/paint.h"

static const char *const actions[] = { [MM_PAINT_BOX] = "box", [MM_PAINT_PIXELATE] = "pixelate", [MM_PAINT_BLUR] = "blur" };
enum { ACTIONS = sizeof actions / sizeof *actions };

const char *pixels_action(int how)
{
    return how >= 0 && how < ACTIONS ? actions[how] : "keep";
}

pixels_policy pixels_policy_default(void)
{
    return (pixels_policy){ .faces = MM_PAINT_PIXELATE, .text = MM_PAINT_BOX, .codes = MM_PAINT_BOX, .padding = 0.15 };
}

static int read_action(const mm_doc *d, const mm_node *n, int *out, mm_err *e)
{
    const char *name = NULL;
    if (!n)
        return 0;
    if (mm_node_string(d, n, &name, e) < 0)
        return -1;
    *out = PIXELS_KEEP;
    for (int i = 0; i < ACTIONS; i++)
        if (!strcmp(name, actions[i]))
            *out = i;
    if (*out != PIXELS_KEEP || !strcmp(name, "keep"))
        return 0;
    return mm_node_fail(d, n, e, "what is done in pictures is blur, pixelate, box or keep, not '%s'", name);
}

pixels_policy pixels_policy_film(void)
{
    return (pixels_policy){ .faces = PIXELS_AS_IMAGE, .text = PIXELS_AS_IMAGE, .codes = PIXELS_AS_IMAGE, .padding = -1,
                            .every_ns = 200 * 1000 * 1000 };
}

int pixels_policy_read_film(const mm_doc *d, const mm_node *n, pixels_policy *p, mm_err *e)
{
    const mm_node *every = mm_node_get(n, "every"), *padding = mm_node_get(n, "padding");
    if (read_action(d, mm_node_get(n, "faces"), &p->faces, e) < 0 || read_action(d, mm_node_get(n, "text"), &p->text, e) < 0 ||
        read_action(d, mm_node_get(n, "codes"), &p->codes, e) < 0 || mm_node_double(d, padding, &p->padding, e) < 0)
        return -1;
    p->named |= mm_node_get(n, "text") != NULL;
    if (padding && !(p->padding >= 0 && p->padding <= 2))
        return mm_node_fail(d, padding, e, "padding must be from 0 to 2");
    if (every && (every->kind != MM_NODE_SCALAR || mm_parse_duration(every->text, &p->every_ns) < 0 || p->every_ns < 0))
        return mm_node_fail(d, every, e, "every must be a duration such as 200ms");
    return 0;
}

static void settle(int *action, int as)
{
    if (*action == PIXELS_AS_IMAGE)
        *action = as;
}

void pixels_policy_settle(pixels_policy *film, const pixels_policy *image)
{
    settle(&film->faces, image->faces);
    settle(&film->text, image->text);
    settle(&film->codes, image->codes);
    if (film->padding < 0)
        film->padding = image->padding;
}

int pixels_policy_read(const mm_doc *d, const mm_node *n, pixels_policy *p, mm_err *e)
{
    static const char *const known[] = { "faces", "text", "codes", "padding", "reuse", "languages", NULL };
    if (!n)
        return 0;
    if (n->kind == MM_NODE_SCALAR) {
        if (!mm_str_eq(n->text, MM_STR("keep")))
            return mm_node_fail(d, n, e, "image must be a map, or keep");
        p->faces = p->text = p->codes = PIXELS_KEEP;
        return 0;
    }
    if (mm_node_keys(d, n, known, e) < 0 || read_action(d, mm_node_get(n, "faces"), &p->faces, e) < 0 ||
        read_action(d, mm_node_get(n, "text"), &p->text, e) < 0 || read_action(d, mm_node_get(n, "codes"), &p->codes, e) < 0 ||
        mm_node_double(d, mm_node_get(n, "padding"), &p->padding, e) < 0 ||
        mm_node_bool(d, mm_node_get(n, "reuse"), &p->reuse, e) < 0 ||
        mm_node_string(d, mm_node_get(n, "languages"), &p->languages, e) < 0)
        return -1;
    if (!(p->padding >= 0 && p->padding <= 2))
        return mm_node_fail(d, mm_node_get(n, "padding"), e, "padding must be from 0 to 2");
    p->named |= mm_node_get(n, "text") || p->languages;
    return 0;
}
