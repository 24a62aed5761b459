import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the licences of the packages in node_modules that these files are from: a bundle contains their code, and the
 * licences ask for their text beside it. Packages with the same text share it.
 */
export function writeLicences(root: string, files: readonly string[], target: string): void {
  const folders = new Set(
    files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
  );
  const packagesOf = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const { heading, text } = licenceOf(join(root, folder));
    packagesOf.set(text, [...(packagesOf.get(text) ?? []), heading]);
  }
  const parts = [...packagesOf].map(([text, packages]) => `${packages.join('\n')}\n\n${text}\n`);
  writeFileSync(target, parts.join(`\n${'-'.repeat(80)}\n\n`));
}

/** A package without a licence file is covered by the name of its licence in its package.json. */
function licenceOf(folder: string): { heading: string; text: string } {
  const { name, version, license, licenses } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  // classic-level has LevelDB and Snappy in `deps`.
  const files = globSync('{,deps/*/*/}{LICEN[CS]E,licen[cs]e,COPYING,NOTICE}*', { cwd: folder }).sort();
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return {
    heading: `${name} ${version} (${license?.type ?? license ?? licenses?.[0]?.type})`,
    text: texts.join('\n\n'),
  };
}
