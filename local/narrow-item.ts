import { Help } from 'commander';

/** An option of the help: on a narrow terminal its description is below it, as in the helps of `warden`. */
export function narrowItem(
  this: Help,
  term: string,
  termWidth: number,
  description: string,
  helper: Help,
): string {
  const { helpWidth = 80 } = this;
  if (helpWidth - termWidth >= 34) {
    return Help.prototype.formatItem.call(this, term, termWidth, description, helper);
  }
  const indent = ' '.repeat(6);
  return `  ${term}\n${indent}${helper.boxWrap(description, helpWidth - 6).replaceAll('\n', `\n${indent}`)}`;
}
