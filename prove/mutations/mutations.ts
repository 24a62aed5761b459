import type { Planted } from '../../test/mutations/planted.ts';
import { mutationsOfItems } from './of-items.ts';
import { mutationsOfOthers } from './of-others.ts';

/** Small faults that random histories must notice: each breaks a promise only under the faults that it names. */
export const mutations: Planted[] = [...mutationsOfItems, ...mutationsOfOthers];
