/** Set for a round that only shows that a work runs, small and once; the processes of the work inherit it. */
export const SMOKE_VARIABLE = "KITH_BENCH_SMOKE";
