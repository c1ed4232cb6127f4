/* layer.h - what is learnt over the controller: in which situation which of its settings serves best.
 *
 * A contextual bandit. The situation is told by whether workers start in time for new work, by how rough arrivals are, and by how many
 * workers they keep busy; the arms are settings of the controller, the first of which is the controller alone. */
#ifndef MM_PLAN_LAYER_H
#define MM_PLAN_LAYER_H

#include "app/app.h"
#include "controller.h"

enum { ARMS = 7, SITUATIONS = 2 * 3 * 3 };
typedef struct layer {
    size_t arm[SITUATIONS];
    double gain[SITUATIONS];     /* share of the controller's loss that the arm saved in training; 0 where it is the controller alone */
    int64_t tries[SITUATIONS];   /* runs in that situation */
    int64_t seed, runs;
} layer;

extern const char *const arm_name[ARMS];
extern const control arm_control[ARMS];

size_t layer_situation(const controller *k, const sim_conditions *c);
/** "late, rough, few": for people, and in the file. b is emptied first. */
const char *layer_situation_name(size_t situation, mm_buf *b);

/** Read what layer_put wrote; MM_EUSAGE with the place where it is none. */
int layer_load(layer *l, const char *file, mm_err *e);
void layer_put(mm_buf *b, const layer *l);

/** What a run has lost: its cost, and of each unit of late work ten times what serving it takes. */
double layer_loss(double cost, double late, const sim_conditions *c);

/** Train by Thompson sampling in the simulator: `runs` pairs of a run with an arm and one of the controller alone, on traces and under conditions
 *  made by the seed. */
int layer_train(layer *l, int64_t seed, int64_t runs, mm_err *e);

/** mm-plan train: the same, to standard output. */
int train_run(mm_app *a, int64_t seed, int64_t runs, size_t operands, mm_err *e);

/** The policy "learned": the controller with a layer, and a guard. The layer and the controller alone run beside it in shadow, against
 *  the same arrivals. The layer is followed once its shadow has twice in a row lost clearly less than that of the controller alone, and no
 *  more work was late; and left, each time for twice as long, when since then the run itself has lost more than the controller alone did in
 *  its shadow by a thousandth of all that this has lost. */
sim_make policy_learned;
int policy_layered(sim_policy *out, const trace *t, const sim_conditions *c, const layer *l, mm_err *e);

#endif
