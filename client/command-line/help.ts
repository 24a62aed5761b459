/** The examples at the end of a command's help: `.addHelpText('after', examples('warden list uploads'))`. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
