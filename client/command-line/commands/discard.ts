import { Command } from 'commander';
import type { Context } from '../context.ts';
export function discardCommand(_context: Context): Command {
  return new Command('discard');
}
