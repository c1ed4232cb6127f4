/* record.h - `mm-cost record`: a filter that writes into mm.cost what each record cost, by the ledger of the stages it came through. */
#ifndef MM_COST_RECORD_H
#define MM_COST_RECORD_H

/** The program, from the word `record` on: its exit status. */
int record_main(int argc, char **argv);

#endif
