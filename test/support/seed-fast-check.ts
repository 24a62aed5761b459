import fc from 'fast-check';
import { inject } from 'vitest';

/** Before each file: a property draws the same for the same SEED, wherever it is. */
fc.configureGlobal({ seed: inject('draws').seed });
