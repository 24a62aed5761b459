import { Command } from 'commander';
import type { Context } from '../context.ts';
export function watchCommand(_context: Context): Command {
  return new Command('watch');
}
