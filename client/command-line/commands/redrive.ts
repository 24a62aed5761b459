import { Command } from 'commander';
import type { Context } from '../context.ts';
export function redriveCommand(_context: Context): Command {
  return new Command('redrive');
}
