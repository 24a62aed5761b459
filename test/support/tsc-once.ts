/**
 * For a process of tsc, which ends soon: collecting garbage takes a third of its processor time, and saves it a twentieth of
 * its memory.
 */
export const tscOnce = { GOGC: 'off' };
