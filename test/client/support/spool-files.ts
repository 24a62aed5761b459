import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of the files in a spool's folder whose names end in this, sorted. */
export function filesOf(folder: string, ending = ''): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}
